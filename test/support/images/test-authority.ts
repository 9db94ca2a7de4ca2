import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';

export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority of one test. */
export class TestAuthority {
  readonly #folder = temporaryFolder();

  constructor() {
    this.#openssl('req', '-x509', '-subj', '/CN=test authority', ...newKey('ca'), '-out', 'ca.pem');
  }

  /** PEM. */
  get certificate(): string {
    return this.#read('ca.pem');
  }

  issue(name: string, alternative: string): TestCertificate {
    writeFileSync(join(this.#folder, 'extensions'), `subjectAltName=${alternative}\n`);
    this.#openssl('req', '-subj', `/CN=${name}`, ...newKey(name), '-out', `${name}.csr`);
    const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'extensions'];
    this.#openssl('x509', '-req', '-in', `${name}.csr`, ...signer, '-out', `${name}.pem`);
    return { certificate: this.#read(`${name}.pem`), key: this.#read(`${name}.key`) };
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'pipe' });
  }

  #read(file: string): string {
    return readFileSync(join(this.#folder, file), 'utf8');
  }
}

function newKey(name: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
}
