/** A mount in short form. */
export interface VolumeText {
  /** Absent = an anonymous volume. */
  readonly source?: string;
  readonly target: string;
  readonly options: readonly string[];
}

/** Reads `[SOURCE:]TARGET[:OPTIONS]` (Compose specification, `volumes`, short syntax). */
export function parseVolume(text: string): VolumeText | { readonly problem: string } {
  const parts = text.split(':');
  if (parts.length > 3) return { problem: 'it has more than three parts' };
  if (parts.includes('')) return { problem: 'a part of it is empty' };
  const [first = '', second, options = ''] = parts;
  if (second === undefined) return { target: first, options: [] };
  return { source: first, target: second, options: options === '' ? [] : options.split(',') };
}

/** Whether the source of a short form is a path of the host; else it names a volume. */
export function isHostPath(source: string): boolean {
  return /^[./~]/.test(source);
}
