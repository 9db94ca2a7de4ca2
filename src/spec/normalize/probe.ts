import { isIP } from 'node:net';
import type { Check, CheckEndpoint, CheckTimes, HealthCheck } from '../../model/stack.ts';
import type { CommandAsWritten, NumberText, ProbeAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { parseShortProbe } from '../formats/probe.ts';
import { readCheckTimes } from './check-times.ts';
import { readArguments } from './command.ts';
import { httpRequest } from './probe-request.ts';
import { readInteger } from './values.ts';

/** Shorter than those of `healthcheck`: a probe over a socket costs next to nothing, and who waits for it wants to know soon. */
const defaults: CheckTimes = {
  intervalMs: 10_000,
  timeoutMs: 2_000,
  retries: 3,
  startPeriodMs: 30_000,
  startIntervalMs: 500,
};

const kinds = ['http', 'tcp', 'grpc', 'unix', 'exec'] as const;
type Kind = (typeof kinds)[number];

/** What only some kinds have. */
const fieldsOf = {
  http: ['address', 'path', 'method', 'headers', 'status', 'body'],
  tcp: ['address'],
  grpc: ['address', 'service'],
  unix: ['path', 'method', 'headers', 'status', 'body'],
  exec: [],
} as const satisfies Record<Kind, readonly (keyof ProbeAsWritten)[]>;

/** A probe of `x-tsorch`, in its short or long form; nothing after a problem. */
export function normalizeProbe(field: Field<string | ProbeAsWritten>): HealthCheck | undefined {
  const { value } = field;
  if (typeof value === 'string') {
    const check = shortCheck(field.as(value));
    return check === undefined ? undefined : { ...check, ...defaults };
  }
  const probe = field.as(value);
  const times = readCheckTimes(probe, defaults);
  const successes = readInteger(probe.get('successes'), { min: 1, max: 1000 });
  const check = longCheck(probe);
  return check === undefined
    ? undefined
    : { ...check, ...times, ...(successes === undefined ? {} : { successes }) };
}

function shortCheck(field: Field<string>): Check | undefined {
  const short = parseShortProbe(field.value);
  if ('problem' in short) {
    field.error('spec.bad-value', `${quote(field.value)} is not a probe: ${short.problem}`, {
      hint: 'write for example http://:8080/healthz, tcp::5432, grpc::9000, unix:/run/app.sock or exec:true',
    });
    return undefined;
  }
  if (short.kind === 'exec') return execCheck(field.as(short.command));
  if (short.kind === 'unix') return socketCheck(field.as(short.socket));
  const port = readPort(field.as(short.port));
  if (port === undefined) return undefined;
  const to = { port, ...(short.address === undefined ? {} : { address: short.address }) };
  if (short.kind === 'tcp') return { kind: 'connect', to };
  if (short.kind === 'grpc') return grpcCheck(to, field.as(short.service));
  const request = httpRequest(field.as({ path: short.path }));
  return request && { kind: 'http', to, ...request };
}

function longCheck(field: Field<ProbeAsWritten>): Check | undefined {
  const given = kinds.filter((kind) => field.get(kind) !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    if (kinds.some((name) => field.isBroken(name))) return undefined;
    const found = given.length === 0 ? 'none' : given.map((name) => `\`${name}\``).join(' and ');
    field.error(
      'spec.bad-value',
      `a probe has one of \`http\`, \`tcp\`, \`grpc\`, \`unix\` and \`exec\`, not ${found}`,
    );
    return undefined;
  }
  refuseFieldsOfOthers(field, kind);
  return checkOfKind(field, kind);
}

function checkOfKind(field: Field<ProbeAsWritten>, kind: Kind): Check | undefined {
  const exec = field.get('exec');
  if (kind === 'exec') return exec && execCheck(exec);
  const to = kind === 'unix' ? undefined : endpoint(field, field.get(kind));
  if (kind === 'tcp') return to && { kind: 'connect', to };
  if (kind === 'grpc') return to && grpcCheck(to, field.get('service'));
  const request = httpRequest(field);
  if (kind === 'http') return to && request && { kind: 'http', to, ...request };
  const unix = field.get('unix');
  const socket = unix && socketCheck(unix);
  const asks = fieldsOf.unix.some((name) => field.get(name) !== undefined);
  return asks ? socket && request && { ...socket, kind: 'http', ...request } : socket;
}

function refuseFieldsOfOthers(field: Field<ProbeAsWritten>, kind: Kind): void {
  const own: readonly string[] = fieldsOf[kind];
  const all = new Set(kinds.flatMap((name) => [...fieldsOf[name]]));
  for (const name of all) {
    if (own.includes(name)) continue;
    field.get(name)?.error('spec.bad-value', `a probe of kind ${kind} has no \`${name}\``, { atKey: true });
  }
}

function endpoint(
  field: Field<ProbeAsWritten>,
  written: Field<NumberText> | undefined,
): CheckEndpoint | undefined {
  const port = written && readPort(written);
  const address = field.get('address');
  if (address !== undefined && isIP(address.value) === 0) {
    address.error('spec.bad-value', `${quote(address.value)} is not an IP address`);
    return undefined;
  }
  if (port === undefined) return undefined;
  return address === undefined ? { port } : { port, address: address.value };
}

function readPort(field: Field<NumberText>): number | undefined {
  return readInteger(field, { min: 1, max: 65535 });
}

function socketCheck(field: Field<string>): { kind: 'connect'; to: { socket: string } } | undefined {
  const { value } = field;
  if (value.startsWith('/') && !value.includes('\0')) return { kind: 'connect', to: { socket: value } };
  field.error('spec.bad-path', `${quote(value)} is not an absolute path in the container`);
  return undefined;
}

function execCheck(field: Field<CommandAsWritten>): Check | undefined {
  const { value } = field;
  const args = typeof value === 'string' ? ['/bin/sh', '-c', value] : readArguments(field.as(value));
  if (value.length > 0) return { kind: 'exec', args };
  field.error('spec.bad-value', 'the command of the probe is empty');
  return undefined;
}

function grpcCheck(to: CheckEndpoint, service: Field<string> | undefined): Check | undefined {
  const name = service?.value ?? '';
  if (/^[\w.\-/]{0,256}$/.test(name)) return { kind: 'grpc', to, service: name };
  service?.error('spec.bad-value', `${quote(name)} is not the name of a gRPC service`);
  return undefined;
}
