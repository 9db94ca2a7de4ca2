import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';
import { json } from './image-fixture.ts';
import { envelopeBundle, preAuthEncoding, sha256, type TestSignature } from './signing.ts';

export interface KeylessIdentity {
  /** `email:release@example.org`, `URI:https://…` */
  readonly subject: string;
  readonly issuer: string;
  readonly usage?: string;
}

export interface KeylessCertificate {
  readonly pem: string;
  readonly der: Buffer;
  readonly key: KeyObject;
}

interface LogEntry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logIndex: number;
}

const days = 10;

/** Authority and transparency log of one test, which vouch for whom the test wants. Certificates hold from now on for ten days. */
export class TestSigstore {
  readonly #folder = temporaryFolder();
  readonly #log = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #logId = sha256(this.#log.publicKey.export({ type: 'spki', format: 'der' }));

  constructor() {
    this.#openssl(
      'req',
      '-x509',
      '-subj',
      '/O=sigstore.test/CN=authority',
      ...newKey('ca'),
      '-out',
      'ca.pem',
    );
  }

  /** `trusted_root.json` */
  rootFile(change: object = {}): string {
    const file = join(this.#folder, 'trusted_root.json');
    const start = '2020-01-01T00:00:00Z';
    const authority = new X509Certificate(this.#read('ca.pem')).raw.toString('base64');
    const root = {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [this.#logInstance(start)],
      certificateAuthorities: [
        {
          subject: { organization: 'sigstore.test', commonName: 'authority' },
          uri: 'https://fulcio.test',
          certChain: { certificates: [{ rawBytes: authority }] },
          validFor: { start },
        },
      ],
      ctlogs: [],
      timestampAuthorities: [],
      ...change,
    };
    writeFileSync(file, JSON.stringify(root));
    return file;
  }

  /** As a log of certificates too, for tests of what is missing then. */
  logInstance(): object {
    return this.#logInstance('2020-01-01T00:00:00Z');
  }

  issue({ subject, issuer, usage = 'codeSigning' }: KeylessIdentity): KeylessCertificate {
    const extensions = [
      `subjectAltName=critical,${subject}`,
      `extendedKeyUsage=${usage}`,
      'keyUsage=critical,digitalSignature',
      `1.3.6.1.4.1.57264.1.8=ASN1:UTF8String:${issuer}`,
      'authorityKeyIdentifier=keyid',
      'subjectKeyIdentifier=hash',
    ];
    writeFileSync(join(this.#folder, 'extensions'), `${extensions.join('\n')}\n`);
    this.#openssl('req', '-subj', '/CN=signer', ...newKey('signer'), '-out', 'signer.csr');
    const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'extensions'];
    const times = ['-days', `${days}`, '-sha256'];
    this.#openssl('x509', '-req', '-in', 'signer.csr', ...signer, ...times, '-out', 'signer.pem');
    const pem = this.#read('signer.pem');
    return { pem, der: new X509Certificate(pem).raw, key: createPrivateKey(this.#read('signer.key')) };
  }

  /** cosign's older form, with certificate and log entry in annotations. */
  simple(
    { pem, key }: KeylessCertificate,
    payload: Buffer,
    { at = now(), logged = payload }: { readonly at?: number; readonly logged?: Buffer } = {},
  ): TestSignature {
    const signature = sign('sha256', payload, key);
    const body = hashedRecord(logged, signature, pem);
    const entry = this.#entry(body, at);
    const bundle = {
      SignedEntryTimestamp: this.#promise(entry).toString('base64'),
      Payload: { ...entry, logID: this.#logId.toString('hex') },
    };
    return {
      payload,
      annotations: {
        'dev.cosignproject.cosign/signature': signature.toString('base64'),
        'dev.sigstore.cosign/certificate': pem,
        'dev.sigstore.cosign/bundle': JSON.stringify(bundle),
      },
    };
  }

  /** A bundle as cosign 3 makes it: envelope, certificate, entry with promise and proof. */
  bundle({ der, pem, key }: KeylessCertificate, payload: Buffer, at = now()): object {
    const signature = sign('sha256', preAuthEncoding(payload), key);
    const body = envelopeRecord(payload, signature, pem);
    const entry = this.#entry(body, at);
    return envelopeBundle(payload, signature, {
      certificate: { rawBytes: der.toString('base64') },
      tlogEntries: [
        {
          logIndex: '0',
          logId: { keyId: this.#logId.toString('base64') },
          kindVersion: { kind: 'dsse', version: '0.0.1' },
          integratedTime: String(at),
          inclusionPromise: { signedEntryTimestamp: this.#promise(entry).toString('base64') },
          inclusionProof: this.#proof(body),
          canonicalizedBody: body.toString('base64'),
        },
      ],
    });
  }

  #logInstance(start: string): object {
    const rawBytes = this.#log.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    return {
      baseUrl: 'https://rekor.test',
      hashAlgorithm: 'SHA2_256',
      publicKey: { rawBytes, keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor: { start } },
      logId: { keyId: this.#logId.toString('base64') },
    };
  }

  #entry(body: Buffer, at: number): LogEntry {
    return { body: body.toString('base64'), integratedTime: at, logIndex: 0 };
  }

  /** Canonical JSON: keys in order, no spaces. */
  #promise({ body, integratedTime, logIndex }: LogEntry): Buffer {
    const payload = { body, integratedTime, logID: this.#logId.toString('hex'), logIndex };
    return sign('sha256', Buffer.from(JSON.stringify(payload)), this.#log.privateKey);
  }

  /** In a log of one entry. */
  #proof(body: Buffer): object {
    const root = sha256(Buffer.concat([Buffer.from([0]), body])).toString('base64');
    const note = `rekor.test - 1\n1\n${root}\n`;
    const signed = sign('sha256', Buffer.from(note), this.#log.privateKey);
    const mark = Buffer.concat([this.#logId.subarray(0, 4), signed]).toString('base64');
    const checkpoint = { envelope: `${note}\n\u2014 rekor.test ${mark}\n` };
    return { logIndex: '0', rootHash: root, treeSize: '1', hashes: [], checkpoint };
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'pipe' });
  }

  #read(file: string): string {
    return readFileSync(join(this.#folder, file), 'utf8');
  }
}

export function now(): number {
  return Math.floor(Date.now() / 1000) + 5;
}

/** After the certificates have ended. */
export function later(): number {
  return now() + (days + 1) * 86_400;
}

function hashedRecord(payload: Buffer, signature: Buffer, pem: string): Buffer {
  return json({
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: sha256(payload).toString('hex') } },
      signature: {
        content: signature.toString('base64'),
        publicKey: { content: Buffer.from(pem).toString('base64') },
      },
    },
  });
}

function envelopeRecord(payload: Buffer, signature: Buffer, pem: string): Buffer {
  return json({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      payloadHash: { algorithm: 'sha256', value: sha256(payload).toString('hex') },
      signatures: [
        { signature: signature.toString('base64'), verifier: Buffer.from(pem).toString('base64') },
      ],
    },
  });
}

function newKey(name: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
}
