import { describe, expect, it } from 'vitest';
import { ProxyRules } from '../../../../src/engine/images/registry/proxy-rules.ts';

const proxies = { http: 'http://clear.example:3128', https: 'secure.example:3128' };

function through(address: string, ...exclude: string[]): string | undefined {
  return new ProxyRules({ ...proxies, exclude }).proxyFor(new URL(address))?.href;
}

describe('proxies', () => {
  it('are chosen by how a registry is spoken to', () => {
    expect(through('http://registry.example/v2/')).toBe('http://clear.example:3128/');
    expect(through('https://registry.example/v2/')).toBe('http://secure.example:3128/');
    expect(new ProxyRules({}).proxyFor(new URL('https://registry.example'))).toBeUndefined();
  });

  it.each(['http://localhost:5000', 'http://127.0.0.9:5000', 'http://[::1]:5000'])(
    'are nothing for %s',
    (address) => {
      expect(through(address)).toBeUndefined();
    },
  );

  it.each([
    ['registry.example', 'https://registry.example', true],
    ['registry.example', 'https://a.registry.example', true],
    ['registry.example', 'https://otherregistry.example', false],
    ['.example', 'https://registry.example', true],
    ['.registry.example', 'https://registry.example', false],
    ['*.example', 'https://registry.example', true],
    ['Registry.Example ', 'https://registry.example', true],
    ['registry.example:5000', 'https://registry.example:5000', true],
    ['registry.example:5000', 'https://registry.example', false],
    ['registry.example:443', 'https://registry.example', true],
    ['10.0.0.0/8', 'https://10.1.2.3', true],
    ['10.0.0.0/8', 'https://11.1.2.3', false],
    ['10.1.2.3', 'https://10.1.2.3:5000', true],
    ['10.1.2.3:80', 'https://10.1.2.3:5000', false],
    ['fd00::/8', 'https://[fd00::1]:5000', true],
    ['fd00::1', 'https://[fd00::1]', true],
    ['[fd00::1]:5000', 'https://[fd00::1]:5000', true],
    ['10.0.0.0/99', 'https://10.1.2.3', false],
    ['*', 'https://registry.example', true],
    ['', 'https://registry.example', false],
  ])('left out for "%s": %s %s', (entry, address, isExcluded) => {
    expect(through(address, 'unrelated.example', entry) === undefined).toBe(isExcluded);
  });
});
