import { describe, expect, it } from 'vitest';
import { normalRepository, parseScope, ruleFor } from '../../../../src/engine/images/policy/policy-scope.ts';
import type { TrustPolicy, TrustRule } from '../../../../src/engine/images/policy/trust-policy.ts';
import { parseImageReference } from '../../../../src/model/image-reference.ts';

const rule = (scope: string): TrustRule => ({ scope, require: { kind: 'reject' }, acceptsImported: false });

function scopeOf(name: string, ...scopes: readonly string[]): string {
  const policy: TrustPolicy = { file: 'f', digest: 'd', fallback: rule('default'), scopes: scopes.map(rule) };
  const reference = parseImageReference(name);
  if (reference === undefined) throw new Error(`${name} is no reference`);
  return ruleFor(policy, reference).scope;
}

describe('the rule for an image', () => {
  it('is the default where no scope matches', () => {
    expect(scopeOf('registry.example/web', 'other.example')).toBe('default');
  });

  it('is that of the longest path, whatever the order', () => {
    const scopes = ['r.example/team/web', 'r.example', 'r.example/team'];
    expect(scopeOf('r.example/team/web:1', ...scopes)).toBe('r.example/team/web');
    expect(scopeOf('r.example/team/web/api', ...scopes)).toBe('r.example/team/web');
    expect(scopeOf('r.example/team/webshop', ...scopes)).toBe('r.example/team');
    expect(scopeOf('r.example/teams', ...scopes)).toBe('r.example');
  });

  it('is that of the host itself before one of all hosts below a domain', () => {
    const scopes = ['*.example', '*.eu.example', 'r.eu.example'];
    expect(scopeOf('r.eu.example/web', ...scopes)).toBe('r.eu.example');
    expect(scopeOf('s.eu.example/web', ...scopes)).toBe('*.eu.example');
    expect(scopeOf('r.us.example/web', ...scopes)).toBe('*.example');
    expect(scopeOf('notexample.org/web', ...scopes)).toBe('default');
  });

  it('holds for short names too, by what they stand for', () => {
    expect(scopeOf('nginx', 'docker.io/library')).toBe('docker.io/library');
    expect(scopeOf('team/web', 'docker.io/library', 'docker.io')).toBe('docker.io');
    expect(scopeOf('nginx', 'index.docker.io')).toBe('index.docker.io');
  });

  it.each(['R.Example/web', 'r.example:443/web', 'R.EXAMPLE:80/web'])('is not left by writing %s', (name) => {
    expect(scopeOf(name, 'r.example')).toBe('r.example');
    expect(scopeOf('r.example/web', name)).toBe(name);
  });

  it('tells ports that are not implied apart', () => {
    expect(scopeOf('r.example:5000/web', 'r.example')).toBe('default');
    expect(scopeOf('r.example:5000/web', 'r.example:5000')).toBe('r.example:5000');
  });
});

describe('a scope', () => {
  it.each([
    'library',
    'r.example/',
    'r.example/web:1',
    'r.example/UP',
    '*.',
    '*',
    '',
    'r.example//a',
    'r.example/a@b',
  ])('is not "%s"', (text) => {
    expect(parseScope(text)).toBeUndefined();
  });

  it('is compared in one spelling', () => {
    expect(normalRepository({ domain: 'R.Example:443', path: 'web' })).toBe('r.example/web');
  });
});
