import type { Descriptor } from '../../../model/descriptor.ts';
import { familiarImageReference, type ImageReference } from '../../../model/image-reference.ts';
import type { RegistryCalls } from './registry-calls.ts';
import { registryError, UnexpectedStatus } from './registry-error.ts';
import type { UploadOptions, UploadOutcome } from './registry-writer.ts';
import { pauseAfter } from './retry.ts';
import { defaultUploadLimits, type UploadLimits } from './upload-limits.ts';
import { UploadRequests, type UploadSession } from './upload-requests.ts';

/** What a registry turned out not to take; as long as the process lives. */
interface HostQuirk {
  /** Pieces are refused or lost (aws/containers-roadmap#2831). */
  isMonolithic?: boolean;
  /** Largest request body that is tried. */
  chunkBytes?: number;
}

interface Upload {
  readonly reference: ImageReference;
  readonly blob: Descriptor;
  readonly what: string;
  readonly requests: UploadRequests;
  readonly options: UploadOptions;
}

/**
 * Blobs into repositories: asked for first, mounted from a repository of the same registry where that works, else sent; a small
 * one in one request, a large one as an upload that goes on where the registry says that it broke off. An upload that failed or
 * was called off is remembered and gone on with by the next call for the same blob.
 */
export class BlobUploader {
  readonly #calls: RegistryCalls;
  readonly #limits: UploadLimits;
  readonly #quirks = new Map<string, HostQuirk>();
  /** By `domain/path@digest`. */
  readonly #sessions = new Map<string, UploadSession>();

  constructor(calls: RegistryCalls, limits: UploadLimits = defaultUploadLimits) {
    this.#calls = calls;
    this.#limits = limits;
  }

  async upload(reference: ImageReference, blob: Descriptor, options: UploadOptions): Promise<UploadOutcome> {
    const what = `blob ${blob.digest} of image ${familiarImageReference(reference)}`;
    const requests = new UploadRequests(this.#calls, { reference, blob, ...options });
    const upload: Upload = { reference, blob, what, requests, options };
    const subject = { domain: reference.domain, what };
    if (await this.#calls.guarded(subject, options, () => requests.isThere())) return 'present';
    if (!this.#sessions.has(key(upload)) && (await this.#mount(upload))) return 'mounted';
    return this.#send(upload);
  }

  async #mount(upload: Upload): Promise<boolean> {
    const { reference, requests, what, options } = upload;
    for (const repository of options.mountFrom ?? []) {
      if (repository === reference.path) continue;
      const answer = await this.#calls.guarded({ domain: reference.domain, what }, options, () =>
        requests.mount(repository),
      );
      if (answer === 'mounted') return true;
      // It has opened an upload in its place.
      if (answer !== undefined) {
        this.#sessions.set(key(upload), answer);
        return false;
      }
    }
    return false;
  }

  async #send(upload: Upload): Promise<UploadOutcome> {
    const { reference, what, options } = upload;
    const retry = this.#calls.retry(options);
    let attempt = 1;
    let best = 0;
    for (;;) {
      try {
        return await this.#attempt(upload, attempt > 1);
      } catch (error) {
        options.signal?.throwIfAborted();
        const reached = this.#sessions.get(key(upload))?.offset ?? 0;
        if (reached > best) attempt = 1;
        best = Math.max(best, reached);
        const isNews = attempt < retry.policy.attempts && this.#learn(upload, error);
        const pause = isNews ? 0 : pauseAfter(error, attempt, retry);
        if (pause === undefined) throw registryError(error, reference.domain, what);
        attempt += 1;
        await retry.clock.sleep(pause, retry);
      }
    }
  }

  /** From where an earlier attempt was broken off, this call's or another's. */
  async #attempt(upload: Upload, isAgain: boolean): Promise<UploadOutcome> {
    const { requests, blob, options } = upload;
    const earlier = this.#sessions.get(key(upload));
    const kept = earlier === undefined || earlier.isNew ? earlier : await requests.look(earlier);
    // The last answer may have been lost, not the last request.
    if (isAgain && kept === undefined && (await requests.isThere())) return this.#done(upload);
    let session = kept ?? (await requests.begin());
    this.#keep(upload, session);
    options.onProgress?.(session.offset);
    const limit = this.#limitFor(upload);
    if (session.offset === 0 && blob.size <= limit) {
      this.#keep(upload, { ...session, isNew: false });
      await requests.finish(session, blob.size);
      return this.#done(upload);
    }
    while (session.offset < blob.size) {
      this.#keep(upload, { ...session, isNew: false });
      session = await requests.sendPiece(session, this.#pieceFor(upload, session));
      this.#keep(upload, session);
    }
    await requests.finish(session, 0);
    return this.#done(upload);
  }

  #done(upload: Upload): UploadOutcome {
    this.#sessions.delete(key(upload));
    upload.options.onProgress?.(upload.blob.size);
    return 'uploaded';
  }

  #keep(upload: Upload, session: UploadSession): void {
    this.#sessions.set(key(upload), session);
  }

  #limitFor({ reference }: Upload): number {
    const { isMonolithic = false, chunkBytes = Number.POSITIVE_INFINITY } =
      this.#quirks.get(reference.domain) ?? {};
    return isMonolithic ? Number.POSITIVE_INFINITY : Math.min(this.#limits.monolithicBytes, chunkBytes);
  }

  /** All the rest at once, unless the registry refuses large requests. */
  #pieceFor({ reference, blob }: Upload, { offset, leastBytes }: UploadSession): number {
    const { chunkBytes = Number.POSITIVE_INFINITY } = this.#quirks.get(reference.domain) ?? {};
    return Math.min(Math.max(chunkBytes, leastBytes), blob.size - offset);
  }

  /** Whether the refusal says how to do better. */
  #learn(upload: Upload, error: unknown): boolean {
    if (!(error instanceof UnexpectedStatus)) return false;
    const { reference, blob } = upload;
    const quirk = this.#quirks.get(reference.domain) ?? {};
    const session = this.#sessions.get(key(upload));
    // It has another idea of how far we are: the next attempt asks.
    if (error.status === 416) return session !== undefined;
    // Whatever it was, the upload that we knew is gone.
    if ([404, 405, 400, 501].includes(error.status) && session !== undefined) {
      this.#sessions.delete(key(upload));
      const wasPiece = blob.size > this.#limitFor(upload);
      if (error.status === 404 || !wasPiece) return error.status === 404 && session.offset > 0;
      this.#quirks.set(reference.domain, { ...quirk, isMonolithic: true });
      return true;
    }
    const isTooLarge = error.status === 413 && quirk.chunkBytes === undefined && quirk.isMonolithic !== true;
    if (isTooLarge && blob.size > this.#limits.chunkBytes) {
      this.#quirks.set(reference.domain, { ...quirk, chunkBytes: this.#limits.chunkBytes });
      return true;
    }
    return false;
  }
}

function key({ reference: { domain, path }, blob }: Upload): string {
  return `${domain}/${path}@${blob.digest}`;
}
