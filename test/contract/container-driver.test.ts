import { mkdirSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { FakeHostd } from '../fakes/fake-hostd.ts';
import { makeEngine, scratchPaths } from '../support/engine-node.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { containerDriverSuite, type SuiteNode } from './container-driver-suite.ts';

async function fakeNode(): Promise<SuiteNode> {
  const folder = temporaryFolder();
  const paths = scratchPaths(folder);
  for (const path of [paths.containers, paths.bundles, paths.shims]) mkdirSync(path, { recursive: true });
  const hostd = new FakeHostd(paths);
  await hostd.listen();
  const options = {
    folder,
    image: () => ({ config: { environment: [], volumes: [], exposedPorts: [], labels: {} }, layers: [] }),
  };
  let engine = makeEngine(options);
  onTestFinished(async () => {
    await engine.close();
    await hostd.close();
  });
  return {
    engine,
    restartDaemon: async () => {
      await engine.close();
      engine = makeEngine(options);
      return engine;
    },
    killHostd: async () => {
      await hostd.kill();
      await hostd.listen();
    },
    killShim: (id) => hostd.killShim(id),
  };
}

containerDriverSuite('fake hostd and shims', fakeNode);
