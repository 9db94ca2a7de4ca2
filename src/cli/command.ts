import type { CommandContext } from './context.ts';

/** Values of flags by their long name in camel case; positional arguments in order. */
export interface CommandInput {
  readonly args: readonly string[];
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/** A command's code; loaded when it is called. Resolves with the exit status. */
export interface CommandModule {
  run(context: CommandContext, input: CommandInput): Promise<number>;
}

export interface FlagDefinition {
  /** As commander reads it: `-f, --file <path...>`. */
  readonly flags: string;
  readonly description: string;
  readonly default?: string | boolean;
}

/** One entry of the command tree; help, completion and parsing are made of it. */
export interface CommandDefinition {
  /** `apply`, or `image pull`; arguments as commander reads them: `<service...>`. */
  readonly name: string;
  readonly args?: string;
  readonly summary: string;
  readonly flags?: readonly FlagDefinition[];
  readonly examples?: readonly string[];
  /** Everything after the first argument belongs to the program that is run. */
  readonly passThrough?: boolean;
  readonly load: () => Promise<CommandModule>;
}

export function stringFlag(input: CommandInput, name: string): string | undefined {
  const value = input.flags[name];
  return typeof value === 'string' ? value : undefined;
}

export function listFlag(input: CommandInput, name: string): readonly string[] {
  const value = input.flags[name];
  return Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
}

export function isSet(input: CommandInput, name: string): boolean {
  return input.flags[name] === true;
}
