import { type Digest, isDigest } from './digest.ts';

/**
 * `[HOST/]NAME[:TAG][@DIGEST]`, completed as everybody does it: without a host it is Docker Hub's, there without a folder
 * `library/`, and without tag and digest `latest` (distribution-spec, "Pulling manifests"; the grammar of distribution's
 * reference package).
 */
export interface ImageReference {
  /** `docker.io`, `registry.example:5000`, `[::1]:5000` */
  readonly domain: string;
  /** `library/nginx` */
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

export const dockerHub = 'docker.io';

const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const pathPattern = new RegExp(`^${component}(?:/${component})*$`);
const label = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domainPattern = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?$`);
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const maxNameLength = 255;

/** Undefined when `text` is no reference. */
export function parseImageReference(text: string): ImageReference | undefined {
  const [named = '', digestText, ...more] = text.split('@');
  if (more.length > 0 || (digestText !== undefined && !isDigest(digestText))) return undefined;
  const { name, tag } = splitTag(named);
  if (tag !== undefined && !tagPattern.test(tag)) return undefined;
  const { domain, path } = splitDomain(name);
  if (!domainPattern.test(domain) || !pathPattern.test(path)) return undefined;
  if (domain.length + 1 + path.length > maxNameLength) return undefined;
  if (digestText !== undefined)
    return { domain, path, digest: digestText, ...(tag === undefined ? {} : { tag }) };
  return { domain, path, tag: tag ?? 'latest' };
}

/** Complete text: `docker.io/library/nginx:latest`. Two references mean the same exactly when these are equal. */
export function formatImageReference(reference: ImageReference): string {
  return `${repositoryName(reference)}${suffix(reference)}`;
}

/** As people write it: `nginx:latest`, `registry.example/team/web:2.1`. Parses to the same reference. */
export function familiarImageReference(reference: ImageReference): string {
  const { domain, path } = reference;
  const short = path.startsWith('library/') ? path.slice('library/'.length) : path;
  // Without its domain `a.b/c` would be the image c of the host a.b.
  const isPlain = domain === dockerHub && splitDomain(short).path === path;
  return isPlain ? `${short}${suffix(reference)}` : formatImageReference(reference);
}

/** `docker.io/library/nginx` */
export function repositoryName({ domain, path }: ImageReference): string {
  return `${domain}/${path}`;
}

function suffix({ tag, digest }: ImageReference): string {
  return `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** A colon behind the last slash begins the tag; one before it is a port's. */
function splitTag(named: string): { readonly name: string; readonly tag?: string } {
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  return colon < 0 ? { name: named } : { name: named.slice(0, colon), tag: named.slice(colon + 1) };
}

/** The first part is a host when it could not be a folder: it has a dot, a port, an upper-case letter, or is `localhost`. */
function splitDomain(name: string): { readonly domain: string; readonly path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  if (slash < 0 || !isHost(first)) return onDockerHub(name);
  const path = name.slice(slash + 1);
  return first === dockerHub || first === 'index.docker.io' ? onDockerHub(path) : { domain: first, path };
}

function isHost(first: string): boolean {
  return /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
}

function onDockerHub(path: string): { readonly domain: string; readonly path: string } {
  return { domain: dockerHub, path: path.includes('/') ? path : `library/${path}` };
}
