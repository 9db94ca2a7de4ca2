import { complaintOf, run } from '../command.ts';
import {
  type CrashDriver,
  crashingCommand,
  type Driver,
  type LeftOut,
  type LogDriver,
  loggingCommand,
  type OverheadProcess,
  sleeping,
  type Workshop,
} from '../driver.ts';
import { allPids, commandName } from '../processes.ts';

const label = `tsorch-bench=${process.pid}`;
const image = `tsorch-bench:${process.pid}`;

/** The daemon that answers on this host; everything of ours in it carries our label. */
class DockerDriver implements Driver {
  readonly name = 'docker';
  readonly remark =
    'a loop of `docker run -d` on its default bridge network; its daemon waits 100 ms after a crash';
  readonly version: string;
  readonly crash: CrashDriver;
  readonly log: LogDriver;

  constructor(version: string) {
    this.version = version;
    this.crash = {
      up: async (count, folder) => {
        const options = ['--restart', 'always', '--volume', `${folder}:/begun`];
        await this.#runAll(count, { options, command: crashingCommand('/begun') });
      },
      pids: async () => {
        const ids = await this.#ids();
        const pids = await run('docker', ['inspect', '--format', '{{.State.Pid}}', ...ids]);
        return pids.trim().split('\n').map(Number);
      },
      down: () => this.down(),
    };
    this.log = {
      up: async (folder) => {
        const options = ['--log-driver', 'json-file', '--volume', `${folder}:/bench`];
        await this.#runAll(1, { options, command: loggingCommand });
      },
      files: async () => {
        const path = await run('docker', ['inspect', '--format', '{{.LogPath}}', ...(await this.#ids())]);
        return [path.trim()];
      },
      down: () => this.down(),
    };
  }

  up(count: number): Promise<void> {
    return this.#runAll(count, { options: [], command: sleeping });
  }

  async running(): Promise<number> {
    return (await this.#ids()).length;
  }

  async exec(): Promise<void> {
    await run('docker', ['exec', `tsorch-bench-${process.pid}-0`, 'true']);
  }

  async list(): Promise<void> {
    await run('docker', ['ps']);
  }

  async down(): Promise<void> {
    const ids = await this.#ids('--all');
    if (ids.length > 0) await run('docker', ['rm', '--force', ...ids]);
  }

  overhead(): readonly OverheadProcess[] {
    const kinds = ['dockerd', 'containerd', 'containerd-shim', 'docker-proxy'];
    return allPids().flatMap((pid) => {
      // The kernel cuts names at 15 characters: `containerd-shim`.
      const kind = kinds.find((name) => name === commandName(pid));
      return kind === undefined ? [] : [{ kind, pid }];
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
    await run('docker', ['rmi', '--force', image]);
  }

  async #runAll(
    count: number,
    { options, command }: { readonly options: readonly string[]; readonly command: readonly string[] },
  ): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const name = `tsorch-bench-${process.pid}-${index}`;
      await run('docker', [
        'run',
        '--detach',
        '--name',
        name,
        '--label',
        label,
        ...options,
        image,
        ...command,
      ]);
    }
  }

  async #ids(...options: string[]): Promise<readonly string[]> {
    const text = await run('docker', ['ps', '--quiet', '--filter', `label=${label}`, ...options]);
    return text.split('\n').filter((line) => line !== '');
  }
}

export async function openDocker({ rootfsTar }: Workshop): Promise<Driver | LeftOut> {
  const installed = await run('docker', ['--version']).catch(() => undefined);
  if (installed === undefined) return { name: 'docker', reason: 'not installed' };
  const version = await run('docker', ['version', '--format', '{{.Server.Version}}']).catch(() => undefined);
  if (version === undefined) return { name: 'docker', reason: 'no daemon answers' };
  const complaint = await complaintOf(run('docker', ['import', rootfsTar, image]));
  return complaint === undefined ? new DockerDriver(version.trim()) : { name: 'docker', reason: complaint };
}
