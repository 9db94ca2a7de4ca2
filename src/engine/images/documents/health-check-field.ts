import type { ImageConfig } from '../../../model/image-config.ts';
import type { DocumentReader, JsonObject } from './document-reader.ts';

const nanosecondsPerMs = 1_000_000;

/**
 * Docker's `Healthcheck`: `Test` is `["NONE"]`, `["CMD", program, ...]` or `["CMD-SHELL", text]`; times are nanoseconds, 0 =
 * the default (docs.docker.com, Dockerfile reference, HEALTHCHECK). An empty test means: as the parent image, so none here.
 */
export function readHealthCheck(reader: DocumentReader, config: JsonObject): ImageConfig['healthCheck'] {
  const check = reader.optionalObject(config['Healthcheck'], 'config.Healthcheck');
  const args = probeArgs(reader, config, check);
  if (check === undefined || args === undefined) return undefined;
  const milliseconds = (field: string, otherwise: number): number => {
    const value = reader.optionalNumber(check[field], `config.Healthcheck.${field}`) ?? 0;
    return value > 0 ? Math.max(1, Math.round(value / nanosecondsPerMs)) : otherwise;
  };
  const retries = reader.optionalNumber(check['Retries'], 'config.Healthcheck.Retries') ?? 0;
  return {
    kind: 'exec',
    args,
    intervalMs: milliseconds('Interval', 30_000),
    timeoutMs: milliseconds('Timeout', 30_000),
    retries: retries > 0 ? Math.round(retries) : 3,
    startPeriodMs: milliseconds('StartPeriod', 0),
    startIntervalMs: milliseconds('StartInterval', 5_000),
  };
}

function probeArgs(
  reader: DocumentReader,
  config: JsonObject,
  check: JsonObject | undefined,
): readonly string[] | undefined {
  const [kind, ...words] = reader.optionalTexts(check?.['Test'], 'config.Healthcheck.Test') ?? [];
  if (words.length === 0) return undefined;
  if (kind === 'CMD') return words;
  if (kind !== 'CMD-SHELL') return undefined;
  const shell = reader.optionalTexts(config['Shell'], 'config.Shell');
  return [...(shell === undefined || shell.length === 0 ? ['/bin/sh', '-c'] : shell), words.join(' ')];
}
