import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CredentialFiles } from '../../../../src/engine/images/registry/credential-files.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

describe('CredentialFiles', () => {
  function source(auths: object): CredentialFiles {
    const file = join(temporaryFolder(), 'config.json');
    writeFileSync(file, JSON.stringify({ auths }));
    return new CredentialFiles(['/nonexistent', file]);
  }
  const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });

  it('finds a registry by any of its spellings', async () => {
    const found = source({
      'https://index.docker.io/v1/': auth('hub:one'),
      'registry.example:5000': auth('me:a:b'),
      'https://other.example/v2/': { username: 'you', password: 'x' },
    });
    const find = (domain: string) => found.find({ domain, path: 'team/web' });
    expect(await find('docker.io')).toEqual({ username: 'hub', password: 'one' });
    expect(await find('registry.example:5000')).toEqual({ username: 'me', password: 'a:b' });
    expect(await find('other.example')).toEqual({ username: 'you', password: 'x' });
    expect(await find('registry.example')).toBeUndefined();
  });

  it('prefers the longest folder', async () => {
    const found = source({
      'r.example': auth('a:1'),
      'r.example/team': auth('b:2'),
      'r.example/tea': auth('c:3'),
    });
    expect(await found.find({ domain: 'r.example', path: 'team/web' })).toMatchObject({ username: 'b' });
    expect(await found.find({ domain: 'r.example', path: 'other' })).toMatchObject({ username: 'a' });
  });

  it('takes an identity token before a password', async () => {
    const found = source({ 'r.example': { ...auth('me:x'), identitytoken: 'for ever' } });
    expect(await found.find({ domain: 'r.example', path: 'web' })).toEqual({ identityToken: 'for ever' });
  });

  it('is nobody when the file is broken', async () => {
    const file = join(temporaryFolder(), 'config.json');
    writeFileSync(file, '{"auths": [');
    expect(await new CredentialFiles([file]).find({ domain: 'a', path: 'b' })).toBeUndefined();
  });
});

describe('credential programs', () => {
  const path = process.env['PATH'];
  afterEach(() => {
    process.env['PATH'] = path;
  });

  /** Puts `docker-credential-<name>` with this shell script on the path. */
  function program(name: string, script: string): void {
    const folder = temporaryFolder();
    const file = join(folder, `docker-credential-${name}`);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    process.env['PATH'] = `${folder}:${process.env['PATH']}`;
  }

  function file(document: object): CredentialFiles {
    const name = join(temporaryFolder(), 'config.json');
    writeFileSync(name, JSON.stringify(document));
    return new CredentialFiles([name]);
  }

  const hub = { domain: 'docker.io', path: 'library/web' };
  const other = { domain: 'r.example:5000', path: 'team/web' };
  const auths = { 'r.example:5000': { username: 'in', password: 'file' } };
  const answer = `printf '{"ServerURL":"x","Username":"%s","Secret":"%s"}' "$1" "$(cat)"`;

  it('are asked for the registry by its name, Docker Hub by the address it has there', async () => {
    program('all', answer);
    const found = file({ credsStore: 'all' });
    expect(await found.find(other)).toEqual({ username: 'get', password: 'r.example:5000' });
    expect(await found.find(hub)).toEqual({ username: 'get', password: 'https://index.docker.io/v1/' });
  });

  it('of one registry come before that of all, and both before the file', async () => {
    program('one', answer);
    program('all', `echo '{"Username":"all","Secret":"x"}'`);
    const found = file({ credHelpers: { 'r.example:5000': 'one' }, credsStore: 'all', auths });
    expect(await found.find(other)).toMatchObject({ username: 'get' });
    expect(await found.find(hub)).toMatchObject({ username: 'all' });
  });

  it('may know nothing', async () => {
    program('none', 'echo credentials not found in native keychain; exit 1');
    expect(await file({ credsStore: 'none', auths }).find(other)).toEqual({
      username: 'in',
      password: 'file',
    });
    expect(await file({ credsStore: 'none' }).find(other)).toBeUndefined();
  });

  it('may give an identity token', async () => {
    program('token', `echo '{"Username":"<token>","Secret":"for ever"}'`);
    expect(await file({ credsStore: 'token' }).find(other)).toEqual({ identityToken: 'for ever' });
  });

  it.each([
    ['is missing', 'nobody-has-this', '', 'cannot be run'],
    ['fails', 'broken', 'echo no keys here >&2; exit 3', 'no keys here'],
    ['says something else', 'chatty', 'echo hello', 'no credentials'],
    ['prints without end', 'endless', 'yes', 'cannot be run'],
    ['has a path for a name', '../../bin/sh', '', 'no name of a program'],
  ])('are named in the error when one %s', async (_, name, script, words) => {
    if (script !== '') program(name, script);
    await expect(file({ credsStore: name, auths }).find(other)).rejects.toMatchObject({
      code: 'registry.bad-credentials',
      message: expect.stringContaining(words),
    });
  });
});
