import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  familiarImageReference,
  formatImageReference,
  parseImageReference,
} from '../../../src/model/image-reference.ts';

const digest = `sha256:${'0'.repeat(64)}`;

function complete(text: string): string | undefined {
  const reference = parseImageReference(text);
  return reference === undefined ? undefined : formatImageReference(reference);
}

describe('parseImageReference', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['team/web', 'docker.io/team/web:latest'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['index.docker.io/library/nginx', 'docker.io/library/nginx:latest'],
    ['localhost/web', 'localhost/web:latest'],
    ['localhost:5000/web', 'localhost:5000/web:latest'],
    ['127.0.0.1:5000/a/b/c:x', '127.0.0.1:5000/a/b/c:x'],
    ['[::1]:5000/web', '[::1]:5000/web:latest'],
    ['registry.example/team/web:2.1', 'registry.example/team/web:2.1'],
    ['Upper/web', 'Upper/web:latest'],
    [`nginx@${digest}`, `docker.io/library/nginx@${digest}`],
    [`nginx:1.27@${digest}`, `docker.io/library/nginx:1.27@${digest}`],
    ['a__b/c--d/e.f', 'docker.io/a__b/c--d/e.f:latest'],
  ])('completes %s to %s', (text, expected) => {
    expect(complete(text)).toBe(expected);
  });

  it.each([
    '',
    ':tag',
    'UPPER',
    'nginx:',
    'nginx:.tag',
    `nginx:${'t'.repeat(129)}`,
    'a//b',
    '/a',
    'a/',
    'a_-b',
    '-a',
    'a..b',
    'nginx@sha256:abc',
    `nginx@${digest}@${digest}`,
    'nginx@sha512:00',
    'registry.example:port/web',
    '../etc/passwd',
    'web:../../x',
    'a b',
    'x'.repeat(256),
  ])('refuses %j', (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });

  it('takes back what it formats, in both forms', () => {
    const part = fc.stringMatching(/^[a-z0-9]+(?:(?:[._]|__|-{1,2})[a-z0-9]+){0,2}$/);
    const names = fc.record({
      domain: fc.constantFrom('', 'localhost:5000/', 'registry.example/', 'docker.io/'),
      path: fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
      tag: fc.constantFrom('', ':latest', ':v1.2_3-x'),
      digest: fc.constantFrom('', `@${digest}`),
    });
    fc.assert(
      fc.property(names, ({ domain, path, tag, digest: pinned }) => {
        const reference = parseImageReference(`${domain}${path}${tag}${pinned}`);
        fc.pre(reference !== undefined);
        expect(parseImageReference(formatImageReference(reference))).toEqual(reference);
        expect(parseImageReference(familiarImageReference(reference))).toEqual(reference);
      }),
    );
  });
});

describe('familiarImageReference', () => {
  it.each([
    ['docker.io/library/nginx', 'nginx:latest'],
    ['team/web:1', 'team/web:1'],
    ['registry.example/nginx', 'registry.example/nginx:latest'],
  ])('shows %s as %s', (text, expected) => {
    const reference = parseImageReference(text);
    expect(reference && familiarImageReference(reference)).toBe(expected);
  });
});
