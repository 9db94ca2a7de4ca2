import { type CommandInput, isSet } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { print, printJson } from '../output/console.ts';
import { formatBytes, shortId } from '../output/format.ts';
import { formatTable } from '../output/table.ts';

interface Report {
  readonly names: readonly string[];
  readonly blobs: readonly string[];
  readonly layers: readonly string[];
  readonly bytes: number;
  readonly kept: readonly Kept[];
}

interface Kept {
  readonly kind: string;
  readonly digest: string;
  readonly reasons: readonly string[];
}

/** A base layer may be kept by a thousand images. */
const shownReasons = 3;

export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const dryRun = isSet(input, 'dryRun');
  const { json } = await withClient(context, (client) =>
    client.call('pruneImages', { all: isSet(input, 'all'), dryRun }, { signal: context.signal }),
  );
  const report: Report = JSON.parse(json);
  if (context.output === 'json') printJson(report);
  else for (const line of describe(report, dryRun)) print(line);
  return 0;
}

function describe({ names, blobs, layers, bytes, kept }: Report, dryRun: boolean): readonly string[] {
  const removed = [
    ...names.map((name) => ['image', name]),
    ...blobs.map((digest) => ['blob', shortId(digest)]),
    ...layers.map((digest) => ['layer', shortId(digest)]),
  ].map((words) => `${dryRun ? 'would remove' : 'removed'} ${words.join(' ')}`);
  const sum = `${removed.length} removed, ${formatBytes(bytes)} of blobs; ${kept.length} kept`;
  if (!dryRun) return [...removed, sum];
  const rows = kept.map(({ kind, digest, reasons }) => [kind, shortId(digest), shorten(reasons)]);
  return [...removed, `would be: ${sum}`, formatTable([['KEPT', 'DIGEST', 'WHY'], ...rows])];
}

function shorten(reasons: readonly string[]): string {
  const more = reasons.length - shownReasons;
  return `${reasons.slice(0, shownReasons).join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}
