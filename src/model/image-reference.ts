import { type Digest, isDigest } from './digest.ts';

/** `[HOST/]NAME[:TAG][@DIGEST]`, taken apart and completed (distribution-spec, "Pulling manifests"; Docker's short names). */
export interface ImageReference {
  /** `docker.io`, `registry.example:5000`, `127.0.0.1:5000` */
  readonly registry: string;
  /** `library/nginx` */
  readonly repository: string;
  /** Absent only with a digest. */
  readonly tag?: string;
  readonly digest?: Digest;
}

export const defaultRegistry = 'docker.io';
const officialPrefix = 'library/';

const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const repositoryPattern = new RegExp(`^${component}(?:/${component})*$`);
const hostPattern = /^(?:[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const longestName = 255;

/** @returns undefined for what is no reference */
export function parseImageReference(text: string): ImageReference | undefined {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) return undefined;
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const name = completeName(hasTag ? named.slice(0, colon) : named);
  const tag = hasTag ? named.slice(colon + 1) : digest === undefined ? 'latest' : undefined;
  if (name === undefined || (tag !== undefined && !tagPattern.test(tag))) return undefined;
  return { ...name, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** The first component is a host when it looks like one; anything else lives on Docker Hub. */
function completeName(name: string): Pick<ImageReference, 'registry' | 'repository'> | undefined {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isHost = slash > 0 && (/[.:]/.test(first) || first === 'localhost');
  const registry = isHost ? (first === 'index.docker.io' ? defaultRegistry : first) : defaultRegistry;
  const rest = isHost ? name.slice(slash + 1) : name;
  const isOfficial = registry === defaultRegistry && !rest.includes('/');
  const repository = isOfficial ? `${officialPrefix}${rest}` : rest;
  const isValid = hostPattern.test(registry) && repositoryPattern.test(repository);
  return isValid && registry.length + repository.length < longestName ? { registry, repository } : undefined;
}

/** `docker.io/library/nginx:1.27`: what other tools expect in an image layout. */
export function fullName({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** `nginx:1.27`: the same name as people write it, always with its tag or digest. One image has one such name. */
export function familiarName(reference: ImageReference): string {
  const full = fullName(reference);
  const hub = `${defaultRegistry}/`;
  if (!full.startsWith(hub)) return full;
  const short = full.slice(hub.length);
  return short.startsWith(officialPrefix) && !short.slice(officialPrefix.length).includes('/')
    ? short.slice(officialPrefix.length)
    : short;
}
