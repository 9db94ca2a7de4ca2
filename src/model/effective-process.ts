import type { ImageConfig } from './image-config.ts';
import type { HealthCheck, Service } from './stack.ts';

/** What runs in a container: the image's word, overridden by the service's. */
export interface EffectiveProcess {
  /** Program and arguments; empty when neither names one. */
  readonly args: readonly string[];
  /** `NAME=value`; a name once. Without the variables that every container gets (engine/containers/bundle). */
  readonly environment: readonly string[];
  /** `[user][:group]`; absent = root. */
  readonly user?: string;
  readonly workingDir: string;
  /** `SIGTERM`, or a number. */
  readonly stopSignal: string;
  /** Absent = none. */
  readonly healthCheck?: HealthCheck;
}

/** The rules of the image-spec's conversion.md and of Docker, where that says more. */
export function effectiveProcess(image: ImageConfig, service: Service): EffectiveProcess {
  const user = service.user ?? image.user;
  const healthCheck = effectiveHealthCheck(image, service);
  return {
    args: effectiveArgs(image, service),
    environment: mergeEnvironment(image.environment, service.environment),
    ...(user === undefined || user === '' ? {} : { user }),
    workingDir: service.workingDir ?? (image.workingDir || '/'),
    stopSignal: signalName(service.stopSignal ?? (image.stopSignal || 'SIGTERM')),
    ...(healthCheck === undefined ? {} : { healthCheck }),
  };
}

/** Images write `QUIT`, `sigquit` and `3` as well. */
function signalName(text: string): string {
  const name = text.trim().toUpperCase();
  return /^(SIG|\d+$)/.test(name) ? name : `SIG${name}`;
}

/** A service's entrypoint drops the image's command with its entrypoint: the one was written for the other. */
function effectiveArgs(image: ImageConfig, service: Service): readonly string[] {
  if (service.entrypoint !== undefined) return [...service.entrypoint, ...(service.command ?? [])];
  return [...(image.entrypoint ?? []), ...(service.command ?? image.command ?? [])];
}

function effectiveHealthCheck(image: ImageConfig, { healthCheck }: Service): HealthCheck | undefined {
  if (healthCheck === undefined) return image.healthCheck;
  return healthCheck.kind === 'disabled' ? undefined : healthCheck;
}

/** The first `=` ends the name. A later value takes the place of an earlier one, as in the image's own list. */
function mergeEnvironment(
  image: readonly string[],
  service: Readonly<Record<string, string>>,
): readonly string[] {
  const values = new Map<string, string>();
  for (const entry of image) {
    const end = entry.indexOf('=');
    if (end > 0) values.set(entry.slice(0, end), entry.slice(end + 1));
  }
  for (const [name, value] of Object.entries(service)) values.set(name, value);
  return [...values].map(([name, value]) => `${name}=${value}`);
}
