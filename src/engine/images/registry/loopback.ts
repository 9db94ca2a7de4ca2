import { isIP } from 'node:net';

/** Plainly this machine; other spellings of its addresses are not taken for it. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
