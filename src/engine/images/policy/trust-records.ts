import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../lib/atomic-file.ts';
import type { EpochMs } from '../../../model/brand.ts';
import { type Digest, digestHex } from '../../../model/digest.ts';
import type { SignatureEvidence } from './signature-evidence.ts';
import type { SignatureFinding } from './verify-signature.ts';

/** What is kept with an image: its signatures as they were found, and what was decided last in each repository. */
export interface TrustRecord {
  readonly evidence: readonly SignatureEvidence[];
  /** By repository, as one image may have names in several. */
  readonly decisions: Readonly<Record<string, TrustDecision>>;
}

export interface TrustDecision {
  readonly allowed: boolean;
  /** Digest of the policy that it was made by; it says nothing under another one. */
  readonly policy: string;
  readonly scope: string;
  /** `digest`, `signature of key /etc/tsorch/team.pub` */
  readonly require: string;
  /** Lower case, no full stop. */
  readonly why: string;
  readonly findings: readonly SignatureFinding[];
  readonly at: EpochMs;
}

/**
 * `<root>/images/trust/<manifest's hex>.json`: with them a node starts what it has accepted without asking a registry again, also
 * after a reboot without a network. They can be lost: signatures are looked for again then.
 */
export class TrustRecords {
  readonly #directory: string;

  /** @param images  `<root>/images` */
  constructor(images: string) {
    this.#directory = join(images, 'trust');
  }

  read(manifest: Digest): TrustRecord {
    try {
      const record = JSON.parse(readFileSync(this.#path(manifest), 'utf8')) as Partial<TrustRecord>;
      const { evidence, decisions } = record;
      if (Array.isArray(evidence) && typeof decisions === 'object' && decisions !== null)
        return { evidence, decisions };
    } catch {
      // absent, or cut off by a crash: nothing was decided
    }
    return { evidence: [], decisions: {} };
  }

  write(manifest: Digest, record: TrustRecord): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    writeFileAtomic(this.#path(manifest), JSON.stringify(record), { mode: 0o600 });
  }

  /** What is known of images that the node has no more. */
  prune(isKept: (manifest: Digest) => boolean): void {
    for (const name of this.#names())
      if (!isKept(`sha256:${name.replace(/\.json$/, '')}` as Digest))
        rmSync(join(this.#directory, name), { force: true });
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.#directory).filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
    } catch {
      return [];
    }
  }

  #path(manifest: Digest): string {
    return join(this.#directory, `${digestHex(manifest)}.json`);
  }
}
