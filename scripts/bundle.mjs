// src/cli/main.ts and src/daemon/main.ts -> dist/tsorch.cjs and dist/tsorchd.cjs. Commands and libraries that a verb
// does not need are split off by `import()` and stay unevaluated until asked for.
import { chmodSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  keepNames: true,
  sourcemap: 'linked',
  external: ['better-sqlite3'],
  legalComments: 'none',
  define: { __TSORCH_VERSION__: JSON.stringify(version), 'import.meta.url': '__tsorch_url' },
  banner: {
    js: '#!/usr/bin/env node\nconst __tsorch_url = require("node:url").pathToFileURL(__filename).href;',
  },
  logLevel: 'warning',
};

await build({ ...common, entryPoints: ['src/cli/main.ts'], outfile: 'dist/tsorch.cjs' });
await build({ ...common, entryPoints: ['src/daemon/main.ts'], outfile: 'dist/tsorchd.cjs' });
for (const name of ['tsorch', 'tsorchd']) {
  chmodSync(`dist/${name}.cjs`, 0o755);
  rmSync(`dist/${name}`, { force: true });
  symlinkSync(`${name}.cjs`, `dist/${name}`);
}
