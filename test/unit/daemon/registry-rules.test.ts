import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registryRules } from '../../../src/daemon/registry-rules.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const pem = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n`;

/** A folder as containers-certs.d(5) has it. */
function certsFolder(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe('certificates of registries', () => {
  it("are those of containers' and Docker's folders, the first that has any", () => {
    const first = certsFolder({ 'a.example:5000/ca.crt': pem('A'), 'empty.example/readme': 'x' });
    const second = certsFolder({
      'a.example:5000/ca.crt': pem('other'),
      'b.example/one.crt': pem('1'),
      'b.example/two.crt': pem('2'),
      'b.example/client.cert': pem('me'),
      'b.example/client.key': pem('key'),
    });
    expect(registryRules({}, [first, second, '/nowhere'])).toEqual({
      'a.example:5000': { tls: { authorities: pem('A') } },
      'b.example': {
        tls: { authorities: `${pem('1')}\n${pem('2')}`, clientCertificate: pem('me'), clientKey: pem('key') },
      },
    });
  });

  it('are what node.yaml says where it says something of them', () => {
    const folder = certsFolder({
      'a.example/ca.crt': pem('A'),
      'b.example/ca.crt': pem('B'),
      'own.pem': pem('own'),
    });
    const registries = { 'a.example': { ca: join(folder, 'own.pem') }, 'b.example': { insecure: true } };
    expect(registryRules(registries, [folder])).toEqual({
      'a.example': { tls: { authorities: pem('own') } },
      'b.example': { insecure: true, tls: { authorities: pem('B') } },
    });
  });

  it('that cannot be read are left out: half a client, no PEM', () => {
    const folder = certsFolder({ 'a.example/client.cert': pem('me'), 'a.example/ca.crt': 'nothing' });
    expect(registryRules({}, [folder])).toEqual({});
  });
});
