import type { Platform } from '../../../model/platform.ts';
import type { DocumentReader } from './document-reader.ts';

/** `platform` of a descriptor, and the fields of the same names of a configuration. */
export function readPlatform(reader: DocumentReader, value: unknown, field: string): Platform | undefined {
  const document = reader.optionalObject(value, field);
  if (document === undefined) return undefined;
  const variant = reader.optionalText(document['variant'], `${field}.variant`);
  const osFeatures = reader.optionalTexts(document['os.features'], `${field}.os.features`);
  return {
    os: reader.optionalText(document['os'], `${field}.os`) ?? '',
    architecture: reader.optionalText(document['architecture'], `${field}.architecture`) ?? '',
    ...(variant === undefined || variant === '' ? {} : { variant }),
    ...(osFeatures === undefined ? {} : { osFeatures }),
  };
}
