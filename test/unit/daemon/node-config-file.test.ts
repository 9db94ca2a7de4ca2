import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveNodeConfig } from '../../../src/config/node-config.ts';
import { readNodeConfigFile } from '../../../src/daemon/node-config-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function read(text: string) {
  const path = join(temporaryFolder(), 'node.yaml');
  writeFileSync(path, text);
  return readNodeConfigFile(path);
}

describe('node.yaml', () => {
  it('sets OCI runtimes with their arguments', () => {
    expect(read('runtimes:\n  runsc: {path: /usr/bin/runsc, args: [--platform=systrap]}\n')).toEqual({
      runtimes: { runsc: { path: '/usr/bin/runsc', args: ['--platform=systrap'] } },
    });
  });

  it.each([
    ['a path that is none', 'runtimes:\n  runsc: {path: runsc}\n', /node\.yaml:2:\d+ runtimes\.runsc\.path/],
    [
      'a missing path',
      'runtimes:\n  runsc: {args: [a]}\n',
      /node\.yaml:2:\d+ runtimes\.runsc: required path/,
    ],
    [
      'arguments that are no list',
      'runtimes:\n  a: {path: /a, args: x}\n',
      /node\.yaml:2:\d+ runtimes\.a\.args/,
    ],
    ['an unknown key', 'runtimes:\n  a: {path: /a, arg: []}\n', /node\.yaml:2:\d+ unknown key "arg"/],
    ['a name that services cannot have', 'runtimes:\n  A B: {path: /a}\n', /node\.yaml:\d+:\d+ .*A B/],
  ])('refuses %s, with its place', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it('says how full the disk of images may be; without, images stay', () => {
    const pressureOf = (text: string) =>
      resolveNodeConfig({ flags: {}, environment: {}, file: read(text), programDir: '/x' }).diskPressure;
    expect(pressureOf('')).toBeUndefined();
    expect(pressureOf('images: {pressure: {}}\n')).toEqual({ high: 85, low: 80 });
    expect(pressureOf('images: {pressure: {high: 90}}\n')).toEqual({ high: 90, low: 80 });
    expect(() => pressureOf('images: {pressure: {high: 70}}\n')).toThrow(/low \(80\) is above high \(70\)/);
    expect(() => pressureOf('images: {pressure: {high: 101}}\n')).toThrow(
      /node\.yaml:1:\d+ images\.pressure\.high: maximum/,
    );
  });

  it('says through which proxies registries are reached, unless variables do', () => {
    const file = read('proxy: {https: "proxy.example:3128", exclude: [".internal.example"]}\n');
    const proxyIn = (environment: Record<string, string>) =>
      resolveNodeConfig({ flags: {}, environment, file, programDir: '/x' }).proxy;
    expect(proxyIn({})).toEqual({ https: 'proxy.example:3128', exclude: ['.internal.example'] });
    expect(proxyIn({ https_proxy: 'a:1', HTTP_PROXY: 'b:1', NO_PROXY: 'x,10.0.0.0/8' })).toEqual({
      http: 'b:1',
      https: 'a:1',
      exclude: ['x', '10.0.0.0/8'],
    });
  });
});
