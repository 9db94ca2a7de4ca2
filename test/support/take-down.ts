import { rmSync } from 'node:fs';
import { type Engine, makeEngine, scratchPaths } from './engine-node.ts';
import { eventually } from './eventually.ts';
import { leftovers, processesOf } from './leftovers.ts';
import { nativeBinary } from './native-binary.ts';
import { abandonedFolders } from './scratch-folders.ts';

/**
 * Removes all that the node made, by its own means, which must be enough; what a failed test left running is ended all
 * the same.
 * @throws Error that lists what is left on the host; the scratch folder is kept then.
 */
export async function takeDown(engine: Engine, folder: string): Promise<void> {
  const paths = scratchPaths(folder);
  try {
    const containers = await engine.containers.list();
    await Promise.all(containers.map(({ spec }) => engine.containers.remove(spec.id)));
    for (const { name } of (await engine.network.observe()).networks) await engine.network.remove(name);
    await engine.maintenance.shutdown();
    await eventually(() => processesOf(paths.runDir).length === 0).catch(() => {});
    const left = leftovers(paths);
    if (left.length > 0) throw new Error(`left on the host:\n${left.join('\n')}`);
  } finally {
    await engine.close();
    killProcesses(paths.runDir);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Before the first test (`globalSetup` of vitest.config.ts): takes down the nodes of runs that were killed. */
export async function setup(): Promise<void> {
  for (const folder of abandonedFolders()) {
    const { runDir } = scratchPaths(folder);
    process.stdout.write(`taking down ${folder}, left by a run that was killed\n`);
    killProcesses(runDir);
    await eventually(() => processesOf(runDir).length === 0);
    const image = () => {
      throw new Error('containers are only removed here');
    };
    await takeDown(makeEngine({ folder, image, binary: nativeBinary() }), folder);
  }
}

function killProcesses(runDir: string): void {
  for (const { pid } of processesOf(runDir)) process.kill(pid, 'SIGKILL');
}
