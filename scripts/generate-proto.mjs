// schemas/proto -> src/api/contract/generated, by buf and ts-proto. Offline: both come with npm ci.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const options = [
  'outputServices=grpc-js',
  'env=node',
  'forceLong=number',
  'useOptionals=messages',
  'importSuffix=.js',
  'esModuleInterop=true',
  'exportCommonSymbols=false',
  'oneof=unions-value',
  'outputJsonMethods=false',
  'outputPartialMethods=false',
  'useTypeImports=true',
];

export function generateProto(out = 'src/api/contract/generated') {
  const template = join(tmpdir(), `tsorch-buf-${process.pid}.json`);
  writeFileSync(
    template,
    JSON.stringify({
      version: 'v2',
      plugins: [{ local: 'node_modules/.bin/protoc-gen-ts_proto', out, opt: options }],
    }),
  );
  try {
    execFileSync('node_modules/.bin/buf', ['lint', 'schemas/proto'], { stdio: 'inherit' });
    execFileSync('node_modules/.bin/buf', ['generate', 'schemas/proto', '--template', template], {
      stdio: 'inherit',
    });
  } finally {
    rmSync(template);
  }
}
