// src/cli/main.ts and src/daemon/main.ts -> dist/tsorch-cli.cjs and dist/tsorchd.cjs. Commands and libraries that a verb
// does not need are split off by `import()` and stay unevaluated until asked for. dist/tsorch.cjs loads the command line
// from a code cache, which halves its start.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const shebang = '#!/usr/bin/env node\n';

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  keepNames: true,
  sourcemap: 'linked',
  // kerberos: of the proxy agents, for a kind of login that is not offered.
  external: ['better-sqlite3', 'kerberos'],
  // @grpc/grpc-js reads .proto files only for its own debugging services, which nobody asks for here.
  alias: { '@grpc/proto-loader': './scripts/nothing.cjs' },
  legalComments: 'none',
  define: { __TSORCH_VERSION__: JSON.stringify(version), 'import.meta.url': '__tsorch_url' },
  logLevel: 'warning',
};
const url = 'const __tsorch_url = require("node:url").pathToFileURL(__filename).href;';

// A cache of another text of the same length would be taken: it goes before the text does.
rmSync('dist/code-cache', { recursive: true, force: true });
// One expression, the function that Node makes of a module: the loader calls it.
await build({
  ...common,
  entryPoints: ['src/cli/main.ts'],
  outfile: 'dist/tsorch-cli.cjs',
  banner: { js: `(function (exports, require, module, __filename, __dirname) {${url}` },
  footer: { js: '})' },
});
await build({
  ...common,
  entryPoints: ['src/cli/loader.ts'],
  outfile: 'dist/tsorch.cjs',
  sourcemap: false,
  banner: { js: shebang },
});
await build({
  ...common,
  entryPoints: ['src/daemon/main.ts'],
  outfile: 'dist/tsorchd.cjs',
  banner: { js: shebang + url },
});
for (const name of ['tsorch', 'tsorchd']) {
  chmodSync(`dist/${name}.cjs`, 0o755);
  rmSync(`dist/${name}`, { force: true });
  symlinkSync(`${name}.cjs`, `dist/${name}`);
}
mkdirSync('dist/code-cache', { recursive: true });
// What the commands print is not of interest; when one fails, it is in the error.
for (const name of ['help', 'ps', 'exec', 'apply'])
  execFileSync(process.execPath, ['scripts/code-cache.mjs', name], { stdio: ['ignore', 'ignore', 'pipe'] });
