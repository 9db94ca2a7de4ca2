import { describe, expect, it } from 'vitest';
import { findRuntime } from '../../../../src/engine/containers/find-runtime.ts';

const sh = { name: 'sh', path: '/bin/sh', args: ['--root', '/run/sh'] };

describe('the OCI runtime that a service names', () => {
  it('is one of the configured ones', () => {
    expect(findRuntime(new Map([['sh', sh]]), 'sh')).toEqual(sh);
  });

  it('is told apart from all that there are when it is none of them', () => {
    const runtimes = new Map([
      ['sh', sh],
      ['bash', sh],
    ]);
    expect(() => findRuntime(runtimes, 'kata')).toThrow('no OCI runtime "kata", but its own and bash, sh');
    expect(() => findRuntime(new Map(), 'kata')).toThrow('no OCI runtime "kata", nor any other but its own');
  });

  it('must be a program', () => {
    const runtimes = new Map([['gone', { ...sh, path: '/no/such/runtime' }]]);
    expect(() => findRuntime(runtimes, 'gone')).toThrow(
      '"gone" is /no/such/runtime, which cannot be executed',
    );
  });
});
