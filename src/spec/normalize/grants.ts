import type { Mount } from '../../model/stack.ts';
import type { GrantAsWritten, ServiceAsWritten, SourceAsWritten, StackAsWritten } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { didYouMean } from '../suggest.ts';
import { cleanContainerPath, type NormalizeContext, resolvePath } from './context.ts';
import { readBoolean } from './values.ts';

type Kind = 'secrets' | 'configs';
type GrantField = Field<string | GrantAsWritten>;

interface Placed {
  readonly mount: Mount;
  readonly field: Field<unknown>;
}

/** Secrets and configs that stand in a file are mounted read-only, as Compose does it. */
export function normalizeGrants(service: Field<ServiceAsWritten>, context: NormalizeContext): Placed[] {
  return (['configs', 'secrets'] as const).flatMap((kind) =>
    (service.get(kind)?.items() ?? []).flatMap((item) => {
      const source = findSource(item, kind, context.root);
      const file = source === undefined ? undefined : readFilePath(source, item);
      const target = file === undefined ? undefined : readTarget(item, kind);
      if (file === undefined || target === undefined) return [];
      const mount: Mount = {
        kind: 'bind',
        source: resolvePath(file, context),
        target,
        readOnly: true,
        createSource: false,
      };
      return [{ mount, field: item }];
    }),
  );
}

function findSource(
  item: GrantField,
  kind: Kind,
  root: Field<StackAsWritten>,
): Field<SourceAsWritten> | undefined {
  const name = nameOf(item);
  const sources = root.get(kind);
  const source = sources?.get(name);
  if (source !== undefined || item.isBroken() || (sources?.isBroken(name) ?? false)) return source;
  const what = kind.slice(0, -1);
  const hint =
    didYouMean(name, Object.keys(sources?.value ?? {})) ??
    `add ${quote(name)} under the top-level \`${kind}\``;
  const code = kind === 'configs' ? 'spec.unknown-config' : 'spec.unknown-secret';
  item.error(code, `the ${what} ${quote(name)} is not declared`, { hint });
  return undefined;
}

function readFilePath(source: Field<SourceAsWritten>, item: GrantField): string | undefined {
  const { file, external } = source.value;
  const isExternal =
    typeof external === 'object'
      ? external !== null
      : readBoolean(source.get('external')?.as(external ?? false));
  if (file !== undefined && file !== null && isExternal !== true) return file;
  if (source.isBroken('file')) return undefined;
  item.error(
    'spec.unsupported',
    `${quote(nameOf(item))} does not stand in a file, which this version needs`,
    {
      hint: 'give it a `file`',
    },
  );
  return undefined;
}

function readTarget(item: GrantField, kind: Kind): string | undefined {
  const written = typeof item.value === 'string' ? undefined : item.value.target;
  const base = kind === 'secrets' ? '/run/secrets' : '';
  const path = written ?? nameOf(item);
  const target = cleanContainerPath(path.startsWith('/') ? path : `${base}/${path}`);
  if (target !== undefined && target !== '/') return target;
  item.error('spec.bad-path', `${quote(path)} is not a path for a file`);
  return undefined;
}

function nameOf({ value }: GrantField): string {
  return typeof value === 'string' ? value : (value.source ?? '');
}
