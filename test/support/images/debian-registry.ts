import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';

/** The distribution project's registry as Debian packages it (docker-registry), on the loopback, on a scratch folder. */
export interface DebianRegistry {
  /** `127.0.0.1:43210` */
  readonly domain: string;
  /** Where its blobs are: `<storage>/docker/registry/v2/blobs/sha256/<2 hex>/<hex>/data` */
  readonly storage: string;
}

/** Ends with the test. */
export async function debianRegistry(): Promise<DebianRegistry> {
  const program = '/usr/bin/docker-registry';
  if (!existsSync(program)) throw new Error(`there is no ${program}: apt-get install docker-registry`);
  const folder = temporaryFolder();
  const storage = join(folder, 'storage');
  const domain = `127.0.0.1:${await freePort()}`;
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: storage } },
    http: { addr: domain },
  };
  const file = join(folder, 'config.yml');
  writeFileSync(file, JSON.stringify(config)); // JSON is YAML
  const child = spawn(program, ['serve', file], { stdio: 'ignore' });
  onTestFinished(() => end(child));
  await expect.poll(() => answers(domain), { timeout: 10_000 }).toBe(true);
  return { domain, storage };
}

export function skopeo(...args: string[]): string {
  return execFileSync('skopeo', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

async function answers(domain: string): Promise<boolean> {
  return fetch(`http://${domain}/v2/`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
