import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
import { allPids, commandLine, commandName } from '../processes.ts';

const image = 'localhost/bench';

/**
 * Works without systemd, and without CAP_SYS_RESOURCE (`default_ulimits` would be raised). All state is in the scratch
 * directory.
 */
function configuration(directory: string): string {
  return `[containers]
default_ulimits = []
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
[network]
network_backend = "netavark"
network_config_dir = "${directory}/podman-networks"
`;
}

class PodmanDriver implements Driver {
  readonly name = 'podman';
  readonly remark = 'a loop of `podman run -d` on its default bridge network, with runc';
  readonly version: string;
  readonly crash: CrashDriver;
  readonly log: LogDriver;
  readonly #root: string;
  readonly #runRoot: string;
  readonly #configuration: string;

  constructor({ directory, runDirectory }: Workshop, version: string) {
    this.#root = join(directory, 'podman');
    this.#runRoot = join(runDirectory, 'podman');
    this.#configuration = join(directory, 'containers.conf');
    this.version = version;
    writeFileSync(this.#configuration, configuration(directory));
    this.crash = {
      up: async (count, folder) => {
        const options = ['--restart', 'always', '--volume', `${folder}:/begun`];
        await this.#runAll(count, { options, command: crashingCommand('/begun') });
      },
      pids: async () => {
        const ids = (await this.#podman('ps', '--quiet')).trim().split('\n');
        const pids = await this.#podman('inspect', '--format', '{{.State.Pid}}', ...ids);
        return pids.trim().split('\n').map(Number);
      },
      down: () => this.down(),
    };
    const logFile = join(directory, 'podman.log');
    this.log = {
      up: async (folder) => {
        rmSync(logFile, { force: true });
        const options = ['--log-driver', 'k8s-file', '--log-opt', `path=${logFile}`];
        await this.#runAll(1, {
          options: [...options, '--volume', `${folder}:/bench`],
          command: loggingCommand,
        });
      },
      files: async () => [logFile],
      down: () => this.down(),
    };
  }

  async prepare(rootfsTar: string): Promise<void> {
    await this.#podman('import', rootfsTar, image);
    await this.up(1);
    await this.down();
  }

  up(count: number): Promise<void> {
    return this.#runAll(count, { options: [], command: sleeping });
  }

  async running(): Promise<number> {
    return (await this.#podman('ps', '--quiet')).split('\n').filter((line) => line !== '').length;
  }

  async exec(): Promise<void> {
    await this.#podman('exec', 'bench-0', 'true');
  }

  async list(): Promise<void> {
    await this.#podman('ps');
  }

  async down(): Promise<void> {
    await this.#podman('rm', '--all', '--force', '--time', '0');
  }

  overhead(): readonly OverheadProcess[] {
    return allPids()
      .filter((pid) => commandName(pid) === 'conmon')
      .filter((pid) => commandLine(pid).some((arg) => arg.startsWith(this.#root)))
      .map((pid) => ({ kind: 'conmon', pid }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
    await this.#podman('system', 'reset', '--force');
  }

  async #runAll(
    count: number,
    { options, command }: { readonly options: readonly string[]; readonly command: readonly string[] },
  ): Promise<void> {
    for (let index = 0; index < count; index += 1)
      await this.#podman('run', '--detach', '--name', `bench-${index}`, ...options, image, ...command);
  }

  #podman(...args: string[]): Promise<string> {
    const state = ['--root', this.#root, '--runroot', this.#runRoot];
    const environment = { ...process.env, CONTAINERS_CONF: this.#configuration };
    return run('podman', [...state, '--storage-driver', 'overlay', ...args], { environment });
  }
}

export async function openPodman(workshop: Workshop): Promise<Driver | LeftOut> {
  const version = await run('podman', ['--version']).catch(() => undefined);
  if (version === undefined) return { name: 'podman', reason: 'not installed' };
  const driver = new PodmanDriver(workshop, /\d\S*/.exec(version)?.[0] ?? 'unknown');
  const complaint = await complaintOf(driver.prepare(workshop.rootfsTar));
  if (complaint === undefined) return driver;
  await complaintOf(driver[Symbol.asyncDispose]());
  return { name: 'podman', reason: complaint };
}
