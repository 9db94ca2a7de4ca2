import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { CallOptions } from '../../../lib/abort.ts';
import type { Clock } from '../../../lib/clock.ts';
import { TsorchError } from '../../../lib/errors.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { familiarImageReference, type ImageReference } from '../../../model/image-reference.ts';
import { maxDocumentBytes } from '../documents/document-reader.ts';
import { manifestTypes } from '../documents/media-types.ts';
import { Authorizer } from './authorizer.ts';
import { downloadBlob } from './blob-download.ts';
import { BlobUploader } from './blob-uploader.ts';
import type { CredentialSource, PasswordCredentials } from './credentials.ts';
import { HttpExchange, readBody } from './http-exchange.ts';
import { HttpRegistryCatalog } from './http-registry-catalog.ts';
import { HttpRegistryWriter } from './http-registry-writer.ts';
import type { ProxyRules } from './proxy-rules.ts';
import type { CredentialCheck } from './registry-accounts.ts';
import { type CallSubject, RegistryCalls } from './registry-calls.ts';
import type { RegistryCatalog } from './registry-catalog.ts';
import type { BlobOptions, DocumentTarget, FetchedDocument, RegistryClient } from './registry-client.ts';
import { RegistryConnection } from './registry-connection.ts';
import { UnexpectedStatus } from './registry-error.ts';
import type { RegistryRules } from './registry-host.ts';
import type { RegistryWriter } from './registry-writer.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts';
import type { UploadLimits } from './upload-limits.ts';

export interface HttpRegistryClientOptions {
  readonly rules: RegistryRules;
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  /** `tsorch/0.1.0` */
  readonly userAgent: string;
  /** PEM bundle of the host's certificate authorities. */
  readonly certificateAuthorities?: string | undefined;
  readonly retry?: RetryPolicy;
  /** A connection without a byte for so long counts as broken. */
  readonly stallMs?: number;
  readonly uploads?: UploadLimits;
  readonly proxies?: ProxyRules;
}

/** The distribution protocol over HTTP. */
export class HttpRegistryClient implements RegistryClient, CredentialCheck {
  readonly writer: RegistryWriter;
  readonly catalog: RegistryCatalog;
  readonly #exchange: HttpExchange;
  readonly #calls: RegistryCalls;
  readonly #connect: (credentials: CredentialSource) => RegistryCalls;

  constructor(options: HttpRegistryClientOptions) {
    const { certificateAuthorities, stallMs = 30_000, clock, credentials } = options;
    this.#exchange = new HttpExchange({ certificateAuthorities, stallMs, proxies: options.proxies });
    const exchange = this.#exchange;
    this.#connect = (source) => {
      const authorizer = new Authorizer({ exchange, credentials: source, clock });
      const connection = new RegistryConnection({ ...options, exchange, authorizer });
      return new RegistryCalls(connection, clock, options.retry ?? defaultRetryPolicy);
    };
    this.#calls = this.#connect(credentials);
    this.catalog = new HttpRegistryCatalog(this.#calls);
    this.writer = new HttpRegistryWriter(this.#calls, new BlobUploader(this.#calls, options.uploads));
  }

  async resolve(reference: ImageReference, options: CallOptions = {}): Promise<Descriptor> {
    const path = `manifests/${reference.digest ?? reference.tag ?? ''}`;
    const descriptor = await this.#calls.guarded(subject(reference), options, async () => {
      const headers = { accept: manifestTypes.join(', ') };
      const response = await this.#calls.send({ method: 'HEAD', reference, path, headers, ...options });
      response.resume();
      return headDescriptor(response, reference.digest);
    });
    // Some registries answer HEAD without the digest; then the document itself has to say it.
    return descriptor ?? (await this.fetchDocument(reference, {}, options)).descriptor;
  }

  async fetchDocument(
    reference: ImageReference,
    target: DocumentTarget,
    options: CallOptions = {},
  ): Promise<FetchedDocument> {
    const wanted = target.digest ?? reference.digest;
    const path = `manifests/${wanted ?? reference.tag ?? ''}`;
    const what =
      wanted === undefined ? imageName(reference) : `manifest ${wanted} of ${imageName(reference)}`;
    const headers = { accept: acceptedTypes(target.mediaType) };
    const fetch = (atOrigin: boolean) =>
      this.#calls.guarded({ domain: reference.domain, what }, options, async () => {
        const request = { method: 'GET', reference, path, headers, atOrigin } as const;
        return readDocument(await this.#calls.send({ ...request, ...options }), what, wanted);
      });
    return fetch(false).catch((error: unknown) => {
      if (isMismatch(error) && this.#calls.hasMirrors(reference)) return fetch(true);
      throw error;
    });
  }

  fetchBlob(
    reference: ImageReference,
    blob: Descriptor,
    { offset = 0, atOrigin, ...options }: BlobOptions = {},
  ): AsyncIterable<Uint8Array> {
    const what = `blob ${blob.digest} of ${imageName(reference)}`;
    return downloadBlob({
      blob,
      offset,
      what,
      domain: reference.domain,
      retry: this.#calls.retry(options),
      open: (from) =>
        this.#calls.send({
          method: 'GET',
          reference,
          path: `blobs/${blob.digest}`,
          atOrigin,
          headers: {
            // Compressed again on the way it would have other bytes than its digest.
            'accept-encoding': 'identity',
            ...(from > 0 ? { range: `bytes=${from}-` } : {}),
          },
          ...options,
        }),
    });
  }

  hasMirrors(reference: ImageReference): boolean {
    return this.#calls.hasMirrors(reference);
  }

  /** At the endpoint that says whether a registry is one (distribution-spec, "Determining Support"). */
  async checkCredentials(
    domain: string,
    credentials: PasswordCredentials,
    options: CallOptions = {},
  ): Promise<void> {
    const calls = this.#connect({ find: () => Promise.resolve(credentials) });
    const request = { method: 'GET', reference: { domain, path: '' }, path: '', headers: {} } as const;
    const check = calls.guarded({ domain, what: 'the login' }, options, async () => {
      (await calls.send({ ...request, ...options })).resume();
    });
    await check.catch((error: unknown) => {
      throw isDenied(error) ? refused(domain, error) : error;
    });
  }

  /** Ends the connections that are kept. */
  close(): void {
    this.#exchange.close();
  }
}

function isDenied(error: unknown): error is TsorchError {
  return error instanceof TsorchError && error.code === 'registry.denied';
}

function refused(domain: string, { cause }: TsorchError): TsorchError<ErrorCode> {
  return new TsorchError('registry.denied', `registry ${domain} does not take these credentials`, {
    object: domain,
    cause,
    hint: 'check user name and password; some registries want a token in place of the password',
  });
}

function isMismatch(error: unknown): boolean {
  return error instanceof TsorchError && error.code === 'content.digest-mismatch';
}

function subject(reference: ImageReference): CallSubject {
  return { domain: reference.domain, what: imageName(reference) };
}

function imageName(reference: ImageReference): string {
  return `image ${familiarImageReference(reference)}`;
}

/** What an index names may be of a type that nobody has heard of; a copy takes it all the same. */
function acceptedTypes(expected: string | undefined): string {
  const isNew = expected !== undefined && !manifestTypes.includes(expected);
  return (isNew ? [expected, ...manifestTypes] : manifestTypes).join(', ');
}

/** The registry's word only says whether it is worth asking for the document; what is stored is hashed here. */
function headDescriptor({ headers }: IncomingMessage, wanted: Digest | undefined): Descriptor | undefined {
  const digest = headers['docker-content-digest'];
  const mediaType = contentType(headers['content-type']);
  const size = Number(headers['content-length']);
  if (typeof digest !== 'string' || !isDigest(digest) || mediaType === undefined) return undefined;
  if (wanted !== undefined && wanted !== digest) return undefined;
  return { digest, mediaType, size: Number.isSafeInteger(size) ? size : 0 };
}

async function readDocument(
  response: IncomingMessage,
  what: string,
  wanted: Digest | undefined,
): Promise<FetchedDocument> {
  const bytes = await readBody(response, maxDocumentBytes).catch((cause: unknown) => {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TsorchError<ErrorCode>(
      'content.bad-document',
      `${what} is larger than ${maxDocumentBytes} bytes`,
    );
  });
  const expected = Number(response.headers['content-length']);
  if (Number.isSafeInteger(expected) && expected !== bytes.length)
    throw new UnexpectedStatus(502, `${bytes.length} of ${expected} bytes`, undefined);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest;
  if (wanted !== undefined && wanted !== digest)
    throw new TsorchError<ErrorCode>('content.digest-mismatch', `${what} came with the digest ${digest}`, {
      object: wanted,
    });
  const mediaType = contentType(response.headers['content-type']) ?? '';
  return { descriptor: { digest, mediaType, size: bytes.length }, bytes };
}

/** Without parameters; `text/plain` and the like say nothing about a document. */
function contentType(header: string | undefined): string | undefined {
  const type = header?.split(';')[0]?.trim().toLowerCase();
  return type?.startsWith('application/vnd.') ? type : undefined;
}
