import { Command, CommanderError, Option } from 'commander';
import type { CommandDefinition, CommandInput } from './command.ts';
import { commandTree } from './command-tree.ts';
import type { CommandContext } from './context.ts';

/** Flags of every command. */
export interface GlobalFlags {
  readonly root?: string;
  readonly runDir?: string;
  readonly output?: 'text' | 'json';
}

const usageExit = 2;

/**
 * Parses a command line, runs its command and resolves with the exit status. What commander has to say (help, unknown
 * flags with their nearest neighbour) it prints itself.
 */
export function buildProgram(
  contextOf: (globals: GlobalFlags) => Promise<CommandContext>,
): (argv: readonly string[]) => Promise<number> {
  return async (argv) => {
    let status = 0;
    const program = rootCommand();
    for (const definition of commandTree)
      addCommand(program, definition, async (input, globals) => {
        const { run } = await definition.load();
        status = await run(await contextOf(globals), input);
      });
    try {
      await program.parseAsync(argv.length === 0 ? ['--help'] : argv, { from: 'user' });
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      return error.exitCode === 0 ? 0 : usageExit;
    }
    return status;
  };
}

function rootCommand(): Command {
  const program = addGlobalFlags(new Command('tsorch'))
    .description('Runs declared sets of containers on this host, and keeps it that way.')
    .helpCommand('help [command]', 'explain a command')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .showHelpAfterError('(see `tsorch help`)')
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'error[usage.bad-argument]: ')),
    })
    .exitOverride();
  return program;
}

function addGlobalFlags(command: Command): Command {
  return command
    .addOption(new Option('--root <dir>', 'directory of the node (default /var/lib/tsorch, or $TSORCH_ROOT)'))
    .addOption(
      new Option('--run-dir <dir>', 'directory of its sockets (default /run/tsorch, or $TSORCH_RUN_DIR)'),
    )
    .addOption(new Option('-o, --output <format>', 'how results are printed').choices(['text', 'json']));
}

type Action = (input: CommandInput, globals: GlobalFlags) => Promise<void>;

function addCommand(program: Command, definition: CommandDefinition, action: Action): void {
  const [first = '', second] = definition.name.split(' ');
  const parent = second === undefined ? program : groupCommand(program, first);
  const command = addGlobalFlags(
    parent.command(`${second ?? first}${definition.args ? ` ${definition.args}` : ''}`),
  ).summary(definition.summary);
  command.description(`${definition.summary[0]?.toUpperCase()}${definition.summary.slice(1)}.`);
  for (const flag of definition.flags ?? []) command.option(flag.flags, flag.description, flag.default);
  if (definition.passThrough) command.passThroughOptions();
  if (definition.examples)
    command.addHelpText('after', `\nExamples:\n${definition.examples.map((line) => `  ${line}`).join('\n')}`);
  command.action(async () => {
    const flags = command.opts();
    await action({ args: command.args, flags }, { ...program.opts(), ...flags } as GlobalFlags);
  });
}

const groupSummaries: Readonly<Record<string, string>> = {
  image: 'bring in, send, list, check and remove images',
  node: 'the node as a whole',
};

function groupCommand(program: Command, name: string): Command {
  const found = program.commands.find((command) => command.name() === name);
  if (found) return found;
  const group = program.command(name).summary(groupSummaries[name] ?? name);
  return group.action(() => group.help({ error: true }));
}
