import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTrustPolicy } from '../../../src/daemon/trust-policy-file.ts';
import { TrustPolicyWatch } from '../../../src/daemon/trust-policy-watch.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function fileOf(text: string, name = 'trust.yaml'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

function publicKey(kind: 'p256' | 'rsa1024' | 'secp256k1' | 'x25519' = 'p256'): string {
  const { publicKey: key } =
    kind === 'rsa1024'
      ? generateKeyPairSync('rsa', { modulusLength: 1024 })
      : kind === 'x25519'
        ? generateKeyPairSync('x25519')
        : generateKeyPairSync('ec', { namedCurve: kind === 'p256' ? 'P-256' : kind });
  return fileOf(key.export({ type: 'spki', format: 'pem' }) as string, 'key.pub');
}

const read = (text: string) => readTrustPolicy(fileOf(text));

describe('a trust policy', () => {
  it('has a rule for each scope and one for all others', async () => {
    const key = publicKey();
    const policy = await read(
      `default: {require: reject}\nscopes:\n  docker.io: {require: digest, imported: accept}\n  r.example/team: {require: signature, keys: [${key}], signedAs: u.example/team}\n`,
    );
    expect(policy.fallback).toMatchObject({
      scope: 'default',
      require: { kind: 'reject' },
      acceptsImported: false,
    });
    expect(policy.scopes).toMatchObject([
      { scope: 'docker.io', require: { kind: 'digest' }, acceptsImported: true },
      {
        scope: 'r.example/team',
        require: {
          kind: 'signature',
          signers: [{ kind: 'key', name: key }],
          signedAs: { repository: 'u.example/team' },
        },
      },
    ]);
  });

  it('has another digest when a key has changed', async () => {
    const key = publicKey();
    const file = fileOf(`default: {require: signature, keys: [${key}]}\n`);
    const before = (await readTrustPolicy(file)).digest;
    expect((await readTrustPolicy(file)).digest).toBe(before);
    writeFileSync(key, readFileSync(publicKey()));
    expect((await readTrustPolicy(file)).digest).not.toBe(before);
  });

  it.each([
    ['nothing', '', /trust\.yaml:1:1 is empty/],
    ['no default', 'scopes: {}\n', /trust\.yaml:1:1 the document: required default/],
    ['a misspelt rule', 'default: {require: acept}\n', /trust\.yaml:1:20 default\.require: enum/],
    ['an unknown key', 'default:\n  require: accept\n  key: [/a]\n', /trust\.yaml:\d+:\d+ unknown key "key"/],
    ['broken YAML', 'default: {require: accept\n', /trust\.yaml:\d+:\d+/],
    [
      'a scope twice',
      'default: {require: accept}\nscopes:\n  r.io: {require: reject}\n  r.io: {require: accept}\n',
      /trust\.yaml:4:/,
    ],
    [
      'two spellings of one scope',
      'default: {require: accept}\nscopes:\n  r.io: {require: reject}\n  R.io:443: {require: accept}\n',
      /trust\.yaml:4:\d+ "R\.io:443" is the same place as "r\.io"/,
    ],
    [
      'a scope that matches nothing',
      'default: {require: accept}\nscopes:\n  library/nginx: {require: reject}\n',
      /trust\.yaml:3:\d+ "library\/nginx" is no registry/,
    ],
    [
      'a signature by nobody',
      'default: {require: signature}\n',
      /trust\.yaml:1:20 a signature needs keys or identities/,
    ],
    [
      'keys that nobody asks for',
      'default: {require: accept, keys: [/a]}\n',
      /keys needs require: signature/,
    ],
    [
      'a missing key',
      'default: {require: signature, keys: [/nowhere]}\n',
      /trust\.yaml:1:38 the key \/nowhere cannot be used: ENOENT/,
    ],
    [
      'identities without a root',
      'default: {require: signature, identities: [{issuer: i, subject: s}]}\n',
      /identities need a trustedRoot/,
    ],
    [
      'an identity for everybody',
      'default: {require: signature, trustedRoot: /a, identities: [{issuer: i}]}\n',
      /an identity needs either subject or subjectPattern/,
    ],
    [
      'a broken pattern',
      "default: {require: signature, trustedRoot: /a, identities: [{issuer: i, subjectPattern: '('}]}\n",
      /Invalid regular expression/,
    ],
  ])('is not one with %s, and says where', async (_, text, message) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'trust.bad-policy',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['short RSA', 'rsa1024'],
    ["another curve's", 'secp256k1'],
    ['that cannot sign', 'x25519'],
  ] as const)('takes no key %s', async (_, kind) => {
    await expect(read(`default: {require: signature, keys: [${publicKey(kind)}]}\n`)).rejects.toThrow(
      /is not used for signatures here/,
    );
  });

  it('takes no private key', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = fileOf(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 'key');
    await expect(read(`default: {require: signature, keys: [${key}]}\n`)).rejects.toThrow(
      /no PEM public key/,
    );
  });

  it.each([
    ['nothing at all', '{}', /names no certificate authority/],
    ['something else', '{"tlogs": [{}]}', /cannot be used/],
    ['no JSON', 'x', /is not valid JSON|cannot be used/],
  ])('takes no trusted root with %s', async (_, text, message) => {
    const root = fileOf(text, 'root.json');
    const rule = `{require: signature, trustedRoot: ${root}, identities: [{issuer: i, subject: s}]}`;
    await expect(read(`default: ${rule}\n`)).rejects.toMatchObject({
      code: 'trust.bad-policy',
      message: expect.stringMatching(message),
    });
  });

  it('is not obeyed when others can write to it, or to a key', async () => {
    const key = publicKey();
    const file = fileOf(`default: {require: signature, keys: [${key}]}\n`);
    chmodSync(key, 0o666);
    await expect(readTrustPolicy(file)).rejects.toThrow(/key\.pub cannot be used: it is writable by others/);
    chmodSync(key, 0o644);
    chmodSync(file, 0o620);
    await expect(readTrustPolicy(file)).rejects.toMatchObject({
      cause: expect.objectContaining({ message: 'it is writable by others than its owner' }),
    });
  });

  it('in examples/ can be read but for its keys', async () => {
    const text = readFileSync('examples/trust/trust.yaml', 'utf8');
    const key = publicKey();
    const policy = await read(text.replaceAll(/\/etc\/tsorch\/keys\/[a-z]+\.pub/g, key));
    expect(policy.scopes.length).toBeGreaterThan(2);
  });
});

describe('the policy of a node', () => {
  it('is none while there is no file that nobody named, and counts from when it is there', async () => {
    const path = join(temporaryFolder(), 'trust.yaml');
    const watch = new TrustPolicyWatch({ path, mustExist: false });
    expect(await watch.current()).toBeUndefined();
    writeFileSync(path, 'default: {require: reject}\n');
    expect((await watch.current())?.fallback.require.kind).toBe('reject');
  });

  it('is not gone with its file: nothing can be judged then', async () => {
    const path = fileOf('default: {require: accept}\n');
    const watch = new TrustPolicyWatch({ path, mustExist: false });
    await watch.current();
    rmSync(path);
    await expect(watch.current()).rejects.toMatchObject({ code: 'trust.bad-policy' });
  });

  it('must be there when it was named', async () => {
    const path = join(temporaryFolder(), 'trust.yaml');
    const watch = new TrustPolicyWatch({ path, mustExist: true });
    await expect(watch.current()).rejects.toMatchObject({ code: 'trust.bad-policy' });
  });

  it('is read once as long as nothing changes, and tells of a change', async () => {
    const path = fileOf('default: {require: accept}\n');
    const watch = new TrustPolicyWatch({ path, mustExist: true });
    const first = await watch.current();
    expect(await watch.current()).toBe(first);
    let told = 0;
    const forget = watch.watch(() => {
      told += 1;
    }, 5);
    writeFileSync(path, 'default: {require: reject}\n');
    await expect.poll(() => told).toBe(1);
    forget();
  });
});
