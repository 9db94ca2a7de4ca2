import type { IncomingMessage } from 'node:http';
import { TsorchError } from '../../../lib/errors.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { Digest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { familiarImageReference, type ImageReference } from '../../../model/image-reference.ts';
import { maxDocumentBytes } from '../documents/document-reader.ts';
import { manifestTypes, mediaType } from '../documents/media-types.ts';
import type { BlobUploader } from './blob-uploader.ts';
import { readBody } from './http-exchange.ts';
import { addReferrer, referrerOf, referrersTag } from './referrers-index.ts';
import type { CallSubject, RegistryCalls } from './registry-calls.ts';
import { UnexpectedStatus } from './registry-error.ts';
import type {
  DocumentUpload,
  RegistryWriter,
  UploadOptions,
  UploadOutcome,
  WriteOptions,
} from './registry-writer.ts';
import { writeScopes } from './write-scopes.ts';

/** Somebody else may write the same list of referrers at the same time. */
const listAttempts = 3;

/** The push half of the distribution protocol over HTTP. */
export class HttpRegistryWriter implements RegistryWriter {
  readonly #calls: RegistryCalls;
  readonly #uploader: BlobUploader;
  /** Of each list of referrers that we change, the last change: they are made one after the other. */
  readonly #listChanges = new Map<string, Promise<void>>();

  constructor(calls: RegistryCalls, uploader: BlobUploader) {
    this.#calls = calls;
    this.#uploader = uploader;
  }

  async hasDocument(
    reference: ImageReference,
    { digest, mediaType: type }: Descriptor,
    options: WriteOptions = {},
  ): Promise<boolean> {
    const subject = { domain: reference.domain, what: `manifest ${digest}` };
    return this.#calls.guarded(subject, options, async () => {
      const response = await this.#send(reference, options, {
        method: 'HEAD',
        path: `manifests/${digest}`,
        headers: { accept: [...new Set([type, ...manifestTypes])].join(', ') },
      }).catch(undefinedIf(404));
      response?.resume();
      const told = response?.headers['docker-content-digest'];
      return response !== undefined && (told === undefined || told === digest);
    });
  }

  putBlob(reference: ImageReference, blob: Descriptor, upload: UploadOptions): Promise<UploadOutcome> {
    return this.#uploader.upload(reference, blob, upload);
  }

  async putDocument(
    reference: ImageReference,
    { descriptor, bytes, tag }: DocumentUpload,
    options: WriteOptions = {},
  ): Promise<void> {
    const { digest } = descriptor;
    const subject = {
      domain: reference.domain,
      what: `${tag ?? digest} of image ${familiarImageReference(reference)}`,
    };
    const response = await this.#calls.guarded(subject, options, () =>
      this.#put(reference, { name: tag ?? digest, bytes, type: descriptor.mediaType }, options),
    );
    const told = response.headers['docker-content-digest'];
    if (told !== undefined && told !== digest) throw storedElse(subject, digest, told);
    const referrer = referrerOf(bytes, descriptor);
    if (referrer === undefined || response.headers['oci-subject'] !== undefined) return;
    await this.#inTurn(`${reference.domain}/${reference.path}@${referrer.subject}`, () =>
      this.#list(reference, referrer, options),
    );
  }

  async #put(
    reference: ImageReference,
    { name, bytes, type, etag }: NamedDocument,
    options: WriteOptions,
  ): Promise<IncomingMessage> {
    const response = await this.#send(reference, options, {
      method: 'PUT',
      path: `manifests/${name}`,
      headers: { 'content-type': type, ...(etag === undefined ? {} : { 'if-match': etag }) },
      body: { size: bytes.length, open: () => once(bytes) },
    });
    response.resume();
    return response;
  }

  /** Adds to the list that stands in for the referrers API. */
  async #list(
    reference: ImageReference,
    { subject: digest, entry }: { readonly subject: Digest; readonly entry: Descriptor },
    options: WriteOptions,
  ): Promise<void> {
    const name = referrersTag(digest);
    const subject = { domain: reference.domain, what: `list of what refers to ${digest}` };
    for (let attempt = 1; ; attempt++) {
      const known = await this.#calls.guarded(subject, options, () =>
        this.#readList(reference, name, options),
      );
      const bytes = addReferrer(known?.bytes, entry, subject.what);
      if (bytes === undefined) return;
      const document = { name, bytes, type: mediaType.index, etag: known?.etag };
      const response = await this.#calls.guarded(subject, options, () =>
        this.#put(reference, document, options).catch(undefinedIf(412)),
      );
      if (response !== undefined) return;
      if (attempt === listAttempts)
        throw new TsorchError<ErrorCode>(
          'registry.protocol',
          `${subject.what} is changed by somebody else all the time`,
          {
            object: reference.domain,
            retryable: true,
          },
        );
    }
  }

  async #readList(
    reference: ImageReference,
    name: string,
    options: WriteOptions,
  ): Promise<{ readonly bytes: Buffer; readonly etag: string | undefined } | undefined> {
    const response = await this.#send(reference, options, {
      method: 'GET',
      path: `manifests/${name}`,
      headers: { accept: mediaType.index },
    }).catch(undefinedIf(404));
    if (response === undefined) return undefined;
    const bytes = await readBody(response, maxDocumentBytes);
    const { etag } = response.headers;
    // A weak one never matches (RFC 9110, 13.1.1).
    return { bytes, etag: etag?.startsWith('W/') === true ? undefined : etag };
  }

  async #inTurn(key: string, work: () => Promise<void>): Promise<void> {
    const before = this.#listChanges.get(key);
    const mine = (before ?? Promise.resolve()).catch(() => {}).then(work);
    this.#listChanges.set(key, mine);
    try {
      await mine;
    } finally {
      if (this.#listChanges.get(key) === mine) this.#listChanges.delete(key);
    }
  }

  #send(
    reference: ImageReference,
    { signal, mountFrom }: WriteOptions,
    request: Pick<Parameters<RegistryCalls['send']>[0], 'method' | 'path' | 'headers' | 'body'>,
  ): Promise<IncomingMessage> {
    const scopes = writeScopes(reference, mountFrom);
    return this.#calls.send({ ...request, reference, scopes, atOrigin: true, signal });
  }
}

interface NamedDocument {
  /** Tag or digest. */
  readonly name: string;
  readonly bytes: Buffer;
  readonly type: string;
  readonly etag?: string | undefined;
}

function storedElse({ domain, what }: CallSubject, digest: Digest, told: unknown): TsorchError<ErrorCode> {
  return new TsorchError('registry.protocol', `registry ${domain} stored ${what} as ${String(told)}`, {
    object: digest,
    hint: 'it changes what it is given; a reference by digest will not find it there',
  });
}

function undefinedIf(status: number): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof UnexpectedStatus) || error.status !== status) throw error;
    return undefined;
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
