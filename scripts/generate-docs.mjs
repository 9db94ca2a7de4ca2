// docs/errors.md of schemas/error-codes.json and docs/cli.md of the command tree: pages that cannot be out of date.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** @param out the folder that stands for the project's own */
export async function generateDocs(out = '.') {
  writeFileSync(join(out, 'docs/errors.md'), errorsPage());
  writeFileSync(join(out, 'docs/cli.md'), cliPage(await loadCommandTree()));
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

async function loadCommandTree() {
  const scratch = mkdtempSync(join('node_modules', '.tsorch-docs-'));
  try {
    const file = join(scratch, 'command-tree.mjs');
    await build({
      entryPoints: ['src/cli/command-tree.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: file,
      plugins: [{ name: 'commands', setup: leaveOutCommands }],
    });
    return (await import(pathToFileURL(file).href)).commandTree;
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
