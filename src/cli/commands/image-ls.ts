import { type CommandContext, withClient } from '../context.ts';
import { print, printJson } from '../output/console.ts';
import { formatBytes, formatDuration, shortId } from '../output/format.ts';
import { formatTable } from '../output/table.ts';

export async function run(context: CommandContext): Promise<number> {
  const { images } = await withClient(context, (client) =>
    client.call('listImages', {}, { signal: context.signal }),
  );
  if (context.output === 'json') printJson(images);
  else if (images.length === 0) print('no images; see `tsorch help image`');
  else
    print(formatTable([['IMAGE', 'DIGEST', 'PLATFORM', 'SIZE', 'CREATED', 'USED'], ...images.map(imageRow)]));
  return 0;
}

interface ImageDocument {
  readonly reference: string;
  readonly manifest: string;
  readonly size: number;
  readonly created: number;
  readonly inUse: boolean;
  readonly platform: string;
}

function imageRow(image: ImageDocument): string[] {
  const age = image.created > 0 ? `${formatDuration(Date.now() - image.created)} ago` : '-';
  const { reference, manifest, platform, size, inUse } = image;
  return [reference, shortId(manifest), platform, formatBytes(size), age, inUse ? 'yes' : '-'];
}
