import { type CommandInput, stringFlag } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { run as runImport } from './image-import.ts';

/** The archive's images by their own names; what else an archive may be is for `image import`. */
export function run(context: CommandContext, input: CommandInput): Promise<number> {
  return runImport(context, { args: [stringFlag(input, 'file') ?? '-'], flags: {} });
}
