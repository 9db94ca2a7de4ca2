import { type CommandInput, isSet } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { print, printJson } from '../output/console.ts';
import { formatBytes } from '../output/format.ts';

interface Report {
  readonly blobs: number;
  readonly bytes: number;
  readonly layers: number;
  readonly problems: readonly Problem[];
}

interface Problem {
  readonly kind: string;
  readonly digest: string;
  readonly image?: string;
  readonly message: string;
  readonly repaired: boolean;
}

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const request = { references: [...input.args], all: isSet(input, 'all'), repair: isSet(input, 'repair') };
  const { json } = await withClient(context, (client) =>
    client.call('verifyImages', request, { signal: context.signal }),
  );
  const report: Report = JSON.parse(json);
  if (context.output === 'json') printJson(report);
  else for (const line of describe(report)) print(line);
  return report.problems.every(({ repaired }) => repaired) ? 0 : 1;
}

function describe({ blobs, bytes, layers, problems }: Report): readonly string[] {
  const told = problems.map(({ kind, digest, image, message, repaired }) => {
    const of = image === undefined ? '' : ` of ${image}`;
    return `${kind} ${digest}${of} ${message}${repaired ? ': repaired' : ''}`;
  });
  const bad = problems.filter(({ repaired }) => !repaired).length;
  const checked = `${blobs} blobs (${formatBytes(bytes)}) and ${layers} layers checked`;
  return [...told, `${checked}: ${bad === 0 ? 'all is well' : `${bad} not as they should be`}`];
}
