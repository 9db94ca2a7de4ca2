import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

const unified = '/sys/fs/cgroup/unified';

/** Whether the host has the v2 tree beside those of version 1; crun refuses to work there. */
export const isHybrid = existsSync(`${unified}/cgroup.procs`);

/** A process in a mount namespace of its own where a hybrid host looks like one of version 1; to be killed by the caller. */
export async function mountNamespaceWithoutUnified(): Promise<ChildProcess> {
  const script = isHybrid ? `umount ${unified} && ` : '';
  const holder = spawn(
    'unshare',
    ['--mount', '--propagation', 'slave', 'sh', '-c', `${script}echo ready && exec sleep infinity`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(holder.stdout, 'data');
  return holder;
}
