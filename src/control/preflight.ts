import pLimit from 'p-limit';
import type { CallOptions } from '../lib/abort.ts';
import { TsorchError } from '../lib/errors.ts';
import type { Digest } from '../model/digest.ts';
import { type ErrorCode, isErrorCode } from '../model/error-code.ts';
import type { PortConflict } from '../model/observed-state.ts';
import type { Stack } from '../model/stack.ts';
import { findPortConflicts } from './reconciler/observe.ts';
import type { Engine } from './reconciler/step-handler.ts';

const registryCalls = 4;

/**
 * Checks a whole stack against the node before anything is changed, and resolves its images.
 *
 * @returns manifest digest of each reference
 * @throws TsorchError with all findings at once; its code is the first one's
 */
export async function preflight(
  stack: Stack,
  engine: Pick<Engine, 'containers' | 'images' | 'network'>,
  options: CallOptions,
): Promise<Readonly<Record<string, Digest>>> {
  const [images, conflicts] = await Promise.all([
    resolveImages(stack, engine, options),
    findPortConflicts({ stack, wanted: 'running' }, engine, options),
  ]);
  const findings = [
    ...missingRuntimes(stack, engine),
    ...images.failures,
    ...conflicts.map((conflict) => describeConflict(stack, conflict)),
  ];
  if (findings.length > 0) throw combine(findings);
  return images.resolved;
}

function missingRuntimes(stack: Stack, { containers }: Pick<Engine, 'containers'>): readonly TsorchError[] {
  return Object.values(stack.services).flatMap(({ name, runtime }) => {
    try {
      if (runtime !== undefined) containers.checkRuntime(runtime);
      return [];
    } catch (error) {
      if (!(error instanceof TsorchError)) throw error;
      const object = `${stack.name}/${name}`;
      return [new TsorchError(error.code, `service "${name}": ${error.message}`, { object })];
    }
  });
}

interface Resolution {
  readonly resolved: Record<string, Digest>;
  readonly failures: TsorchError[];
}

/** What was found of a stack's images; a failure for each that was not. */
export async function resolveImages(
  stack: Stack,
  { images }: Pick<Engine, 'images'>,
  options: CallOptions,
): Promise<Resolution> {
  const wanted = new Map(Object.values(stack.services).map(({ image, pullPolicy }) => [image, pullPolicy]));
  const limit = pLimit(registryCalls);
  const resolved: Record<string, Digest> = {};
  const failures: TsorchError[] = [];
  const resolveOne = async (reference: string, pullPolicy: 'always' | 'missing' | 'never'): Promise<void> => {
    try {
      resolved[reference] = await images.resolve({ reference, pullPolicy }, options);
    } catch (error) {
      if (!(error instanceof TsorchError)) throw error;
      failures.push(error);
    }
  };
  await Promise.all([...wanted].map(([reference, policy]) => limit(() => resolveOne(reference, policy))));
  return { resolved, failures };
}

function describeConflict(stack: Stack, conflict: PortConflict): TsorchError<ErrorCode> {
  const { service, protocol, hostAddress, hostPort, holder } = conflict;
  const place = `${hostAddress ?? '0.0.0.0'}:${hostPort}/${protocol}`;
  return new TsorchError(
    'network.port-in-use',
    `cannot publish ${place} for ${stack.name}/${service}: ${holder} holds it`,
    {
      object: `${stack.name}/${service}`,
      hint: `stop the holder, or change \`ports\` of service "${service}"`,
    },
  );
}

function combine(findings: readonly TsorchError[]): TsorchError {
  const [first] = findings;
  if (first === undefined || findings.length === 1)
    return first ?? new TsorchError('internal.bug', 'no finding');
  const code = isErrorCode(first.code) ? first.code : 'internal.bug';
  const list = findings.map(({ code, message, hint }) => `  ${code}: ${message}${hint ? ` (${hint})` : ''}`);
  return new TsorchError(
    code,
    `the stack cannot run on this node, for ${findings.length} reasons\n${list.join('\n')}`,
    {
      hint: 'nothing was changed; correct all of them and apply again',
    },
  );
}
