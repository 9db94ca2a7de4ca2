import { existsSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The native binary under the name that makes it an OCI runtime; a link beside it, which is made where there is none. */
export function runtimeProgram(nativeBinary: string): string {
  const program = join(dirname(nativeBinary), 'tsorch-runtime');
  if (!existsSync(program)) symlinkSync(nativeBinary, program);
  return program;
}
