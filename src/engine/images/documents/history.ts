import type { EpochMs } from '../../../model/brand.ts';
import { DocumentReader } from './document-reader.ts';

/** How one step of a build came about (image-spec, config.md, `history`). */
export interface HistoryEntry {
  readonly created?: EpochMs;
  readonly createdBy?: string;
  readonly author?: string;
  readonly comment?: string;
  /** It changed the configuration only. */
  readonly emptyLayer: boolean;
}

/** Oldest first. @throws TsorchError `content.bad-document` */
export function readHistory(bytes: Uint8Array, name: string): readonly HistoryEntry[] {
  const reader = new DocumentReader(name);
  return reader.list(reader.parse(bytes)['history'] ?? [], 'history').map((item, at) => {
    const field = `history[${at}]`;
    const entry = reader.object(item, field);
    const text = (key: string) => reader.optionalText(entry[key], `${field}.${key}`);
    const created = Date.parse(text('created') ?? '');
    const [createdBy, author, comment] = [text('created_by'), text('author'), text('comment')];
    return {
      emptyLayer: entry['empty_layer'] === true,
      ...(Number.isNaN(created) ? {} : { created }),
      ...(createdBy === undefined ? {} : { createdBy }),
      ...(author === undefined ? {} : { author }),
      ...(comment === undefined ? {} : { comment }),
    };
  });
}
