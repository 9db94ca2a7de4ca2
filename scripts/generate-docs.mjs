// Pages that cannot be out of date: docs/errors.md of schemas/error-codes.json, docs/cli.md of the command tree,
// docs/stack-file.md of the table of verdicts.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** @param out the folder that stands for the project's own */
export async function generateDocs(out = '.') {
  writeFileSync(join(out, 'docs/errors.md'), errorsPage());
  const { commandTree } = await load('src/cli/command-tree.ts');
  writeFileSync(join(out, 'docs/cli.md'), cliPage(commandTree));
  const { keyVerdicts } = await load('src/spec/key-verdicts.ts');
  writeFileSync(join(out, 'docs/stack-file.md'), stackFilePage(keyVerdicts));
}

function errorsPage() {
  const codes = JSON.parse(readFileSync('schemas/error-codes.json', 'utf8'));
  const rows = Object.entries(codes).map(([code, { exit, hint }]) => `| \`${code}\` | ${exit} | ${hint} |`);
  return `# Errors

Every error has a code that stays the same over versions, and a hint; often the place that raises it knows a better one than this page.
The exit status is the command line's: 1 failed, 2 usage, 4 timed out waiting.

| code | exit | what to do |
|---|---|---|
${rows.join('\n')}
`;
}

/** A module of the project as it is, without what it would only load later. */
async function load(module) {
  const scratch = mkdtempSync(join('node_modules', '.tsorch-docs-'));
  try {
    const file = join(scratch, 'module.mjs');
    await build({
      entryPoints: [module],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: file,
      plugins: [{ name: 'commands', setup: leaveOutCommands }],
    });
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** The tree is data; what the commands do is not looked at. */
function leaveOutCommands({ onResolve }) {
  onResolve({ filter: /^\.\/commands\// }, ({ path }) => ({ path, external: true }));
}

function cliPage(tree) {
  return `# The command line

Every command takes \`--root DIR\` and \`--run-dir DIR\` (or \`TSORCH_ROOT\`, \`TSORCH_RUN_DIR\`), \`-o json\` where something is printed that
programs may want to read, and \`--help\`. Exit status: 0 converged, 1 failed, 2 usage, 3 changes pending (\`plan\`), 4 timed out waiting; \`exec\`
ends with the program's own.

${tree.map(commandSection).join('\n')}`;
}

function commandSection({ name, args, summary, flags = [], examples = [] }) {
  const rows = flags.map((flag) => `| \`${flag.flags.replaceAll('|', '\\|')}\` | ${flag.description} |`);
  const table = rows.length === 0 ? '' : `\n| flag | |\n|---|---|\n${rows.join('\n')}\n`;
  const code = examples.length === 0 ? '' : `\n${examples.map((line) => `    ${line}`).join('\n')}\n`;
  return `## tsorch ${name}${args ? ` ${args}` : ''}\n\n${summary[0].toUpperCase()}${summary.slice(1)}.\n${table}${code}`;
}

function stackFilePage(verdicts) {
  const words = { supported: 'yes', approximated: 'nearly', ignored: 'no effect', refused: 'refused' };
  const rows = Object.entries(verdicts).map(
    ([key, { kind, note }]) => `| \`${key}\` | ${words[kind]} | ${note} |`,
  );
  return `# The stack file

A stack file is written in the language of the [Compose Specification](https://compose-spec.io): \`services\`, \`networks\`, \`volumes\`, interpolation of
\`\${NAME:-default}\` with \`.env\`, \`env_file\`, several \`-f\` files that are merged, \`extends\`, \`include\`, profiles, anchors. Its schema for editors is
[schemas/stack.schema.json](../schemas/stack.schema.json); [examples/](../examples) has small ones to start from.

Nothing is dropped in silence: a key that would change what runs, and that this version does not carry out, is an error with its place in
the file; one that is done with a difference, or that has no effect here, is a warning. All problems of all files are told at once,
and a file with an error changes nothing.

Without a file on the command line \`stack.yaml\`, \`stack.yml\`, \`compose.yaml\`, \`compose.yml\`, \`docker-compose.yaml\` or \`docker-compose.yml\` of the
working directory is read.

## Probes

A service with \`x-tsorch.probes.ready\` is ready when the probe passes; without one \`healthcheck\` says so, else running is enough. Readiness gates
\`service_healthy\`, rolling updates, names and published ports. tsorch asks by itself, from inside the container's network: nothing is needed in the image.

| short | long | passes when |
|---|---|---|
| \`http://:8080/path\` | \`{http: 8080, path: /, method: GET, headers: {}, status: 200-399, body: text}\` | the status fits, and \`body\` is in the first 4 KiB of the answer; no redirects, no TLS |
| \`tcp::5432\` | \`{tcp: 5432}\` | a connection comes about |
| \`grpc::9000/service\` | \`{grpc: 9000, service: ""}\` | \`grpc.health.v1\` answers SERVING, in clear text |
| \`unix:/run/app.sock\` | \`{unix: /run/app.sock}\`, and what \`http\` has | a connection comes about, or the request over it passes |
| \`exec:command\` | \`{exec: [program, argument]}\` | it ends with 0 |

All take \`interval\` (10s), \`timeout\` (2s), \`retries\` (3), \`successes\` (1), \`start_period\` (30s) and \`start_interval\` (500ms). A server is looked for at 127.0.0.1, ::1 and
the address of eth0; \`address\` (short: \`tcp:10.0.0.7:5432\`) names another. The next probe is timed from the end of the last; a paused container is not
probed. \`tsorch inspect STACK/SERVICE.1\` shows the last results.

## What each key does

\`*\` stands for any name, \`[]\` for the items of a list. A row holds for everything below its key that has no row of its own.

| key | carried out | |
|---|---|---|
${rows.join('\n')}
`;
}
