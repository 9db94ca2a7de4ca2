// The layer table of ARCHITECTURE.md as rules: folder -> what it may import, and what only as types.
const layers = {
  model: { values: [], types: [] },
  lib: { values: [], types: [] },
  config: { values: ['model', 'lib'], types: [] },
  spec: { values: ['model', 'lib'], types: [] },
  state: { values: ['model', 'lib'], types: [] },
  'control/planner': { values: ['model'], types: [] },
  control: { values: ['control/planner', 'model', 'lib'], types: ['engine', 'state'] },
  'engine/host': { values: ['model', 'lib'], types: [] },
  'engine/images': { values: ['engine/host', 'model', 'lib'], types: ['engine'] },
  'engine/containers': { values: ['engine/host', 'model', 'lib'], types: ['engine'] },
  'engine/network': { values: ['engine/host', 'model', 'lib'], types: ['engine'] },
  'engine/volumes': { values: ['engine/host', 'model', 'lib'], types: ['engine'] },
  'engine/logs': { values: ['engine/host', 'model', 'lib'], types: ['engine'] },
  metrics: { values: ['model', 'lib', 'api/contract'], types: ['control', 'engine', 'state'] },
  api: { values: ['api/contract', 'model', 'lib'], types: ['control', 'engine', 'state'] },
  client: { values: ['api/contract', 'model', 'lib'], types: [] },
  cli: { values: ['client', 'spec', 'config', 'model', 'lib'], types: ['api/contract'] },
};

const homes = {
  yaml: 'src/lib/document',
  ajv: 'src/lib/document|scripts/',
  chokidar: 'src/spec/watch-directory',
  'better-sqlite3': 'src/state/',
  '@grpc/grpc-js': 'src/(api|client)/',
  '@bufbuild/protobuf': 'src/api/contract/',
  'prom-client': 'src/metrics/',
  'http-proxy-agent': 'src/engine/images/registry/http-exchange',
  'https-proxy-agent': 'src/engine/images/registry/http-exchange',
  commander: 'src/cli/',
  '@sigstore/(verify|bundle|protobuf-specs)': 'src/engine/images/policy/',
  picocolors: 'src/cli/output/',
  'fast-string-width': 'src/cli/output/',
  pino: 'src/lib/logger',
};

const folder = (names) => `^src/(${names.join('|')})/`;

function layerRules([name, { values, types }]) {
  // A folder's own sub-folders with rules of their own are not "itself".
  const inner = Object.keys(layers).filter((other) => other.startsWith(`${name}/`));
  const from = inner.length ? { path: `^src/${name}/`, pathNot: folder(inner) } : { path: `^src/${name}/` };
  const comment = `src/${name} may import ${[...values, ...types.map((t) => `types of ${t}`)].join(', ') || 'nothing'}: pass the object in from daemon/wire.ts, or move the shared type to src/model`;
  return [
    {
      name: `layers: ${name}`,
      severity: 'error',
      comment,
      from,
      to: { path: '^src/', pathNot: folder([name, ...values, ...types]) },
    },
    {
      name: `layers: ${name} (values)`,
      severity: 'error',
      comment,
      from,
      to: { path: '^src/', pathNot: folder([name, ...values]), dependencyTypesNot: ['type-only'] },
    },
  ];
}

export default {
  forbidden: [
    ...Object.entries(layers).flatMap(layerRules),
    {
      name: 'no cycles',
      severity: 'error',
      comment: 'types included: move what both need into a file of its own',
      from: { path: '^(src|test)/' },
      to: { circular: true },
    },
    {
      name: 'pure',
      severity: 'error',
      comment: 'model and the planner compute only; pass clocks, files and randomness in as values',
      from: { path: '^src/(model|control/planner)/' },
      to: { dependencyTypes: ['core', 'npm'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'children',
      severity: 'error',
      comment: 'programs are started by hostd; lib/run-command is the one exception',
      from: { path: '^src/', pathNot: '^src/lib/run-command' },
      to: { path: '^(node:)?child_process$' },
    },
    {
      name: 'nothing imports the daemon',
      severity: 'error',
      comment: 'daemon/ wires; nothing depends on wiring',
      from: { path: '^src/', pathNot: '^src/daemon/' },
      to: { path: '^src/daemon/' },
    },
    ...Object.entries(homes).map(([name, home]) => ({
      name: `home of ${name}`,
      severity: 'error',
      comment: `${name} is used in ${home} only`,
      from: { path: '^src/', pathNot: home },
      to: { path: `node_modules/${name}/` },
    })),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: `${import.meta.dirname}/tsconfig.json` },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/generated/|\\.json$' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
