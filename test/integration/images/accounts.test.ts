import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CredentialFiles } from '../../../src/engine/images/registry/credential-files.ts';
import { RegistryAccounts } from '../../../src/engine/images/registry/registry-accounts.ts';
import { buildImage } from '../../support/images/image-fixture.ts';
import { imageNode, testClient } from '../../support/images/image-node.ts';
import { TestRegistry } from '../../support/images/test-registry.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const me = { username: 'me', password: 'a:secret' };
const basic = `Basic ${Buffer.from('me:a:secret').toString('base64')}`;

let registry: TestRegistry;
let file: string;
let accounts: RegistryAccounts;

beforeEach(async () => {
  registry = await TestRegistry.start();
  registry.faults.push({ on: /GET \/v2\/$/, answer: answerPing });
  registry.challenge = ({ headers }) => (headers.authorization === basic ? undefined : 'Basic realm="x"');
  file = join(temporaryFolder(), 'docker', 'config.json');
  accounts = new RegistryAccounts([file], testClient());
});

const answerPing: TestRegistry['faults'][number]['answer'] = (request, response, self) => {
  const challenge = self.challenge(request);
  response.writeHead(
    challenge === undefined ? 200 : 401,
    challenge === undefined ? {} : { 'www-authenticate': challenge },
  );
  response.end('{}');
};

function kept(): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

describe('login', () => {
  it('keeps what the registry takes, for this node and for docker, and nobody else can read it', async () => {
    expect(await accounts.login(registry.domain, me)).toEqual({ registry: registry.domain, keptIn: file });
    expect(kept()).toEqual({ auths: { [registry.domain]: { auth: 'bWU6YTpzZWNyZXQ=' } } });
    expect(statSync(file).mode & 0o777).toBe(0o600);

    registry.add('team/web', '1', buildImage());
    const node = imageNode({ credentials: new CredentialFiles([file]) });
    expect((await node.images.pull(`${registry.domain}/team/web:1`)).sizeBytes).toBeGreaterThan(0);
  });

  it('keeps nothing that the registry refuses', async () => {
    const wrong = accounts.login(registry.domain, { ...me, password: 'wrong' });
    await expect(wrong).rejects.toMatchObject({
      code: 'registry.denied',
      message: expect.not.stringContaining('wrong'),
    });
    expect(existsSync(file)).toBe(false);
  });

  it('asks the token server that the registry names, without a scope', async () => {
    let asked = '';
    registry.faults.push({
      on: /GET \/token/,
      answer: (request, response) => {
        asked = `${request.url} ${request.headers.authorization}`;
        response.end('{"token": "T1"}');
      },
    });
    registry.challenge = ({ headers }) =>
      headers.authorization === 'Bearer T1'
        ? undefined
        : `Bearer realm="${registry.origin}/token",service="s"`;
    await accounts.login(registry.domain, me);
    expect(asked).toBe(`/token?service=s ${basic}`);
  });

  it('leaves everything else in the file as it is, and takes the place of other spellings', async () => {
    const others = { HttpHeaders: { a: 'b' }, auths: { other: { auth: 'eDp5' } } };
    writeConfig({
      ...others,
      auths: { ...others.auths, [`https://${registry.domain}/v1/`]: { auth: 'b2xkOm9sZA==' } },
    });
    await accounts.login(`https://${registry.domain}/v2/`, me);
    expect(kept()).toEqual({
      ...others,
      auths: { ...others.auths, [registry.domain]: { auth: 'bWU6YTpzZWNyZXQ=' } },
    });
  });

  it('writes through a link', async () => {
    const real = join(temporaryFolder(), 'real.json');
    writeFileSync(real, '{}');
    mkdirSync(join(file, '..'), { recursive: true });
    symlinkSync(real, file);
    await accounts.login(registry.domain, me);
    expect(readFileSync(real, 'utf8')).toContain('bWU6YTpzZWNyZXQ=');
  });

  it('does not touch a file that it does not understand', async () => {
    writeConfig([]);
    await expect(accounts.login(registry.domain, me)).rejects.toMatchObject({
      code: 'registry.bad-credentials',
    });
    expect(kept()).toEqual([]);
  });

  it.each(['two words', 'a/b', 'ftp://x.example', '-x'])('takes no "%s" for a registry', async (text) => {
    await expect(accounts.login(text, me)).rejects.toMatchObject({ code: 'image.bad-reference' });
  });
});

describe('logout', () => {
  it('forgets', async () => {
    await accounts.login(registry.domain, me);
    await accounts.logout(registry.domain);
    expect(kept()).toEqual({ auths: {} });
    await expect(accounts.logout(registry.domain)).rejects.toMatchObject({ code: 'registry.not-logged-in' });
  });
});

function writeConfig(document: unknown): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, JSON.stringify(document));
}
