import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** `tsorch-rt`, as the build script leaves it, or as TSORCH_TEST_NATIVE says. */
export function nativeBinary(): string {
  const path = resolve(process.env['TSORCH_TEST_NATIVE'] ?? 'dist/tsorch-rt');
  if (!existsSync(path)) throw new Error(`there is no ${path}: run scripts/build.sh first`);
  return path;
}
