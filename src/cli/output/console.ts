import colors from 'picocolors';

/** The only place where the command line writes. Results go to stdout, everything said beside them to stderr. */
export const paint = colors.createColors(Boolean(process.stdout.isTTY) && colors.isColorSupported);
export const paintError = colors.createColors(Boolean(process.stderr.isTTY) && colors.isColorSupported);

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
