import { type CommandInput, stringFlag } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { ensureDaemon } from '../node-process.ts';
import { print, printJson } from '../output/console.ts';
import { formatBytes } from '../output/format.ts';
import { formatTable } from '../output/table.ts';

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [reference = ''] = input.args;
  const artifactType = stringFlag(input, 'artifactType') ?? '';
  await ensureDaemon(context);
  const { referrers } = await withClient(context, (client) =>
    client.call('listReferrers', { reference, artifactType }, { signal: context.signal }),
  );
  if (context.output === 'json') printJson(referrers);
  else if (referrers.length === 0) print(`nothing refers to ${reference}`);
  else
    print(
      formatTable([
        ['DIGEST', 'TYPE', 'SIZE'],
        ...referrers.map(({ digest, mediaType, artifactType: type, size }) => [
          digest,
          type || mediaType,
          formatBytes(size),
        ]),
      ]),
    );
  return 0;
}
