import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isMissing, runtimes } from './settings.ts';
import { TestNode, until } from './test-node.ts';

const rest = 'image: hello:latest, stop_grace_period: 0s';

/** The command line as somebody types at it; `isTerminal` = in a pseudoterminal of its own. */
class Typist {
  readonly #child: ChildProcess;
  readonly exit: Promise<number>;
  output = '';

  constructor(node: TestNode, args: readonly string[], { isTerminal }: { readonly isTerminal: boolean }) {
    const words = [process.execPath, 'dist/tsorch.cjs', ...args];
    const [program = '', ...rest] = isTerminal
      ? ['script', '-qec', words.map((word) => `'${word}'`).join(' '), '/dev/null']
      : words;
    this.#child = spawn(program, rest, { env: node.environment() });
    this.exit = new Promise((resolve) => this.#child.once('exit', (code) => resolve(code ?? 255)));
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (data: Buffer) => {
        this.output += data.toString();
      });
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  interrupt(): void {
    this.#child.kill('SIGINT');
  }

  sees(text: string): Promise<unknown> {
    return until(`${JSON.stringify(text)} in the output`, () => this.output.includes(text));
  }
}

describe.each(runtimes)('attach, pause and limits of what runs, on $name', (setting) => {
  const it = test.skipIf(isMissing(setting));
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.withImage(setting);
  });
  afterAll(() => node?.[Symbol.asyncDispose]());

  it('attaches to a terminal, which goes on when the detach keys are typed', async () => {
    const file = `services:\n  app: {${rest}, command: [sh], tty: true, stdin_open: true, environment: {PS1: "> "}}\n`;
    await node.apply(node.stackFile('console', file));
    const first = new Typist(node, ['attach', 'console/app'], { isTerminal: true });
    await first.sees('detaches');
    first.type('WORD=kept; echo $((6*7))\r');
    await first.sees('42');
    first.type('\x10\x11');
    expect(await first.exit).toBe(0);
    expect(first.output).toContain('detached from console-app-1');
    const second = new Typist(node, ['attach', '--detach-keys', 'ctrl-x', 'console/app'], {
      isTerminal: true,
    });
    await second.sees('ctrl-x detaches');
    second.type('echo is $WORD; exit 7\r');
    expect(await second.exit).toBe(7);
    expect(second.output).toContain('is kept');
  });

  it('attaches several clients at once, and gives the program what they send', async () => {
    const script = 'while read x; do echo got $$x; done';
    const file = `services:\n  app: {${rest}, command: [sh, -c, '${script}'], stdin_open: true}\n`;
    await node.apply(node.stackFile('pipes', file));
    const watcher = new Typist(node, ['attach', '--no-stdin', 'pipes/app'], { isTerminal: false });
    const writer = new Typist(node, ['attach', 'pipes/app'], { isTerminal: false });
    await until('both are attached', () => {
      writer.type('hello\n');
      return watcher.output.includes('got hello') && writer.output.includes('got hello');
    });
    watcher.interrupt();
    expect(await watcher.exit).toBe(0);
    writer.type('last\n');
    await writer.sees('got last');
    await node.expect('delete', 'pipes');
    expect(await writer.exit).toBeGreaterThan(0);
  });

  it('gives a service without stdin_open an empty standard input', async () => {
    const file = `services:\n  app: {${rest}, command: [sh, -c, 'cat; echo empty; exec sleep 1000']}\n`;
    await node.apply(node.stackFile('closed', file));
    const logged = await until('the end of its input', async () =>
      (await node.expect('logs', 'closed')).match(/empty/),
    );
    expect(logged).toHaveLength(1);
  });

  it('pauses services, and the reconciler leaves them so', async () => {
    const script = 'while true; do date +%s%N > /tmp/now; done';
    const file = `services:\n  app: {${rest}, command: [sh, -c, '${script}']}\n  other: {${rest}, command: [sleep, "1000"]}\n`;
    await node.apply(node.stackFile('rest', file));
    expect(await node.expect('pause', 'rest', 'app')).toBe('paused app.1\n');
    await node.apply(node.stackFile('rest', file));
    const phases = async () => (await node.containers('rest')).map(({ phase }) => phase).sort();
    expect(await phases()).toEqual(['paused', 'running']);
    expect((await node.tsorch('exec', 'rest/app', 'true')).stderr).toContain('paused');
    await node.expect('unpause', 'rest');
    expect(await phases()).toEqual(['running', 'running']);
    expect((await node.containers('rest')).map(({ task }) => task?.number)).toEqual([1, 1]);
    expect((await node.tsorch('pause', 'rest', 'nobody')).stderr).toContain('service.not-found');
    await node.expect('pause', 'rest');
  });

  it('changes limits without a new container or task', async () => {
    const stack = (memory: string) =>
      node.stackFile(
        'limits',
        `services:\n  app: {${rest}, command: [sleep, "1000"], deploy: {resources: {limits: {memory: ${memory}, cpus: "0.5"}}}}\n`,
      );
    await node.apply(stack('32m'));
    const before = await node.containers('limits');
    const pid = before[0]?.task?.pid ?? 0;
    await node.apply(stack('48m'));
    expect(await node.containers('limits')).toEqual(before);
    expect(memoryLimit(pid)).toBe(48 * 2 ** 20);
  });

  it('ends an exec that takes too long, with all that it has started', async () => {
    const file = `services:\n  app: {${rest}, command: [sleep, "1000"]}\n`;
    await node.apply(node.stackFile('slow', file));
    const script = 'setsid sleep 777 & (sleep 778 &) ; sleep 779';
    const result = await node.tsorch('exec', '--timeout', '500ms', 'slow/app', 'sh', '-c', script);
    expect(result.status).toBe(137);
    expect(await node.expect('exec', 'slow/app', 'ps')).not.toMatch(/sleep 77[789]/);
  });
});

/** Of the control group of process `pid`, from whichever hierarchy has the memory controller. */
function memoryLimit(pid: number): number {
  const entries = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
  const of = (wanted: (controllers: string) => boolean) =>
    entries.map((line) => line.split(':')).find(([, controllers = '']) => wanted(controllers))?.[2];
  const v1 = of((controllers) => controllers.split(',').includes('memory'));
  const path =
    v1 === undefined
      ? `/sys/fs/cgroup${of((controllers) => controllers === '')}/memory.max`
      : `/sys/fs/cgroup/memory${v1}/memory.limit_in_bytes`;
  return Number(readFileSync(path, 'utf8'));
}
