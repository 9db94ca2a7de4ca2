// Everything that is made of schemas/ and of the command tree: proto code, validators, pages of docs/. `--check` makes it elsewhere and compares.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateDocs } from './generate-docs.mjs';
import { generateProto } from './generate-proto.mjs';
import { generateValidators } from './generate-validators.mjs';

const places = [
  'src/api/contract/generated',
  'src/spec/generated',
  'src/daemon/generated',
  'docs/errors.md',
  'docs/cli.md',
  'docs/stack-file.md',
];

async function generate(out) {
  mkdirSync(join(out, 'docs'), { recursive: true });
  generateProto(join(out, 'src/api/contract/generated'));
  await generateValidators(join(out, 'src'));
  await generateDocs(out);
}

if (process.argv.includes('--check')) {
  const scratch = mkdtempSync(join(tmpdir(), 'tsorch-generated-'));
  try {
    await generate(scratch);
    for (const place of places)
      execFileSync('diff', ['-r', join(scratch, place), place], { stdio: 'inherit' });
  } catch {
    console.error('generated code is not what schemas/ says: run `npm run generate`');
    process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true });
  }
} else {
  await generate('.');
}
