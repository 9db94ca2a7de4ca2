import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { release } from 'node:os';

/** What hosts can lack that failures are excused with: true = it is not there. */
export const hostLacks = {
  CAP_SYS_RESOURCE: () => !hasCapability(24),
  AppArmor: () => !existsSync('/sys/module/apparmor/parameters/enabled'),
  SELinux: () => !existsSync('/sys/fs/selinux/enforce'),
  'kernel memory limits': () => !keepsKernelLimits(),
  'namespaces of process 1': () => !canRead('/proc/1/ns/net'),
  'blkio.weight': () => !existsSync('/sys/fs/cgroup/blkio/blkio.weight'),
  'v1 hugetlb': () => !isMounted('hugetlb'),
  'v1 net_cls and net_prio': () => !isMounted('net_cls') || !isMounted('net_prio'),
} as const satisfies Record<string, () => boolean>;

export type HostLack = keyof typeof hostLacks;

function hasCapability(number: number): boolean {
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return ((BigInt(`0x${bounding}`) >> BigInt(number)) & 1n) === 1n;
}

function canRead(path: string): boolean {
  try {
    closeSync(openSync(path, 'r'));
    return true;
  } catch {
    return false;
  }
}

/** Kernels since 5.16 say ENOTSUPP to limits, or take them without effect. */
function keepsKernelLimits(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major < 5 || (major === 5 && minor < 16);
}

/** Whether a v1 hierarchy with this controller is mounted. */
function isMounted(controller: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' - ')[1]?.split(' ') ?? [])
    .some(([type, , options]) => type === 'cgroup' && options?.split(',').includes(controller));
}
