import type { OciNamespace } from './oci-config.ts';

/** @param netns  path of the prepared network namespace; undefined = the host's */
export function namespaces(netns: string | undefined): readonly OciNamespace[] {
  const own: OciNamespace[] = [
    { type: 'pid' },
    { type: 'mount' },
    { type: 'uts' },
    { type: 'ipc' },
    { type: 'cgroup' },
  ];
  return netns === undefined ? own : [...own, { type: 'network', path: netns }];
}
