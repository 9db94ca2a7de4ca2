// Everything that is made of schemas/: proto code and validators. `--check` makes it elsewhere and compares.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateProto } from './generate-proto.mjs';
import { generateValidators } from './generate-validators.mjs';

const places = ['api/contract/generated', 'spec/generated', 'daemon/generated'];

async function generate(out) {
  generateProto(join(out, 'api/contract/generated'));
  await generateValidators(out);
}

if (process.argv.includes('--check')) {
  const scratch = mkdtempSync(join(tmpdir(), 'tsorch-generated-'));
  try {
    await generate(scratch);
    for (const place of places)
      execFileSync('diff', ['-r', join(scratch, place), join('src', place)], { stdio: 'inherit' });
  } catch {
    console.error('generated code is not what schemas/ says: run `npm run generate`');
    process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true });
  }
} else {
  await generate('src');
}
