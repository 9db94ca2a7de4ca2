import { readdirSync, readFileSync } from 'node:fs';

export function allPids(): readonly number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

export function commandLine(pid: number): readonly string[] {
  return textOf(`/proc/${pid}/cmdline`).split('\0').slice(0, -1);
}

export function commandName(pid: number): string {
  return textOf(`/proc/${pid}/comm`).trim();
}

/** 0 when it has ended. */
export function parentOf(pid: number): number {
  const fields = textOf(`/proc/${pid}/stat`).split(') ')[1]?.split(' ');
  return Number(fields?.[1] ?? 0);
}

/** Kilobytes of a process (proc_pid_smaps_rollup(5)). */
export interface Memory {
  /** Its share of everything it has mapped. */
  readonly pss: number;
  /** What would be free without it. */
  readonly own: number;
}

export function memoryOf(pid: number): Memory {
  const text = textOf(`/proc/${pid}/smaps_rollup`);
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
  return { pss: field('Pss'), own: field('Private_Clean') + field('Private_Dirty') };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}
