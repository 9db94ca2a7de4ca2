import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { scratchPaths } from './engine-node.ts';

/** What is still on the host of a node that was shut down: processes, mounts, control groups, tables, files. */
export function leftovers({ root, runDir, nodeKey }: ReturnType<typeof scratchPaths>): readonly string[] {
  return [
    ...processesOf(runDir).map(({ pid, name }) => `process ${pid} ${name}`),
    ...linesWith(readFileSync('/proc/self/mountinfo', 'utf8'), runDir),
    ...groupsOf(`tsorch-${nodeKey}`),
    ...linesWith(execFileSync('nft', ['list', 'tables']).toString(), nodeKey),
    ...[
      join(root, 'containers'),
      join(runDir, 'shims'),
      join(runDir, 'bundles'),
      join(runDir, 'netns'),
    ].flatMap(entriesOf),
  ];
}

export interface HostProcess {
  readonly pid: number;
  readonly name: string;
}

/** Processes whose arguments name this run directory: hostd and all that it forked. */
export function processesOf(runDir: string): readonly HostProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => textOf(`/proc/${pid}/cmdline`).split('\0').includes(runDir))
    .map((pid) => ({ pid: Number(pid), name: textOf(`/proc/${pid}/comm`).trim() }));
}

/** In the one tree of version 2, and in each of the hierarchies of version 1. */
function groupsOf(name: string): readonly string[] {
  const roots = ['/sys/fs/cgroup', ...entriesOf('/sys/fs/cgroup')];
  return roots.map((root) => join(root, name)).filter((path) => existsSync(path));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It ended while we were looking.
    return '';
  }
}

function linesWith(text: string, part: string): readonly string[] {
  return text.split('\n').filter((line) => line.includes(part));
}

function entriesOf(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** Names that hostd's children give themselves; their arguments are still those of hostd, from which they were forked. */
export const hostdChildren = ['tsorch-template', 'tsorch-shim', 'tsorch-dns', 'tsorch-worker'];
