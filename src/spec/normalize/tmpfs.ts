import type { Mount } from '../../model/stack.ts';
import type { StringOrList } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { parseSizeBytes } from '../formats/size.ts';
import { cleanContainerPath } from './context.ts';

/** `PATH[:size=64m,mode=1777]`, one or several. */
export function normalizeTmpfs(
  field: Field<StringOrList> | undefined,
): { readonly mount: Mount; readonly field: Field<unknown> }[] {
  if (field === undefined) return [];
  const { value } = field;
  const items = typeof value === 'string' ? [field.as<string | number>(value)] : field.as(value).items();
  return items.flatMap((item) => {
    const mount = readTmpfs(item.as(String(item.value)));
    return mount === undefined ? [] : [{ mount, field: item }];
  });
}

function readTmpfs(item: Field<string>): Mount | undefined {
  const colon = item.value.indexOf(':');
  const path = colon < 0 ? item.value : item.value.slice(0, colon);
  const target = cleanContainerPath(path);
  if (target === undefined || target === '/') {
    item.error('spec.bad-path', `${quote(path)} is not an absolute path to mount a tmpfs on`);
    return undefined;
  }
  const options = colon < 0 ? [] : item.value.slice(colon + 1).split(',');
  let mount: Mount & { kind: 'tmpfs' } = { kind: 'tmpfs', target };
  for (const option of options) mount = withOption(mount, option, item);
  return mount;
}

function withOption(
  mount: Mount & { kind: 'tmpfs' },
  option: string,
  item: Field<string>,
): Mount & { kind: 'tmpfs' } {
  const [name, value = ''] = option.split('=', 2);
  const bytes = parseSizeBytes(value);
  if (name === 'size' && bytes !== undefined) return { ...mount, sizeBytes: bytes };
  if (name === 'mode' && /^[0-7]{3,5}$/.test(value)) return { ...mount, mode: Number.parseInt(value, 8) };
  const isKnownBad = name === 'size' || name === 'mode';
  const isDefault = option === '' || ['rw', 'nosuid', 'nodev', 'noexec'].includes(option);
  if (isKnownBad) item.error('spec.bad-value', `${quote(value)} is not allowed for the option "${name}"`);
  else if (!isDefault) {
    item.error('spec.unsupported', `the tmpfs option ${quote(option)} is not supported`);
  }
  return mount;
}
