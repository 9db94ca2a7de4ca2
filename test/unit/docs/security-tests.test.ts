import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const native = 'runtime-native';
const table = readFileSync('docs/security-tests.md', 'utf8');
const names = [...table.matchAll(/`((?:[a-z_]+[/:]+)+[a-z_0-9]+)`/g)].flatMap(([, name]) => name ?? []);
const tests = names.filter((name) => name.includes('::') && !name.endsWith('::'));

it('the table of attacks names tests', () => {
  expect(tests.length).toBeGreaterThan(60);
});

it.each([...new Set(tests)])('the test %s exists', (name) => {
  const { file, test } = placeOf(name);
  expect(existsSync(file), file).toBe(true);
  const code = readFileSync(file, 'utf8');
  const isTest = name.startsWith('shim::')
    ? // Named in the list of its file, which the runner goes through.
      code.includes(`fn ${test}(runtime: Runtime)`) && new RegExp(`",\\s*${test},?\\s*\\)`).test(code)
    : new RegExp(`#\\[test\\]\\s+(#\\[.*\\]\\s+)*fn ${test}\\(`).test(code);
  expect(isTest, `${test} in ${file}`).toBe(true);
});

const scripted = [...table.matchAll(/`(test\/[^`]+\.test\.ts)` "([^"]+)"/g)];

it.each(scripted.map(([, file = '', name = '']) => ({ file, name })))('"$name" stands in $file', (test) => {
  expect(existsSync(test.file), test.file).toBe(true);
  expect(readFileSync(test.file, 'utf8')).toContain(`it('${test.name}'`);
});

it('every hole that the code of the runtime names stands in the table', () => {
  const code = ['bin/tsorch-rt', 'crates/container', 'crates/sys', 'crates/shim'].flatMap((folder) =>
    rustFiles(join(native, folder)).map((file) => readFileSync(file, 'utf8')),
  );
  const named = new Set(code.flatMap((text) => text.match(/CVE-\d{4}-\d+/g) ?? []));
  expect(named.size).toBeGreaterThan(20);
  expect([...named].filter((cve) => !table.includes(cve))).toEqual([]);
});

/** `file::test` of the runtime's tests, `hostd::file::test`, `shim::file::test`, `layers::file::test`, or `crate/path::test`. */
function placeOf(name: string): { readonly file: string; readonly test: string } {
  const parts = name.split('::');
  const test = parts.at(-1) ?? '';
  const path = parts.at(-2) ?? '';
  const [crate, ...rest] = path.split('/');
  if (rest.length > 0) {
    return { file: join(native, 'crates', crate ?? '', 'src', `${rest.join('/')}.rs`), test };
  }
  const folders: Record<string, string> = {
    hostd: 'bin/tsorch-rt/tests/hostd',
    shim: 'crates/shim/tests/behaviour',
    layers: 'crates/layers/tests/suite',
  };
  const folder = parts.length === 3 ? folders[parts[0] ?? ''] : 'bin/tsorch-rt/tests/runtime';
  return { file: join(native, folder ?? '', `${path}.rs`), test };
}

function rustFiles(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return entries.filter((entry) => entry.endsWith('.rs')).map((entry) => join(folder, entry));
}
