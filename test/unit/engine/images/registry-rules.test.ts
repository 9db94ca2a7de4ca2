import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../../../src/engine/images/registry/challenge.ts';
import { registryError, UnexpectedStatus } from '../../../../src/engine/images/registry/registry-error.ts';
import { registryHost } from '../../../../src/engine/images/registry/registry-host.ts';
import { pauseAfter } from '../../../../src/engine/images/registry/retry.ts';
import { systemClock } from '../../../../src/lib/clock.ts';

describe('parseChallenges', () => {
  it('reads several challenges with quoted commas', () => {
    expect(
      parseChallenges(
        'Bearer realm="https://auth.example/token",service="reg, istry",scope="repository:a:pull,push" , Basic realm="say \\"hi\\""',
      ),
    ).toEqual([
      {
        scheme: 'bearer',
        parameters: {
          realm: 'https://auth.example/token',
          service: 'reg, istry',
          scope: 'repository:a:pull,push',
        },
      },
      { scheme: 'basic', parameters: { realm: 'say "hi"' } },
    ]);
  });

  it('takes a scheme without parameters', () => {
    expect(parseChallenges('Negotiate, Basic Realm=x')).toEqual([
      { scheme: 'negotiate', parameters: {} },
      { scheme: 'basic', parameters: { realm: 'x' } },
    ]);
  });

  it('ends on any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseChallenges(text).every(({ scheme }) => scheme !== '')).toBe(true);
      }),
    );
  });
});

describe('registryHost', () => {
  it.each([
    ['docker.io', 'registry-1.docker.io', false],
    ['registry.example:5000', 'registry.example:5000', false],
    ['localhost:5000', 'localhost:5000', true],
    ['127.8.9.1:5000', '127.8.9.1:5000', true],
    ['[::1]:5000', '[::1]:5000', true],
    ['10.0.0.1:5000', '10.0.0.1:5000', true],
    ['127.example.com', '127.example.com', false],
  ])('finds %s at %s, insecure: %s', (domain, address, isInsecure) => {
    expect(registryHost(domain, { '10.0.0.1:5000': { insecure: true } })).toEqual({
      domain,
      address,
      folder: '',
      isInsecure,
    });
  });
});

describe('pauseAfter', () => {
  const context = {
    clock: { ...systemClock, now: () => 1_000_000 },
    policy: { attempts: 3, firstPauseMs: 100, longestPauseMs: 60_000 },
    random: () => 0.5,
  };
  const status = (code: number, retryAfter?: string) => new UnexpectedStatus(code, '', retryAfter);

  it('grows, and ends with the attempts', () => {
    expect([1, 2, 3].map((attempt) => pauseAfter(status(503), attempt, context))).toEqual([
      100,
      200,
      undefined,
    ]);
  });

  it('obeys Retry-After in both forms, within reason', () => {
    expect(pauseAfter(status(429, '7'), 1, context)).toBe(7000);
    expect(pauseAfter(status(429, new Date(1_009_000).toUTCString()), 1, context)).toBe(9000);
    expect(pauseAfter(status(429, '99999'), 1, context)).toBe(60_000);
    expect(pauseAfter(status(429, 'soon'), 1, context)).toBe(100);
  });

  it.each([401, 403, 404, 400, 416])('never repeats after %s', (code) => {
    expect(pauseAfter(status(code), 1, context)).toBeUndefined();
  });

  it('repeats after a broken connection, not when nobody listens', () => {
    const error = (code: string) => Object.assign(new Error('x'), { code });
    expect(pauseAfter(error('ECONNRESET'), 1, context)).toBe(100);
    expect(pauseAfter(error('ECONNREFUSED'), 1, context)).toBeUndefined();
    expect(pauseAfter(error('ENOTFOUND'), 1, context)).toBeUndefined();
    expect(pauseAfter(error('CERT_HAS_EXPIRED'), 1, context)).toBeUndefined();
  });
});

describe('registryError', () => {
  it('names registry, image and cause', () => {
    const refused = Object.assign(new AggregateError([new Error('connect ECONNREFUSED ::1:1')], 'none'), {
      code: 'ECONNREFUSED',
      message: '',
    });
    expect(registryError(refused, 'localhost:1', 'image localhost:1/x:y')).toMatchObject({
      code: 'registry.unreachable',
      message: 'cannot reach registry localhost:1 for image localhost:1/x:y',
      retryable: true,
      cause: { message: 'connect ECONNREFUSED ::1:1' },
    });
  });

  it.each([
    [404, 'image.not-found'],
    [401, 'registry.denied'],
    [403, 'registry.denied'],
    [429, 'registry.rate-limited'],
    [500, 'registry.protocol'],
    [418, 'registry.protocol'],
  ])('tells %s as %s', (status, code) => {
    expect(registryError(new UnexpectedStatus(status, '', undefined), 'r', 'image r/x:y')).toMatchObject({
      code,
    });
  });
});
