import { TsorchError } from '../lib/errors.ts';

interface Entry {
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const refName = 'org.opencontainers.image.ref.name';

/**
 * The `index.json` of a layout with the images of another one beside its own; a name that both have goes to the new one
 * (image-spec, image-layout.md).
 */
export function mergeLayoutIndex(there: string, added: string): string {
  const index = parse(there);
  const entries = parse(added).manifests;
  const isReplaced = (old: Entry): boolean =>
    entries.some((entry) =>
      nameOf(entry) === undefined
        ? nameOf(old) === undefined && old.digest === entry.digest
        : nameOf(old) === nameOf(entry),
    );
  return JSON.stringify({
    ...index,
    manifests: [...index.manifests.filter((old) => !isReplaced(old)), ...entries],
  });
}

function nameOf({ annotations }: Entry): string | undefined {
  return annotations?.[refName];
}

function parse(text: string): { readonly manifests: readonly Entry[] } {
  try {
    const index = JSON.parse(text);
    if (index?.schemaVersion === 2) return { ...index, manifests: index.manifests ?? [] };
  } catch {
    // told below
  }
  throw new TsorchError('image.bad-archive', 'the folder has an index.json that is no image layout');
}
