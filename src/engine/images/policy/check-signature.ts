import { createHash, type KeyObject, verify } from 'node:crypto';

/**
 * Whether `signature` is the key's over `bytes`. Which algorithm that is follows from the key alone, never from what stands beside
 * the signature: nobody can have a strong key used in a weak way.
 */
export function isSignedBy(key: KeyObject, bytes: Buffer, signature: Buffer): boolean {
  return hashesOf(key).some((hash) => {
    try {
      return verify(hash, bytes, key, signature);
    } catch {
      return false; // not even the form of a signature
    }
  });
}

/** Why a key is not used; undefined = it may be. */
export function weaknessOf(key: KeyObject): string | undefined {
  if (key.type !== 'public') return 'it is not a public key';
  if (hashesOf(key).length > 0) return undefined;
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const details = modulusLength ?? namedCurve;
  return `${key.asymmetricKeyType ?? 'unknown'} ${details ?? ''}`.trim();
}

/** Empty: a kind of key that is not used. null = the key's own (Ed25519). */
function hashesOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): (string | null)[] {
  if (type === 'ed25519') return [null];
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= 2048) return ['sha256'];
  if (type !== 'ec') return [];
  // cosign takes SHA-256 for every curve, its successor the hash that fits the curve.
  const curves: Record<string, string[]> = {
    prime256v1: ['sha256'],
    secp384r1: ['sha256', 'sha384'],
    secp521r1: ['sha256', 'sha512'],
  };
  return curves[details?.namedCurve ?? ''] ?? [];
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
