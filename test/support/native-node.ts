import { mkdirSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import type { ContainerImage } from '../../src/engine/images/container-images.ts';
import type { SuiteNode } from '../contract/container-driver-suite.ts';
import { unpackBusybox } from './busybox-layer.ts';
import { makeEngine, scratchPaths } from './engine-node.ts';
import { eventually } from './eventually.ts';
import { hostdChildren, processesOf } from './leftovers.ts';
import { nativeBinary } from './native-binary.ts';
import { makeScratchFolder } from './scratch-folders.ts';
import { takeDown } from './take-down.ts';

export interface NativeNode extends SuiteNode {
  readonly folder: string;
  readonly binary: string;
}

/**
 * A node with a real hostd and real containers of busybox in a scratch folder. At the end of the test all of it is taken down
 * and nothing may be left of it. Needs root.
 */
export async function nativeNode(): Promise<NativeNode> {
  const folder = makeScratchFolder();
  const paths = scratchPaths(folder);
  const { root, runDir, images } = paths;
  for (const path of [root, runDir]) mkdirSync(path, { recursive: true, mode: 0o711 });
  let image: ContainerImage | undefined;
  const options = {
    folder,
    image: () => image ?? expect.fail('the image was not unpacked yet'),
    binary: nativeBinary(),
  };
  let engine = makeEngine(options);
  onTestFinished(() => takeDown(engine, folder));
  image = await unpackBusybox(engine, images);
  return {
    folder,
    binary: options.binary,
    engine,
    restartDaemon: async () => {
      await engine.close();
      engine = makeEngine(options);
      return engine;
    },
    killHostd: async () => {
      const killed = hostdPids(runDir);
      for (const pid of killed) process.kill(pid, 'SIGKILL');
      await eventually(() => killed.every((pid) => !hostdPids(runDir).includes(pid)));
    },
    killShim: async (id) => {
      const { shims } = await engine.hostd.call('shim.list', {});
      const pid = shims.find((shim) => shim.id === id)?.shimPid;
      if (pid === undefined) throw new Error(`there is no shim of ${id}`);
      process.kill(pid, 'SIGKILL');
    },
  };
}

/** The resident process of hostd for this run directory. */
function hostdPids(runDir: string): readonly number[] {
  return processesOf(runDir)
    .filter(({ name }) => !hostdChildren.includes(name))
    .map(({ pid }) => pid);
}
