import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Every path and name that tsorch uses on the host; the only place where they are joined. */
export interface NodePaths {
  readonly root: string;
  readonly runDir: string;
  /** '' for the default node, else 6 hex digits: part of cgroup, bridge and table names, so that nodes can live side by side. */
  readonly nodeKey: string;
  readonly database: string;
  readonly images: string;
  readonly containers: string;
  readonly volumes: string;
  readonly apiSocket: string;
  readonly hostdSocket: string;
  readonly shims: string;
  readonly bundles: string;
}

export const defaultRoot = '/var/lib/tsorch';
export const defaultRunDir = '/run/tsorch';

export function nodePaths(root: string, runDir: string): NodePaths {
  return {
    root,
    runDir,
    nodeKey: nodeKey(root, runDir),
    database: join(root, 'tsorch.db'),
    images: join(root, 'images'),
    containers: join(root, 'containers'),
    volumes: join(root, 'volumes'),
    apiSocket: join(runDir, 'tsorch.sock'),
    hostdSocket: join(runDir, 'hostd.sock'),
    shims: join(runDir, 'shims'),
    bundles: join(runDir, 'bundles'),
  };
}

function nodeKey(root: string, runDir: string): string {
  if (root === defaultRoot && runDir === defaultRunDir) return '';
  return createHash('sha256').update(`${root}\0${runDir}`).digest('hex').slice(0, 6);
}
