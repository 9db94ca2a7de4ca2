import type { IncomingMessage } from 'node:http';
import type { CallOptions } from '../../../lib/abort.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { Digest } from '../../../model/digest.ts';
import { DocumentReader, maxDocumentBytes } from '../documents/document-reader.ts';
import { mediaType } from '../documents/media-types.ts';
import { readBody } from './http-exchange.ts';
import { nextPage } from './link-header.ts';
import { readReferrers, referrersTag } from './referrers-index.ts';
import type { CallSubject, RegistryCalls } from './registry-calls.ts';
import type { ReferrersOptions, RegistryCatalog, Repository } from './registry-catalog.ts';
import { UnexpectedStatus } from './registry-error.ts';

const tagsAPage = 1000;
/** Longer lists are a registry that never ends. */
const maxPages = 10_000;

interface PageRequest extends CallOptions {
  readonly repository: Repository;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Lists of registries over HTTP: page by page as `Link` says, never as we would reckon ourselves. */
export class HttpRegistryCatalog implements RegistryCatalog {
  readonly #calls: RegistryCalls;

  constructor(calls: RegistryCalls) {
    this.#calls = calls;
  }

  async tags(repository: Repository, options: CallOptions = {}): Promise<readonly string[]> {
    const subject = about(repository, 'list of tags');
    const request = { repository, path: `tags/list?n=${tagsAPage}`, headers: {}, ...options };
    const tags: string[] = [];
    for await (const { body } of this.#pages(request, subject)) {
      const reader = new DocumentReader(subject.what);
      tags.push(...(reader.optionalTexts(reader.parse(body)['tags'], 'tags') ?? []));
    }
    return [...new Set(tags)];
  }

  async referrers(
    repository: Repository,
    digest: Digest,
    { artifactType, ...options }: ReferrersOptions = {},
  ): Promise<readonly Descriptor[]> {
    const found = (await this.#ask(repository, digest, { artifactType, ...options })) ?? [];
    // Whether the registry has filtered already stands in a header; doing it again costs nothing.
    return artifactType === undefined
      ? found
      : found.filter((descriptor) => descriptor.artifactType === artifactType);
  }

  async #ask(
    repository: Repository,
    digest: Digest,
    { artifactType, ...options }: ReferrersOptions,
  ): Promise<readonly Descriptor[] | undefined> {
    const query = artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`;
    const subject = about(repository, `list of what refers to ${digest}`);
    const request = { repository, headers: { accept: mediaType.index }, ...options };
    const found: Descriptor[] = [];
    try {
      for await (const { body, type } of this.#pages(
        { ...request, path: `referrers/${digest}${query}` },
        subject,
      )) {
        // Some answer any path with a page of their own.
        if (type !== mediaType.index) return await this.#askTag(request, digest, subject);
        found.push(...readReferrers(body, subject.what));
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
      return this.#askTag(request, digest, subject);
    }
    return found;
  }

  async #askTag(
    request: Omit<PageRequest, 'path'>,
    digest: Digest,
    subject: CallSubject,
  ): Promise<readonly Descriptor[]> {
    try {
      for await (const { body, type } of this.#pages(
        { ...request, path: `manifests/${referrersTag(digest)}` },
        subject,
      ))
        return type === mediaType.index ? readReferrers(body, subject.what) : [];
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    return [];
  }

  async *#pages(
    { repository, path: first, headers, ...options }: PageRequest,
    subject: CallSubject,
  ): AsyncGenerator<{ readonly body: Buffer; readonly type: string | undefined }> {
    const seen = new Set<string>();
    for (let path: string | URL | undefined = first; path !== undefined; ) {
      if (seen.has(String(path)) || seen.size > maxPages) return;
      seen.add(String(path));
      const request = { method: 'GET', reference: repository, path, headers, atOrigin: true } as const;
      const { response, body } = await this.#calls.guarded(subject, options, async () => {
        const answer = await this.#calls.send({ ...request, ...options });
        return { response: answer, body: await readBody(answer, maxDocumentBytes) };
      });
      yield { body, type: contentType(response) };
      path = nextPage(response.headers['link'], new URL(response.url ?? ''));
    }
  }
}

function about({ domain, path }: Repository, what: string): CallSubject {
  return { domain, what: `${what} in ${domain}/${path}` };
}

function contentType({ headers }: IncomingMessage): string | undefined {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase();
}

/** 404, and what those answer who know no such endpoint. */
function isMissing(error: unknown): boolean {
  const { cause } = error as Error;
  return cause instanceof UnexpectedStatus && [400, 404, 405, 501].includes(cause.status);
}
