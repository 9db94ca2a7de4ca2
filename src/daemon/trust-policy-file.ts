import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { weaknessOf } from '../engine/images/policy/check-signature.ts';
import { normalRepository, parseScope } from '../engine/images/policy/policy-scope.ts';
import type {
  Requirement,
  TrustedRootFile,
  TrustedSigner,
  TrustPolicy,
  TrustRule,
} from '../engine/images/policy/trust-policy.ts';
import { SourceFile } from '../lib/document/source-file.ts';
import { causeChain, TsorchError } from '../lib/errors.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { parseImageReference } from '../model/image-reference.ts';
import { readCheckedYaml } from './checked-yaml.ts';
import { validateTrustPolicy } from './generated/validate-trust-policy.ts';

/** A rule as written, already checked against schemas/trust-policy.schema.json. */
interface WrittenRule {
  readonly require: Requirement['kind'];
  readonly imported?: 'accept' | 'same';
  readonly keys?: readonly string[];
  readonly trustedRoot?: string;
  readonly identities?: readonly WrittenIdentity[];
  readonly signedAs?: string;
}

interface WrittenIdentity {
  readonly issuer: string;
  readonly subject?: string;
  readonly subjectPattern?: string;
}

interface WrittenPolicy {
  readonly default: WrittenRule;
  readonly scopes?: Readonly<Record<string, WrittenRule>>;
}

const maxFileBytes = 4 << 20;

/**
 * Reads a trust policy and every file that it names.
 *
 * @param stamps  filled with each file and its stamp of before it was opened, so that a caller knows them also after a failure
 * @throws TsorchError `trust.bad-policy` with every problem, each with its line and column
 */
export async function readTrustPolicy(
  path: string,
  stamps: Map<string, string> = new Map(),
): Promise<TrustPolicy> {
  const reader = new PolicyReader(path, stamps);
  const { policy, root } = reader.read();
  if (root.size > 0) {
    const { checkTrustedRoot } = await import('../engine/images/policy/sigstore.ts');
    for (const file of root.values()) checkTrustedRoot(file);
  }
  return policy;
}

class PolicyReader {
  readonly #path: string;
  readonly #stamps: Map<string, string>;
  readonly #hash = createHash('sha256');
  readonly #problems: string[] = [];
  readonly #roots = new Map<string, TrustedRootFile>();
  /** Place that a scope means -> the scope as it was written. */
  readonly #scopes = new Map<string, string>();
  #placeOf: (path: readonly (string | number)[]) => string = () => '';

  constructor(path: string, stamps: Map<string, string>) {
    this.#path = path;
    this.#stamps = stamps;
  }

  read(): { readonly policy: TrustPolicy; readonly root: ReadonlyMap<string, TrustedRootFile> } {
    const written = this.#written();
    const fallback = this.#rule('default', written.default, ['default']);
    const scopes = Object.entries(written.scopes ?? {}).map(([scope, rule]) => this.#scope(scope, rule));
    if (this.#problems.length > 0) throw badPolicy(this.#path, this.#problems);
    const digest = this.#hash.digest('hex');
    return { policy: { file: this.#path, digest, fallback, scopes }, root: this.#roots };
  }

  #written(): WrittenPolicy {
    let text: string;
    try {
      text = this.#open(this.#path);
    } catch (cause) {
      throw new TsorchError<ErrorCode>('trust.bad-policy', `cannot read ${this.#path}`, {
        object: this.#path,
        cause,
      });
    }
    const checked = readCheckedYaml(new SourceFile(this.#path, text), validateTrustPolicy);
    if (!('value' in checked)) throw badPolicy(this.#path, checked);
    if (checked.value === undefined) throw badPolicy(this.#path, [`${this.#path}:1:1 is empty`]);
    this.#placeOf = checked.placeOf;
    return checked.value as WrittenPolicy;
  }

  #scope(scope: string, rule: WrittenRule): TrustRule {
    const parsed = parseScope(scope);
    if (parsed === undefined)
      this.#problem(['scopes', scope], `"${scope}" is no registry, folder or repository (docker.io/library)`);
    const place = JSON.stringify(parsed);
    const other = this.#scopes.get(place);
    if (other !== undefined) this.#problem(['scopes', scope], `"${scope}" is the same place as "${other}"`);
    if (parsed !== undefined) this.#scopes.set(place, scope);
    return this.#rule(scope, rule, ['scopes', scope]);
  }

  #rule(scope: string, written: WrittenRule, at: readonly string[]): TrustRule {
    const { require: kind, imported } = written;
    const require = kind === 'signature' ? this.#signature(written, at) : { kind };
    if (kind !== 'signature')
      for (const key of ['keys', 'identities', 'trustedRoot', 'signedAs'] as const)
        if (written[key] !== undefined) this.#problem([...at, key], `${key} needs require: signature`);
    return { scope, require, acceptsImported: imported === 'accept' };
  }

  #signature(written: WrittenRule, at: readonly string[]): Requirement {
    const { keys = [], identities = [], trustedRoot, signedAs = 'same' } = written;
    if (keys.length + identities.length === 0)
      this.#problem([...at, 'require'], 'a signature needs keys or identities');
    if (identities.length > 0 && trustedRoot === undefined)
      this.#problem([...at, 'identities'], 'identities need a trustedRoot');
    const root = trustedRoot === undefined ? undefined : this.#root(trustedRoot, [...at, 'trustedRoot']);
    const signers = [
      ...keys.map((file, index) => this.#key(file, [...at, 'keys', index])),
      ...identities.map((identity, index) => this.#identity(identity, root, [...at, 'identities', index])),
    ].filter((signer) => signer !== undefined);
    return { kind: 'signature', signers, signedAs: this.#signedAs(signedAs, at) };
  }

  #signedAs(text: string, at: readonly string[]): 'same' | 'any' | { readonly repository: string } {
    if (text === 'same' || text === 'any') return text;
    const reference = parseScope(text) === undefined ? undefined : parseImageReference(text);
    if (reference === undefined) this.#problem([...at, 'signedAs'], `"${text}" is no repository`);
    return { repository: reference === undefined ? '' : normalRepository(reference) };
  }

  #key(file: string, at: readonly (string | number)[]): TrustedSigner | undefined {
    try {
      return { kind: 'key', name: file, key: publicKey(this.#open(file)) };
    } catch (error) {
      this.#problem(at, `the key ${file} cannot be used: ${causeChain(error)[0]}`);
      return undefined;
    }
  }

  #root(file: string, at: readonly string[]): TrustedRootFile | undefined {
    const known = this.#roots.get(file);
    if (known !== undefined) return known;
    try {
      const root = { name: file, json: JSON.parse(this.#open(file)) as unknown };
      this.#roots.set(file, root);
      return root;
    } catch (error) {
      this.#problem(at, `the trusted root ${file} cannot be used: ${causeChain(error)[0]}`);
      return undefined;
    }
  }

  #identity(
    { issuer, subject, subjectPattern }: WrittenIdentity,
    root: TrustedRootFile | undefined,
    at: readonly (string | number)[],
  ): TrustedSigner | undefined {
    if ((subject === undefined) === (subjectPattern === undefined)) {
      this.#problem(at, 'an identity needs either subject or subjectPattern');
      return undefined;
    }
    try {
      // The whole of it: what only contains the name of somebody trusted is somebody else.
      const wanted = subject ?? new RegExp(`^(?:${subjectPattern})$`, 'u');
      return root === undefined ? undefined : { kind: 'keyless', issuer, subject: wanted, root };
    } catch (error) {
      this.#problem([...at, 'subjectPattern'], causeChain(error)[0] ?? '');
      return undefined;
    }
  }

  #open(file: string): string {
    if (!this.#stamps.has(file)) this.#stamps.set(file, stampOf(file));
    const bytes = readOwnFile(file);
    this.#hash.update(`${file}\0${bytes.length}\0`).update(bytes);
    return bytes.toString('utf8');
  }

  #problem(at: readonly (string | number)[], message: string): void {
    this.#problems.push(`${this.#placeOf(at)} ${message}`);
  }
}

/** Whoever can write to it decides what runs on this node. */
function readOwnFile(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const { uid, mode, size } = fstatSync(descriptor);
    if (uid !== 0 && uid !== process.getuid?.()) throw new Error(`it belongs to user ${uid}, not to root`);
    if ((mode & 0o022) !== 0) throw new Error('it is writable by others than its owner');
    if (size > maxFileBytes) throw new Error(`it is larger than ${maxFileBytes} bytes`);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function publicKey(pem: string): KeyObject {
  // Node would take the public half of a private key as well, which has no business on this machine, and that of a certificate.
  if (!pem.trimStart().startsWith('-----BEGIN PUBLIC KEY-----')) throw new Error('it is no PEM public key');
  const key = createPublicKey(pem);
  const weakness = weaknessOf(key);
  if (weakness !== undefined) throw new Error(`${weakness} is not used for signatures here`);
  return key;
}

function badPolicy(path: string, problems: readonly string[]): TsorchError<ErrorCode> {
  return new TsorchError('trust.bad-policy', [`${path} is no trust policy`, ...problems].join('\n  '), {
    object: path,
    hint: 'correct what is listed (docs/trust.md); until then nothing new is started',
  });
}

/** What tells that a file is another one than before; its content is only read when this has changed. */
export function stampOf(file: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
