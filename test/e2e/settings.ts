import { existsSync } from 'node:fs';
import { isHybrid } from './without-unified.ts';

/** What a scenario runs on. */
export interface Setting {
  readonly name: string;
  /** `runtime` of all services; absent = our own. */
  readonly runtime?: { readonly name: string; readonly path: string };
  /** False: a hybrid host is made to look like one of version 1. */
  readonly unified?: boolean;
}

const own: Setting = { name: 'our runtime' };
const runc: Setting = { name: 'runc', runtime: { name: 'runc', path: '/usr/sbin/runc' } };
/** crun refuses hybrid hosts. */
const crun: Setting = {
  name: 'crun',
  runtime: { name: 'crun', path: '/usr/bin/crun' },
  unified: false,
};

export const runtimes: readonly Setting[] = [own, runc, crun];
export const allSettings: readonly Setting[] = [
  own,
  { name: 'our runtime without cgroup v2', unified: false },
  runc,
  crun,
];

/** The host cannot show it. */
export function isMissing({ runtime, unified = true }: Setting): boolean {
  return runtime === undefined ? !unified && !isHybrid : !existsSync(runtime.path);
}
