// Runs dependency-cruiser over src and test. It cruises nothing and says "no violations" when it cannot parse
// TypeScript, so the number of files it saw is checked, and a bad fixture must be refused.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

function cruise(cwd, ...paths) {
  const args = [
    resolve('node_modules/.bin/depcruise'),
    '--config',
    resolve('.dependency-cruiser.mjs'),
    '-T',
    'json',
  ];
  try {
    const options = { cwd, maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] };
    return JSON.parse(execFileSync(process.execPath, [...args, ...paths], options));
  } catch (error) {
    return JSON.parse(error.stdout); // violations make it end with their number
  }
}

function sources(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('generated'),
  );
}

function describe({ rule, from, to, cycle }, rules) {
  const comment = rules.find(({ name }) => name === rule.name)?.comment ?? '';
  const path = cycle ? cycle.map(({ name }) => name).join(' -> ') : to;
  return `${rule.name}: ${from} -> ${path}\n    ${comment}`;
}

const { summary } = cruise('.', 'src', 'test');
const expected = sources('src').length;
if (summary.totalCruised < expected) {
  console.error(`layers: looked at ${summary.totalCruised} modules, but src has ${expected} files`);
  process.exit(1);
}
const errors = summary.violations.filter(({ rule }) => rule.severity === 'error');
for (const violation of errors) console.error(describe(violation, summary.ruleSetUsed.forbidden));
if (errors.length > 0) process.exit(1);

const fixture = mkdtempSync(join(tmpdir(), 'tsorch-layers-'));
try {
  for (const folder of ['model', 'state']) mkdirSync(join(fixture, 'src', folder), { recursive: true });
  writeFileSync(join(fixture, 'src/state/store.ts'), 'export const rows = 1;\n');
  writeFileSync(join(fixture, 'src/model/bad.ts'), "import '../state/store.ts';\nimport 'node:fs';\n");
  const found = cruise(fixture, 'src').summary.violations.map(({ rule }) => rule.name);
  for (const rule of ['layers: model', 'pure'])
    if (!found.includes(rule)) throw new Error(`layers: the rule "${rule}" let a bad file pass`);
} finally {
  rmSync(fixture, { recursive: true, force: true });
}
console.log(`layers: ${summary.totalCruised} modules, no violations`);
