import { type Field, quote } from '../field.ts';

/** `linux/amd64`: only images for this kind of machine can be run. */
export function checkPlatform(field: Field<string> | undefined, architecture: string): void {
  if (field === undefined) return;
  const [os = '', wanted = ''] = field.value.toLowerCase().split('/');
  const names: Readonly<Record<string, string>> = { x86_64: 'amd64', x64: 'amd64', aarch64: 'arm64' };
  const own = names[architecture] ?? architecture;
  if (os === 'linux' && (wanted === '' || (names[wanted] ?? wanted) === own)) return;
  if (os === own && wanted === '') return;
  field.error(
    'spec.unsupported',
    `the platform ${quote(field.value)} is not that of this host, linux/${own}`,
    {
      hint: 'use an image for this kind of machine',
    },
  );
}
