// code-cache.mjs NAME: writes dist/code-cache/NAME, what V8 compiled while the command ran, so that src/cli/loader.ts need not
// compile it again. The command talks to a daemon that is played here. Run by scripts/bundle.mjs, each in a process of its own.
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http2';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Script } from 'node:vm';

const program = resolve('dist/tsorch-cli.cjs');
const commands = {
  help: ['--help'],
  ps: ['ps'],
  exec: ['exec', 'hello/web', 'true'],
  apply: ['apply', '-f', 'examples/hello/stack.yaml'],
};
const [name] = process.argv.slice(2);
const script = new Script(readFileSync(program, 'latin1'), { filename: program });
const runProgram = script.runInThisContext();

const task = { number: 1, startedAt: 0, pid: 1 };
const container = {
  ...{ id: '0', name: 'hello-web-1', service: 'web', slot: 'web.1', image: 'hello:latest', outdated: false },
  ...{ phase: 'running', health: 'healthy', task, addresses: { hello_default: ['10.201.0.2'] } },
};
const port = { protocol: 'tcp', hostPort: 8080, containerPort: 8080 };
const service = {
  ...{ name: 'web', image: 'hello:latest', desired: 1, ready: 1, done: false, ports: [port], blocked: [] },
  containers: [container],
};
const status = {
  ...{ stack: 'hello', revision: 1, wanted: 'running', state: 'converged', blocked: [] },
  services: [service],
};

/** Protocol buffers: field number and wire type, then the value; all of it is shorter than 16 kB. */
const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, value >> 7]);
const textField = (number, text) => [(number << 3) | 2, ...varint(text.length), ...Buffer.from(text)];
const numberField = (number, value) => [number << 3, value];

const answers = {
  GetVersion: [...textField(1, '0.0.0'), ...numberField(2, 1)],
  ListStacks: textField(1, JSON.stringify([status])),
  Apply: [...numberField(1, 1), ...numberField(2, 1)],
  Wait: [...textField(1, JSON.stringify(status)), ...numberField(2, 2)],
  Exec: [...textField(1, 'output'), ...textField(3, '\x08\x00')],
};

/** Answers every call at once with one message (gRPC over HTTP/2: a flag, the length, the message, then the status). */
function playDaemon(socketPath) {
  const server = createServer();
  server.on('stream', (stream, headers) => {
    const message = Buffer.from(answers[headers[':path'].split('/').pop()] ?? []);
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.concat([prefix, message]));
  });
  return new Promise((listening) => {
    server.listen(socketPath, () => listening(server));
  });
}

async function runCommand(args) {
  process.argv = [process.execPath, program, ...args];
  runProgram({}, createRequire(program), { exports: {} }, program, dirname(program));
  while (process.exitCode === undefined) await delay(5);
  if (process.exitCode !== 0) throw new Error(`tsorch ${args.join(' ')} ended with ${process.exitCode}`);
}

const directory = mkdtempSync(join(tmpdir(), 'tsorch-cache-'));
process.env.TSORCH_RUN_DIR = directory;
const server = await playDaemon(join(directory, 'tsorch.sock'));
try {
  await runCommand(commands[name]);
  const cache = `dist/code-cache/${name}`;
  writeFileSync(`${cache}.new`, script.createCachedData());
  renameSync(`${cache}.new`, cache);
} finally {
  server.close();
  rmSync(directory, { recursive: true });
}
