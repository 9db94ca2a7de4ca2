import type { NumberText } from '../as-written.ts';
import { type Field, quote } from '../field.ts';
import { didYouMean } from '../suggest.ts';

/** capabilities(7), Linux 6.x. */
const known = new Set(
  `AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER
  FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE
  NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE
  SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM`.split(/\s+/),
);

/** `NET_ADMIN`, `cap_net_admin` -> `CAP_NET_ADMIN`; `ALL` stays. Sorted, each once: order means nothing. */
export function normalizeCapabilities(field: Field<readonly NumberText[]> | undefined): readonly string[] {
  const names = new Set<string>();
  for (const item of field?.items() ?? []) {
    const name = String(item.value).toUpperCase().replace(/^CAP_/, '');
    if (name === 'ALL') names.add('ALL');
    else if (known.has(name)) names.add(`CAP_${name}`);
    else {
      const hint = didYouMean(name, known);
      item.error('spec.bad-value', `${quote(item.value)} is not a capability of Linux`, { hint });
    }
  }
  return [...names].sort();
}
