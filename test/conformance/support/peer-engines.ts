import { join } from 'node:path';
import { type Outcome, PeerHost } from './peer-host.ts';

/** A container engine with Docker's command line, an image `hello`, and tsorch-runtime for every `run`. */
export class PeerEngine implements AsyncDisposable {
  readonly #host: PeerHost;
  readonly #program: readonly string[];
  readonly #flagsOfRun: readonly string[];

  constructor(host: PeerHost, program: readonly string[], flagsOfRun: readonly string[]) {
    this.#host = host;
    this.#program = program;
    this.#flagsOfRun = flagsOfRun;
  }

  command(...args: readonly string[]): Promise<Outcome> {
    return this.commandWithInput('', ...args);
  }

  commandWithInput(input: string, verb = '', ...args: readonly string[]): Promise<Outcome> {
    return this.#host.runWithInput(input, ...this.#line(verb, args));
  }

  expect(verb: string, ...args: readonly string[]): Promise<string> {
    return this.#host.expect(...this.#line(verb, args));
  }

  /** One field of a container. */
  inspect(name: string, field: string): Promise<string> {
    return this.expect('inspect', '-f', `{{.${field}}}`, name);
  }

  #line(verb: string, args: readonly string[]): readonly string[] {
    return [...this.#program, verb, ...(verb === 'run' ? this.#flagsOfRun : []), ...args];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#host[Symbol.asyncDispose]();
  }
}

const containersConf = `[containers]
default_ulimits = []
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
`;

export async function podmanEngine(): Promise<PeerEngine> {
  const host = new PeerHost();
  const conf = host.write('containers.conf', containersConf);
  const at = (name: string) => join(host.directory, name);
  const folders = ['--root', at('root'), '--runroot', at('run'), '--tmpdir', at('tmp')];
  const program = [
    'env',
    `CONTAINERS_CONF=${conf}`,
    '/usr/bin/podman',
    ...folders,
    '--runtime',
    host.runtime,
  ];
  await host.expect(...program, 'import', '-q', await host.rootfsTar(), 'hello');
  return new PeerEngine(host, program, ['--network', 'none']);
}

/** A containerd with everything in the scratch directory; gives the start of a `ctr` command line. */
export async function startContainerd(host: PeerHost): Promise<readonly string[]> {
  const at = (name: string) => join(host.directory, name);
  const config = host.write(
    'containerd.toml',
    `version = 2
root = "${at('containerd')}"
state = "${at('containerd-run')}"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "${at('containerd.sock')}"
`,
  );
  const ctr = ['/usr/bin/ctr', '--address', at('containerd.sock')];
  await host.start(['/usr/bin/containerd', '--config', config], [...ctr, 'version']);
  return ctr;
}

export async function dockerEngine(): Promise<PeerEngine> {
  const host = new PeerHost();
  const at = (name: string) => join(host.directory, name);
  await startContainerd(host);
  const socket = `unix://${at('docker.sock')}`;
  const folders = ['--data-root', at('data'), '--exec-root', at('run'), '--pidfile', at('pid')];
  const config = ['--config-file', host.write('daemon.json', '{}'), '--containerd', at('containerd.sock')];
  const runtime = ['--add-runtime', `tsorch=${host.runtime}`, '--bridge', 'none', '--iptables=false'];
  const program = ['/usr/bin/docker', '--config', at('client'), '--host', socket];
  await host.start(
    ['/usr/sbin/dockerd', ...config, ...folders, ...runtime, '--host', socket],
    [...program, 'version'],
  );
  await host.expect(...program, 'import', await host.rootfsTar(), 'hello');
  return new PeerEngine(host, program, ['--runtime', 'tsorch', '--network', 'none']);
}
