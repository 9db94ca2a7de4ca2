import type { CommandInput } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { print, printJson } from '../output/console.ts';
import { formatBytes, formatDuration } from '../output/format.ts';
import { formatTable } from '../output/table.ts';

interface Details {
  readonly history: readonly Step[];
  readonly layers: readonly { readonly sizeBytes: number }[];
}

interface Step {
  readonly created?: number;
  readonly createdBy?: string;
  readonly comment?: string;
  readonly emptyLayer: boolean;
}

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [reference = ''] = input.args;
  const { json } = await withClient(context, (client) =>
    client.call('inspectImage', { reference }, { signal: context.signal }),
  );
  const steps = withSizes(JSON.parse(json));
  if (context.output === 'json') printJson(steps);
  else if (steps.length === 0) print('the image does not tell how it was built');
  else print(formatTable([['CREATED', 'SIZE', 'BY'], ...steps.map(row)]));
  return 0;
}

type SizedStep = Step & { readonly sizeBytes: number };

/** Newest first. Every step that is not empty made the next layer, with its size as it is stored. */
function withSizes({ history, layers }: Details): readonly SizedStep[] {
  let next = 0;
  return history
    .map((step) => ({ ...step, sizeBytes: step.emptyLayer ? 0 : (layers[next++]?.sizeBytes ?? 0) }))
    .reverse();
}

function row({ created, createdBy, comment, sizeBytes }: SizedStep): string[] {
  const age = created === undefined ? '-' : `${formatDuration(Date.now() - created)} ago`;
  // The words are the builder's: they must not move a terminal's cursor.
  const by = (createdBy || comment || '-').replaceAll(/\p{C}+/gu, ' ').replaceAll(/\s+/g, ' ');
  return [age, sizeBytes === 0 ? '-' : formatBytes(sizeBytes), by];
}
