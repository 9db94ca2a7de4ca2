import { describe, expect, it } from 'vitest';
import { complaints, load, loadGood, loadService, oneService } from './load-text.ts';

const ready = (yaml: string): string => `x-tsorch: {probes: {ready: ${yaml}}}`;
const times = {
  intervalMs: 10_000,
  timeoutMs: 2_000,
  retries: 3,
  startPeriodMs: 30_000,
  startIntervalMs: 500,
};
const http = { kind: 'http', method: 'GET', path: '/', headers: {}, status: [200, 399] };

describe('a ready probe', () => {
  it.each([
    ['"http://:8080/up?x=1"', { ...http, to: { port: 8080 }, path: '/up?x=1' }],
    ['"http://10.0.0.7:80"', { ...http, to: { port: 80, address: '10.0.0.7' } }],
    ['"http://[::1]:80/"', { ...http, to: { port: 80, address: '::1' } }],
    ['tcp::5432', { kind: 'connect', to: { port: 5432 } }],
    ['"tcp:127.0.0.1:1"', { kind: 'connect', to: { port: 1, address: '127.0.0.1' } }],
    ['grpc::9000', { kind: 'grpc', to: { port: 9000 }, service: '' }],
    ['grpc::9000/shop.Cart', { kind: 'grpc', to: { port: 9000 }, service: 'shop.Cart' }],
    ['unix:/run/app.sock', { kind: 'connect', to: { socket: '/run/app.sock' } }],
    ['exec:test -e /ready', { kind: 'exec', args: ['/bin/sh', '-c', 'test -e /ready'] }],
    ['{http: 8080}', { ...http, to: { port: 8080 } }],
    [
      '{http: "8080", address: "::1", path: /up, method: HEAD, headers: {Host: shop, N: 1}, status: 204, body: ok}',
      {
        kind: 'http',
        to: { port: 8080, address: '::1' },
        method: 'HEAD',
        path: '/up',
        headers: { Host: 'shop', N: '1' },
        status: [204, 204],
        body: 'ok',
      },
    ],
    ['{tcp: 1}', { kind: 'connect', to: { port: 1 } }],
    ['{grpc: 9000, service: shop}', { kind: 'grpc', to: { port: 9000 }, service: 'shop' }],
    ['{unix: /run/x}', { kind: 'connect', to: { socket: '/run/x' } }],
    ['{unix: /run/x, path: /up}', { ...http, to: { socket: '/run/x' }, path: '/up' }],
    ['{exec: [a, 1]}', { kind: 'exec', args: ['a', '1'] }],
  ])('%s', (yaml, check) => {
    expect(loadService(ready(yaml)).healthCheck).toEqual({ ...check, ...times });
  });

  it('says how often', () => {
    const yaml =
      '{tcp: 1, interval: 3s, timeout: 1s, retries: 2, successes: 4, start_period: 1m, start_interval: 50ms}';
    expect(loadService(ready(yaml)).healthCheck).toEqual({
      kind: 'connect',
      to: { port: 1 },
      intervalMs: 3_000,
      timeoutMs: 1_000,
      retries: 2,
      successes: 4,
      startPeriodMs: 60_000,
      startIntervalMs: 50,
    });
  });

  it('counts instead of `healthcheck`, which is said', () => {
    const { stack, problems } = load(oneService(`healthcheck: {test: x}\n${ready('tcp::1')}`));
    expect(stack?.services['web']?.healthCheck).toMatchObject({ kind: 'connect' });
    expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      'warning: `healthcheck` is for other tools: `x-tsorch.probes.ready` counts here',
    ]);
  });

  it('is replaced as a whole where a service is extended', () => {
    const yaml = `services:
  base: {image: x, x-tsorch: {probes: {ready: {http: 80, path: /a}}}}
  web: {extends: {service: base}, x-tsorch: {probes: {ready: {tcp: 5}}}}
`;
    expect(loadGood(yaml).services['web']?.healthCheck).toMatchObject({ kind: 'connect', to: { port: 5 } });
  });
});

describe('what a probe cannot be', () => {
  it.each([
    [
      'https://:1/',
      'spec.bad-value: "https://:1/" is not a probe: a probe speaks no TLS; probe a clear-text port, or tcp',
    ],
    [
      'udp::1',
      'spec.bad-value: "udp::1" is not a probe: it begins with none of http://, tcp:, grpc:, unix: and exec:',
    ],
    ['tcp:5432', 'spec.bad-value: "tcp:5432" is not a probe: it has no :PORT'],
    [
      'tcp:db:5432',
      'spec.bad-value: "tcp:db:5432" is not a probe: "db" is not an IP address; leave it out for the container itself',
    ],
    ['tcp::70000', 'spec.bad-value: "70000" is not a whole number from 1 to 65535'],
    ['tcp::1/x', 'spec.bad-value: "tcp::1/x" is not a probe: nothing can stand behind the port: "/x"'],
    ['unix:run/x', 'spec.bad-path: "run/x" is not an absolute path in the container'],
    ['"exec:"', 'spec.bad-value: the command of the probe is empty'],
    ['"http://:1/a b"', 'spec.bad-value: "/a b" is not the path of a URL'],
    ['{}', 'spec.bad-value: a probe has one of `http`, `tcp`, `grpc`, `unix` and `exec`, not none'],
    [
      '{http: 1, tcp: 2}',
      'spec.bad-value: a probe has one of `http`, `tcp`, `grpc`, `unix` and `exec`, not `http` and `tcp`',
    ],
    ['{tcp: 1, path: /x}', 'spec.bad-value: a probe of kind tcp has no `path`'],
    ['{http: 0}', 'spec.bad-value: "0" is not a whole number from 1 to 65535'],
    ['{http: 1, address: localhost}', 'spec.bad-value: "localhost" is not an IP address'],
    [
      '{http: 1, status: 2xx}',
      'spec.bad-value: "2xx" is not a status such as 204, or a range such as 200-399',
    ],
    [
      '{http: 1, status: 300-200}',
      'spec.bad-value: "300-200" is not a status such as 204, or a range such as 200-399',
    ],
    ['{http: 1, method: get}', 'spec.bad-value: "get" is not the HTTP method'],
    [
      '{http: 1, headers: {A: "b\\nC: d"}}',
      'spec.bad-value: "A: b\\nC: d" is not a field of an HTTP request',
    ],
    ['{http: 1, headers: {"A:": b}}', 'spec.bad-value: "A:: b" is not a field of an HTTP request'],
    ['{http: 1, body: ""}', 'spec.bad-value: `body` is a text of 1 to 4096 characters'],
    ['{grpc: 1, service: "a b"}', 'spec.bad-value: "a b" is not the name of a gRPC service'],
    ['{tcp: 1, successes: 0}', 'spec.bad-value: "0" is not a whole number from 1 to 1000'],
    ['{tcp: 1, interval: 5}', 'spec.bad-duration: "5" is not a duration such as "1m30s"'],
    ['{tpc: 1}', expect.stringContaining('spec.unknown-key')],
  ])('%s', (yaml, complaint) => {
    expect(complaints(ready(yaml))).toContainEqual(complaint);
  });

  it('is told with its place', () => {
    const yaml = `services:\n  web:\n    image: x\n    x-tsorch:\n      probes:\n        ready: tcp:db:1\n`;
    expect(load(yaml).problems).toMatchObject([{ line: 6, column: 16 }]);
  });

  it('refuses other keys of ours', () => {
    expect(complaints('x-tsorch: {drift: repair}')[0]).toContain('spec.unknown-key');
    expect(complaints('x-tsorch: {probes: {start: "tcp::1"}}')[0]).toContain('spec.unsupported');
  });
});
