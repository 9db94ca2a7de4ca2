import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TrustPolicyWatch } from '../../../src/daemon/trust-policy-watch.ts';
import type { Digest } from '../../../src/model/digest.ts';
import {
  buildImage,
  buildIndex,
  digestOf,
  type ImageFixture,
  json,
  thisArchitecture,
} from '../../support/images/image-fixture.ts';
import { imageNode } from '../../support/images/image-node.ts';
import {
  type CosignFixture,
  envelopeBundle,
  keyFile,
  messageBundle,
  policyFile,
  policyOf,
  preAuthEncoding,
  pushBundles,
  pushSimple,
  refuseAll,
  serveFixture,
  serveReferrers,
  signBytes,
  signingKey,
  simplePayload,
  simpleSignature,
  statement,
  type TestSignature,
} from '../../support/images/signing.ts';
import { tar } from '../../support/images/tar.ts';
import { TestRegistry } from '../../support/images/test-registry.ts';
import { later, now, TestSigstore } from '../../support/images/test-sigstore.ts';

const repository = 'team/web';

interface World {
  readonly registry: TestRegistry;
  readonly image: ImageFixture;
  readonly name: string;
  /** `registry.example/team/web` */
  readonly origin: string;
}

/** A registry with one image in it. */
async function world(): Promise<World> {
  const registry = await TestRegistry.start();
  const image = buildImage();
  registry.add(repository, '1', image);
  const origin = `${registry.domain}/${repository}`;
  return { registry, image, origin, name: `${origin}:1` };
}

function signedBy(...keys: readonly { readonly file: string }[]) {
  return policyOf({ default: { require: 'signature', keys: keys.map(({ file }) => file) } });
}

const untrusted = (why: string | RegExp) =>
  expect.objectContaining({ code: 'image.untrusted', message: expect.stringMatching(why) });

const identity = { subject: 'email:release@example.org', issuer: 'https://accounts.example.org' };

function keyless(sigstore: TestSigstore, change: object = {}, root: object = {}) {
  return policyOf({
    default: {
      require: 'signature',
      trustedRoot: sigstore.rootFile(root),
      identities: [{ issuer: identity.issuer, subject: 'release@example.org' }],
      ...change,
    },
  });
}

describe('trust without signatures', () => {
  it('accepts everything where there is no policy', async () => {
    const { name, image } = await world();
    const pulled = await imageNode().images.pull(name);
    expect(pulled.manifest).toBe(image.manifest.digest);
  });

  it('refuses what the policy rejects before the first byte of a layer', async () => {
    const { registry, name } = await world();
    const { images } = imageNode({ policy: policyOf({ default: { require: 'reject' } }) });
    await expect(images.pull(name)).rejects.toEqual(untrusted('its origin is rejected'));
    expect(registry.count(/blobs/)).toBe(0);
  });

  it('runs by digest only what names its digest', async () => {
    const { name, image, origin } = await world();
    const { images } = imageNode({ policy: policyOf({ default: { require: 'digest' } }) });
    await expect(images.pull(name)).rejects.toEqual(untrusted('not named by its digest'));
    await images.pull(`${origin}@${image.manifest.digest}`);
  });

  it('asks the rule of the most specific scope', async () => {
    const { name, registry } = await world();
    const policy = policyOf({
      default: { require: 'accept' },
      scopes: {
        [registry.domain]: { require: 'reject' },
        [`${registry.domain}/team`]: { require: 'accept' },
        [`${registry.domain}/team/web`]: { require: 'digest' },
        [`${registry.domain}/team/we`]: { require: 'accept' },
      },
    });
    const explained = await imageNode({ policy }).images.explainTrust(name);
    expect(explained).toMatchObject({
      allowed: false,
      scope: `${registry.domain}/team/web`,
      require: 'digest',
    });
  });

  it('refuses what is in the store already, at the resolving, in the plan and at the start', async () => {
    const { name, image } = await world();
    const node = imageNode();
    await node.images.pull(name);
    const strict = imageNode({
      directory: node.directory,
      policy: policyOf({ default: { require: 'reject' } }),
    });
    const named = { reference: name, manifest: image.manifest.digest };
    await expect(strict.images.resolve({ reference: name, pullPolicy: 'missing' })).rejects.toEqual(
      untrusted('rejected'),
    );
    await expect(strict.images.admit(named)).rejects.toEqual(untrusted('rejected'));
    expect(await strict.images.refused([named])).toMatchObject([{ ...named, code: 'image.untrusted' }]);
  });

  it('refuses an imported image like any other, unless the policy accepts imports', async () => {
    const archive = tar([{ name: 'file', text: 'content' }]);
    const imports = async (rule: object) => {
      const { images } = imageNode({ policy: policyOf({ default: rule }) });
      const [image] = await images.importArchive(once(archive), { reference: 'hello:1', command: [] });
      return images.admit({ reference: 'hello:1', manifest: image?.manifest as Digest });
    };
    await expect(imports({ require: 'reject' })).rejects.toEqual(untrusted('rejected'));
    await imports({ require: 'reject', imported: 'accept' });
  });

  it('does not take a pulled image for an imported one', async () => {
    const { name, image } = await world();
    const node = imageNode({ policy: policyOf({ default: { require: 'reject', imported: 'accept' } }) });
    node.names.set(name, { ...image.manifest, annotations: { 'dev.tsorch.image.origin': 'import' } });
    await expect(node.images.resolve({ reference: name, pullPolicy: 'always' })).rejects.toEqual(
      untrusted('rejected'),
    );
  });
});

describe('signatures by key', () => {
  it.each(['p256', 'p384', 'ed25519', 'rsa'] as const)(
    'counts by a %s key, in the older form',
    async (kind) => {
      const { registry, image, name, origin } = await world();
      const key = signingKey(kind);
      const { digest } = image.manifest;
      pushSimple(registry, repository, {
        beside: digest,
        signatures: [simpleSignature(key, simplePayload(digest, origin))],
      });
      const { images } = imageNode({ policy: signedBy(signingKey(), key) });
      await images.pull(name);
      expect(await images.explainTrust(name)).toMatchObject({
        allowed: true,
        why: `signed by key ${key.file}`,
      });
    },
  );

  it.each([
    ['the tag that stands in for the API', false],
    ['the referrers API', true],
  ])('counts as a bundle that refers to the image, found by %s', async (_, api) => {
    const { registry, image, name } = await world();
    const key = signingKey();
    const { digest } = image.manifest;
    const payload = statement(digest);
    const bundle = envelopeBundle(payload, signBytes(key.privateKey, preAuthEncoding(payload)));
    pushBundles(registry, repository, { beside: digest, bundles: [bundle], api });
    await expect(imageNode({ policy: signedBy(key) }).images.pull(name)).resolves.toMatchObject({
      manifest: digest,
    });
  });

  it('counts as a bundle over the manifest itself', async () => {
    const { registry, image, name } = await world();
    const key = signingKey();
    const { digest } = image.manifest;
    const bytes = image.blobs.get(digest) as Buffer;
    const bundles = [messageBundle(bytes, signBytes(key.privateKey, bytes))];
    pushBundles(registry, repository, { beside: digest, bundles });
    await expect(imageNode({ policy: signedBy(key) }).images.pull(name)).resolves.toMatchObject({
      manifest: digest,
    });
  });

  it('counts for the image that a signed index names for this machine', async () => {
    const { registry, image, origin } = await world();
    const key = signingKey();
    const index = buildIndex({ [thisArchitecture]: image });
    registry.addDocument(repository, 'all', index.descriptor, index.bytes);
    const { digest } = index.descriptor;
    pushSimple(registry, repository, {
      beside: digest,
      signatures: [simpleSignature(key, simplePayload(digest, origin))],
    });
    const node = imageNode({ policy: signedBy(key) });
    await node.images.pull(`${origin}:all`);
    // By its own name the same manifest has no signature.
    await expect(node.images.pull(`${origin}:1`)).resolves.toBeDefined();
    const other = imageNode({ policy: signedBy(key) });
    await expect(other.images.pull(`${origin}:1`)).rejects.toEqual(untrusted('it is not signed'));
  });

  it('is enough when one of several is good', async () => {
    const { registry, image, name, origin } = await world();
    const [good, bad] = [signingKey(), signingKey()];
    const { digest } = image.manifest;
    const payload = simplePayload(digest, origin);
    const broken: TestSignature = { payload: Buffer.from('no json'), annotations: {} };
    const signatures = [broken, simpleSignature(bad, payload), simpleSignature(good, payload)];
    pushSimple(registry, repository, { beside: digest, signatures });
    await expect(imageNode({ policy: signedBy(good) }).images.pull(name)).resolves.toMatchObject({
      manifest: digest,
    });
  });
});

describe('what cosign itself has signed', () => {
  const fixture = JSON.parse(readFileSync('test/fixtures/trust/cosign.json', 'utf8')) as CosignFixture;

  it.each([
    ['in the older form', /\.sig$/],
    ['as a bundle', /^sha256.*(?<!\.sig)$/],
  ])('counts %s', async (_, kept) => {
    const registry = await TestRegistry.start();
    serveFixture(registry, repository, fixture, kept);
    const name = `${registry.domain}/${repository}:1`;
    const file = keyFile(createPublicKey(fixture.publicKey));
    const policy = (signedAs: string) =>
      policyOf({ default: { require: 'signature', keys: [file], signedAs } });
    const explained = await imageNode({ policy: policy(fixture.repository) }).images.explainTrust(name);
    expect(explained).toMatchObject({ allowed: true, manifest: fixture.image });
    const other = await imageNode({ policy: signedBy(signingKey()) }).images.explainTrust(name);
    expect(other.allowed).toBe(false);
  });
});

describe('signatures that do not count', () => {
  interface Attack {
    readonly what: string;
    readonly why: RegExp;
    readonly signature: (of: World & { readonly key: ReturnType<typeof signingKey> }) => TestSignature;
  }

  const attacks: readonly Attack[] = [
    {
      what: 'of another digest',
      why: /signature of another image/,
      signature: ({ key, origin }) => simpleSignature(key, simplePayload(digestOf(json({})), origin)),
    },
    {
      what: 'of another repository',
      why: /signature of an image in registry\.example\/other/,
      signature: ({ key, image }) =>
        simpleSignature(key, simplePayload(image.manifest.digest, 'registry.example/other')),
    },
    {
      what: 'of no repository',
      why: /signature of an image in no repository/,
      signature: ({ key, image }) => simpleSignature(key, simplePayload(image.manifest.digest, '')),
    },
    {
      what: 'by another key',
      why: /not signed by key/,
      signature: ({ image, origin }) =>
        simpleSignature(signingKey(), simplePayload(image.manifest.digest, origin)),
    },
    {
      what: 'whose annotation was stripped',
      why: /has no signature/,
      signature: ({ image, origin }) => ({
        payload: simplePayload(image.manifest.digest, origin),
        annotations: {},
      }),
    },
    {
      what: 'over another payload',
      why: /not signed by key/,
      signature: ({ key, image, origin }) => ({
        ...simpleSignature(key, simplePayload(digestOf(json({})), origin)),
        payload: simplePayload(image.manifest.digest, origin),
      }),
    },
    {
      what: 'that is only a certificate of the attacker',
      why: /not signed by key/,
      signature: ({ image, origin }) => {
        const sigstore = new TestSigstore();
        return sigstore.simple(sigstore.issue(identity), simplePayload(image.manifest.digest, origin));
      },
    },
    {
      what: 'by the right key with another hash',
      why: /not signed by key/,
      signature: ({ key, image, origin }) => {
        const payload = simplePayload(image.manifest.digest, origin);
        const signature = sign('sha1', payload, key.privateKey).toString('base64');
        return { payload, annotations: { 'dev.cosignproject.cosign/signature': signature } };
      },
    },
    {
      what: 'of another kind of document',
      why: /is a "atomic container signature"/,
      signature: ({ key, image, origin }) => {
        const text = simplePayload(image.manifest.digest, origin).toString();
        return simpleSignature(
          key,
          Buffer.from(text.replace('cosign container image signature', 'atomic container signature')),
        );
      },
    },
  ];

  it.each(attacks)('one $what', async ({ signature, why }) => {
    const at = await world();
    const key = signingKey();
    const signatures = [signature({ ...at, key })];
    pushSimple(at.registry, repository, { beside: at.image.manifest.digest, signatures });
    await expect(imageNode({ policy: signedBy(key) }).images.pull(at.name)).rejects.toEqual(untrusted(why));
  });

  it('one whose public key is used as the secret of a hash', async () => {
    const { registry, image, name, origin } = await world();
    const key = signingKey('ed25519');
    const payload = simplePayload(image.manifest.digest, origin);
    const pem = key.publicKey.export({ type: 'spki', format: 'pem' });
    const mac = createHmac('sha512', pem).update(payload).digest('base64');
    const forged = { payload, annotations: { 'dev.cosignproject.cosign/signature': mac } };
    pushSimple(registry, repository, { beside: image.manifest.digest, signatures: [forged] });
    await expect(imageNode({ policy: signedBy(key) }).images.pull(name)).rejects.toEqual(
      untrusted('not signed by'),
    );
  });

  it('an attestation by the right key: it says something of the image, not that it shall run', async () => {
    const { registry, image, name } = await world();
    const key = signingKey();
    const { digest } = image.manifest;
    const payload = statement(digest, 'https://slsa.dev/provenance/v1');
    const bundle = envelopeBundle(payload, signBytes(key.privateKey, preAuthEncoding(payload)));
    pushBundles(registry, repository, { beside: digest, bundles: [bundle] });
    await expect(imageNode({ policy: signedBy(key) }).images.pull(name)).rejects.toEqual(
      untrusted('is an attestation'),
    );
  });

  it('a bundle about another image', async () => {
    const { registry, image, name } = await world();
    const key = signingKey();
    const payload = statement(digestOf(json({})));
    const bundle = envelopeBundle(payload, signBytes(key.privateKey, preAuthEncoding(payload)));
    const other = json({ other: true });
    const bundles = [bundle, messageBundle(other, signBytes(key.privateKey, other))];
    pushBundles(registry, repository, { beside: image.manifest.digest, bundles });
    await expect(imageNode({ policy: signedBy(key) }).images.pull(name)).rejects.toEqual(
      untrusted(/another image|not over this manifest/),
    );
  });

  it('a bundle whose hash is none', async () => {
    const { registry, image, name } = await world();
    const key = signingKey();
    const { digest } = image.manifest;
    const bytes = image.blobs.get(digest) as Buffer;
    const bundle = structuredClone(messageBundle(bytes, signBytes(key.privateKey, bytes))) as {
      messageSignature: { messageDigest: { algorithm: string } };
    };
    bundle.messageSignature.messageDigest.algorithm = 'SHA2_512';
    pushBundles(registry, repository, { beside: digest, bundles: [bundle, { mediaType: 'x' }, []] });
    await expect(imageNode({ policy: signedBy(key) }).images.pull(name)).rejects.toEqual(
      untrusted('over SHA2_512'),
    );
  });

  it('copies, unless the policy says whose copies they are', async () => {
    const { registry, image, name } = await world();
    const key = signingKey();
    const { digest } = image.manifest;
    const signature = simpleSignature(key, simplePayload(digest, 'upstream.example/web'));
    pushSimple(registry, repository, { beside: digest, signatures: [signature] });
    const pull = (signedAs: string) => {
      const rule = { require: 'signature', keys: [key.file], signedAs };
      return imageNode({ policy: policyOf({ default: rule }) }).images.pull(name);
    };
    await expect(pull('same')).rejects.toEqual(untrusted('upstream.example/web'));
    await expect(pull('elsewhere.example/web')).rejects.toEqual(untrusted('upstream.example/web'));
    await pull('upstream.example/web');
    await pull('any');
  });
});

describe('signatures without keys', () => {
  it('count by the certificate of the right identity, in the older form', async () => {
    const { registry, image, name, origin } = await world();
    const sigstore = new TestSigstore();
    const { digest } = image.manifest;
    const signature = sigstore.simple(sigstore.issue(identity), simplePayload(digest, origin));
    pushSimple(registry, repository, { beside: digest, signatures: [signature] });
    const { images } = imageNode({ policy: keyless(sigstore) });
    await images.pull(name);
    expect((await images.explainTrust(name)).why).toBe(
      'signed by release@example.org (by https://accounts.example.org)',
    );
  });

  it('count by the certificate of the right identity, as a bundle', async () => {
    const { registry, image, name } = await world();
    const sigstore = new TestSigstore();
    const { digest } = image.manifest;
    const bundles = [sigstore.bundle(sigstore.issue(identity), statement(digest))];
    pushBundles(registry, repository, { beside: digest, bundles });
    await expect(imageNode({ policy: keyless(sigstore) }).images.pull(name)).resolves.toMatchObject({
      manifest: digest,
    });
  });

  it('count for a workflow that fits a pattern as a whole', async () => {
    const { registry, image, name } = await world();
    const sigstore = new TestSigstore();
    const { digest } = image.manifest;
    const issuer = 'https://token.actions.example';
    const subject = 'URI:https://example.org/acme/web/release.yml@refs/tags/v1';
    const bundles = [sigstore.bundle(sigstore.issue({ issuer, subject }), statement(digest))];
    pushBundles(registry, repository, { beside: digest, bundles });
    const pull = (subjectPattern: string) =>
      imageNode({ policy: keyless(sigstore, { identities: [{ issuer, subjectPattern }] }) }).images.pull(
        name,
      );
    await expect(pull('https://example\\.org/acme/web')).rejects.toEqual(
      untrusted('signed by https://example'),
    );
    await expect(pull('acme/web/release.*|nobody')).rejects.toEqual(untrusted('signed by https://example'));
    await pull('https://example\\.org/acme/.+@refs/tags/v[0-9]+');
  });

  it.each([
    [
      'another subject',
      { ...identity, subject: 'email:mallory@example.org' },
      /signed by mallory@example\.org/,
    ],
    [
      'another issuer',
      { ...identity, issuer: 'https://evil.example' },
      /vouched for by https:\/\/evil\.example/,
    ],
    ['a certificate for servers', { ...identity, usage: 'serverAuth' }, /not for signing code/],
  ])('do not count with %s', async (_, wrong, why) => {
    const { registry, image, name } = await world();
    const sigstore = new TestSigstore();
    const { digest } = image.manifest;
    const bundles = [sigstore.bundle(sigstore.issue(wrong), statement(digest))];
    pushBundles(registry, repository, { beside: digest, bundles });
    await expect(imageNode({ policy: keyless(sigstore) }).images.pull(name)).rejects.toEqual(untrusted(why));
  });

  it('do not count when the certificate had ended, by the log', async () => {
    const { registry, image, name, origin } = await world();
    const sigstore = new TestSigstore();
    const { digest } = image.manifest;
    const certificate = sigstore.issue(identity);
    const signature = sigstore.simple(certificate, simplePayload(digest, origin), { at: later() });
    pushSimple(registry, repository, { beside: digest, signatures: [signature] });
    pushBundles(registry, repository, {
      beside: digest,
      bundles: [sigstore.bundle(certificate, statement(digest), later())],
    });
    await expect(imageNode({ policy: keyless(sigstore) }).images.pull(name)).rejects.toEqual(
      untrusted(/certificate.*and 1 more/),
    );
  });

  it('do not count when the time of the log was changed', async () => {
    const { registry, image, name, origin } = await world();
    const sigstore = new TestSigstore();
    const { digest } = image.manifest;
    const signature = sigstore.simple(sigstore.issue(identity), simplePayload(digest, origin), {
      at: later(),
    });
    const entry = signature.annotations['dev.sigstore.cosign/bundle'] ?? '';
    const annotations = {
      ...signature.annotations,
      'dev.sigstore.cosign/bundle': entry.replace(/"integratedTime":\d+/, `"integratedTime":${now()}`),
    };
    pushSimple(registry, repository, { beside: digest, signatures: [{ ...signature, annotations }] });
    await expect(imageNode({ policy: keyless(sigstore) }).images.pull(name)).rejects.toEqual(
      untrusted('inclusion promise'),
    );
  });

  it.each([
    ['log entry', 'dev.sigstore.cosign/bundle', /timestamp|tlog/],
    ['certificate', 'dev.sigstore.cosign/certificate', /no certificate/],
  ])('do not count without their %s', async (_, key, why) => {
    const { registry, image, name, origin } = await world();
    const sigstore = new TestSigstore();
    const { digest } = image.manifest;
    const signature = sigstore.simple(sigstore.issue(identity), simplePayload(digest, origin));
    const { [key]: __, ...annotations } = signature.annotations;
    pushSimple(registry, repository, { beside: digest, signatures: [{ ...signature, annotations }] });
    await expect(imageNode({ policy: keyless(sigstore) }).images.pull(name)).rejects.toEqual(untrusted(why));
  });

  it('do not count when the log holds something else', async () => {
    const { registry, image, name, origin } = await world();
    const sigstore = new TestSigstore();
    const { digest } = image.manifest;
    const payload = simplePayload(digest, origin);
    const signature = sigstore.simple(sigstore.issue(identity), payload, { logged: Buffer.from('other') });
    pushSimple(registry, repository, { beside: digest, signatures: [signature] });
    await expect(imageNode({ policy: keyless(sigstore) }).images.pull(name)).rejects.toEqual(
      untrusted('digest mismatch'),
    );
  });

  it('do not count by the authority or the log of somebody else', async () => {
    const { registry, image, name } = await world();
    const [ours, theirs] = [new TestSigstore(), new TestSigstore()];
    const { digest } = image.manifest;
    pushBundles(registry, repository, {
      beside: digest,
      bundles: [theirs.bundle(theirs.issue(identity), statement(digest))],
    });
    await expect(imageNode({ policy: keyless(ours) }).images.pull(name)).rejects.toEqual(
      untrusted(/certificate/),
    );
    const mixed = keyless(theirs, {}, { tlogs: [ours.logInstance()] });
    await expect(imageNode({ policy: mixed }).images.pull(name)).rejects.toEqual(untrusted('inclusion'));
  });

  it('do not count without an entry in the log of certificates, where the root names one', async () => {
    const { registry, image, name } = await world();
    const sigstore = new TestSigstore();
    const { digest } = image.manifest;
    const bundles = [sigstore.bundle(sigstore.issue(identity), statement(digest))];
    pushBundles(registry, repository, { beside: digest, bundles });
    const policy = keyless(sigstore, {}, { ctlogs: [sigstore.logInstance()] });
    await expect(imageNode({ policy }).images.pull(name)).rejects.toEqual(
      untrusted('expected 1 SCTs, got 0'),
    );
  });

  it('do not count when they were made with a key', async () => {
    const { registry, image, name } = await world();
    const sigstore = new TestSigstore();
    const { digest } = image.manifest;
    const payload = statement(digest);
    const bundle = envelopeBundle(payload, signBytes(signingKey().privateKey, preAuthEncoding(payload)));
    pushBundles(registry, repository, { beside: digest, bundles: [bundle] });
    await expect(imageNode({ policy: keyless(sigstore) }).images.pull(name)).rejects.toEqual(
      untrusted('made with a key'),
    );
  });
});

describe('a registry that wants to keep the node busy', () => {
  it('has no more than 64 of its signatures looked at', async () => {
    const { registry, image, name, origin } = await world();
    const key = signingKey();
    const { digest } = image.manifest;
    const bad = Array.from({ length: 80 }, (_, at) =>
      simpleSignature(key, simplePayload(digest, `registry.example/wrong${at}`)),
    );
    const good = simpleSignature(key, simplePayload(digest, origin));
    pushSimple(registry, repository, { beside: digest, signatures: [...bad, good] });
    await expect(imageNode({ policy: signedBy(key) }).images.pull(name)).rejects.toEqual(
      untrusted('does not|no signature'),
    );
    expect(registry.count(/GET .*blobs/)).toBe(64);
  });

  it('has signatures of more than a megabyte left where they are', async () => {
    const { registry, image, name } = await world();
    const key = signingKey();
    const payload = Buffer.alloc((1 << 20) + 1, ' ');
    const signatures = [simpleSignature(key, payload)];
    pushSimple(registry, repository, { beside: image.manifest.digest, signatures });
    await expect(imageNode({ policy: signedBy(key) }).images.pull(name)).rejects.toEqual(
      untrusted('larger than a signature'),
    );
    expect(registry.blobBytesSent).toBe(0);
  });

  it('gets nowhere with referrers that refer to each other, or to themselves', async () => {
    const { registry, image, name } = await world();
    const { digest } = image.manifest;
    const type = 'application/vnd.dev.sigstore.bundle.v0.3+json';
    // The list names the image as its own signature, over and over.
    const manifests = Array.from({ length: 9_000 }, () => ({ ...image.manifest, artifactType: type }));
    const body = json({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests });
    serveReferrers(registry, repository, body);
    const before = registry.requests.length;
    await expect(imageNode({ policy: signedBy(signingKey()) }).images.pull(name)).rejects.toEqual(
      untrusted('holds no sigstore bundle'),
    );
    expect(registry.requests.length - before).toBeLessThan(80);
    expect(digest).toBeDefined();
  });

  it('gets nothing started by not answering', async () => {
    const { registry, name } = await world();
    refuseAll(registry, /referrers|\.sig$/);
    const { images } = imageNode({ policy: signedBy(signingKey()) });
    await expect(images.pull(name)).rejects.toEqual(
      expect.objectContaining({
        code: 'image.untrusted',
        retryable: true,
        message: expect.stringContaining('could not be looked for'),
      }),
    );
    expect(registry.count(/GET .*blobs/)).toBe(0);
  });
});

describe('decisions', () => {
  async function signed() {
    const at = await world();
    const key = signingKey();
    const { digest } = at.image.manifest;
    pushSimple(at.registry, repository, {
      beside: digest,
      signatures: [simpleSignature(key, simplePayload(digest, at.origin))],
    });
    return { ...at, key, named: { reference: at.name, manifest: digest } };
  }

  it('hold over a restart without asking the registry again', async () => {
    const { registry, name, key, named } = await signed();
    const node = imageNode({ policy: signedBy(key) });
    await node.images.pull(name);
    refuseAll(registry, /./);
    registry.requests.length = 0;
    const again = node.restart();
    await again.images.admit(named);
    expect(await again.images.refused([named])).toEqual([]);
    expect(registry.requests).toEqual([]);
  });

  it('are made again, from what is kept, when the policy has changed', async () => {
    const { registry, name, key, named } = await signed();
    const node = imageNode({ policy: signedBy(key) });
    await node.images.pull(name);
    refuseAll(registry, /./);
    const both = imageNode({ directory: node.directory, policy: signedBy(signingKey(), key) });
    await both.images.admit(named);
    const other = imageNode({ directory: node.directory, policy: signedBy(signingKey()) });
    await expect(other.images.admit(named)).rejects.toEqual(untrusted('could not be looked for'));
  });

  it('are not taken from another image or another repository', async () => {
    const { registry, name, key, origin } = await signed();
    const node = imageNode({ policy: signedBy(key) });
    await node.images.pull(name);
    const other = buildImage({ layers: [[{ name: 'other', text: 'evil' }]] });
    registry.add(repository, '2', other);
    await expect(node.images.pull(`${origin}:2`)).rejects.toEqual(untrusted('not signed'));
    registry.add('other/web', '1', buildImage());
    await expect(node.images.pull(`${registry.domain}/other/web:1`)).rejects.toEqual(untrusted(/./));
  });

  it('follow the file at once, and refuse all while it cannot be read', async () => {
    const { name, named } = await signed();
    const path = policyFile({ default: { require: 'accept' } });
    const watch = new TrustPolicyWatch({ path, mustExist: false });
    const { images } = imageNode({ policy: watch.current });
    await images.pull(name);
    writeFileSync(path, 'default: {require: acept}\n');
    await expect(images.admit(named)).rejects.toMatchObject({ code: 'trust.bad-policy' });
    expect(await images.refused([named])).toMatchObject([{ code: 'trust.bad-policy' }]);
    writeFileSync(path, 'default: {require: reject}\n');
    await expect(images.admit(named)).rejects.toEqual(untrusted('rejected'));
    writeFileSync(path, 'default: {require: accept} # again\n');
    await images.admit(named);
  });

  it('follow the key files too', async () => {
    const { name, key, named } = await signed();
    const path = policyFile({ default: { require: 'signature', keys: [key.file] } });
    const watch = new TrustPolicyWatch({ path, mustExist: true });
    const { images } = imageNode({ policy: watch.current });
    await images.pull(name);
    const { publicKey } = generateKeyPairSync('ed25519');
    writeFileSync(key.file, publicKey.export({ type: 'spki', format: 'pem' }));
    await expect(images.admit(named)).rejects.toEqual(untrusted('not signed by'));
    expect(keyFile(publicKey)).not.toBe(key.file);
  });
});

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
