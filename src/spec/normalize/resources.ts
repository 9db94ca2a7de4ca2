import type { Resources } from '../../model/stack.ts';
import type { NumberText, ResourcesAsWritten, ServiceAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { optional } from './optional.ts';
import { type NumberLimits, readInteger, readNumber, readSize } from './values.ts';

type NumberField = Field<NumberText>;
type Read = (field: NumberField | undefined) => number | undefined;

/** Limits and reservations, from `deploy.resources` or the older keys of the service; both must agree. */
export function normalizeResources(service: Field<ServiceAsWritten>): Resources {
  const resources = service.get('deploy')?.get('resources');
  const limits = resources?.get('limits');
  const memoryBytes = positive(pick(limits?.get('memory'), service.get('mem_limit'), readSize));
  const cpus =
    positive(pick(limits?.get('cpus'), service.get('cpus'), readCount({ min: 0 }))) ?? readQuota(service);
  return optional({
    memoryBytes,
    memoryReservationBytes: readReservation(service, resources, memoryBytes),
    memorySwapBytes: readSwap(service.get('memswap_limit'), memoryBytes),
    cpus,
    cpuShares: positive(readInteger(service.get('cpu_shares'), { min: 0, max: 262_144 })),
    cpuset: readCpuset(service.get('cpuset')),
    pids: positive(
      pick(limits?.get('pids'), service.get('pids_limit'), (field) => readInteger(field, { min: -1 })),
    ),
  });
}

/** Of two keys for one thing either may stand; if both do, they must say the same. */
function pick(
  deploy: NumberField | undefined,
  legacy: NumberField | undefined,
  read: Read,
): number | undefined {
  const [first, second] = [read(deploy), read(legacy)];
  if (legacy !== undefined && first !== undefined && second !== undefined && first !== second) {
    const message = `\`${legacy.key}\` is ${quote(legacy.value)} and \`deploy.resources\` says ${quote(deploy?.value)}`;
    legacy.error('spec.contradiction', message);
  }
  return first ?? second;
}

function readReservation(
  service: Field<ServiceAsWritten>,
  resources: Field<ResourcesAsWritten> | undefined,
  memoryBytes: number | undefined,
): number | undefined {
  const written = resources?.get('reservations')?.get('memory');
  const legacy = service.get('mem_reservation');
  const bytes = positive(pick(written, legacy, readSize));
  if (bytes !== undefined && memoryBytes !== undefined && bytes > memoryBytes) {
    (written ?? legacy)?.error('spec.contradiction', 'more memory is reserved than the limit allows');
  }
  return bytes;
}

/** Memory and swap together; 0 = unset, -1 = unlimited swap. */
function readSwap(field: NumberField | undefined, memoryBytes: number | undefined): number | undefined {
  if (field === undefined) return undefined;
  if (String(field.value).trim() === '-1') return -1;
  const bytes = positive(readSize(field));
  if (bytes === undefined) return undefined;
  if (memoryBytes === undefined) {
    field.error(
      'spec.contradiction',
      '`memswap_limit` is memory and swap together and needs `mem_limit` beside it',
    );
  } else if (bytes < memoryBytes) {
    field.error(
      'spec.contradiction',
      '`memswap_limit` is memory and swap together and must not be below `mem_limit`',
    );
  }
  return bytes;
}

/** `cpu_quota` of each `cpu_period` (100 ms if absent), as cores. */
function readQuota(service: Field<ServiceAsWritten>): number | undefined {
  const quota = service.get('cpu_quota');
  const quotaUs = readInteger(quota, { min: -1 });
  const periodUs = readInteger(service.get('cpu_period'), { min: 1_000, max: 1_000_000 }) ?? 100_000;
  if (quotaUs === undefined || quotaUs <= 0) return undefined;
  return quotaUs / periodUs;
}

function readCpuset(field: NumberField | undefined): string | undefined {
  if (field === undefined) return undefined;
  const text = String(field.value).replaceAll(' ', '');
  if (text === '') return undefined;
  if (/^\d{1,4}(?:-\d{1,4})?(?:,\d{1,4}(?:-\d{1,4})?)*$/.test(text)) return text;
  field.error('spec.bad-value', `${quote(field.value)} is not a list of cores such as "0-3,8"`);
  return undefined;
}

function readCount(limits: NumberLimits): Read {
  return (field) => readNumber(field, limits);
}

/** Zero, and -1 where it is allowed, ask for no limit. */
function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}
