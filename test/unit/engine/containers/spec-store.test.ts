import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SpecStore } from '../../../../src/engine/containers/spec-store.ts';
import { aContainerSpec, anId } from '../../../support/service.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

function aStore() {
  const folder = temporaryFolder();
  const folders = { containers: join(folder, 'c'), bundles: join(folder, 'b'), shims: join(folder, 's') };
  return { folders, store: new SpecStore(folders) };
}

describe('applied specs', () => {
  it('are read as they were written, by another daemon too', () => {
    const { folders, store } = aStore();
    store.write(aContainerSpec());
    expect(store.list()).toEqual([aContainerSpec()]);
    expect(new SpecStore(folders).read(anId('a'))).toEqual(aContainerSpec());
  });

  it('show a change at once', () => {
    const { store } = aStore();
    store.write(aContainerSpec());
    store.list();
    store.write(aContainerSpec({ nonce: 1 }));
    expect(store.list()).toEqual([aContainerSpec({ nonce: 1 })]);
  });

  it('leave out what is unreadable, of another version or no container', () => {
    const { folders, store } = aStore();
    expect(store.list()).toEqual([]);
    for (const [name, text] of [
      [anId('b'), '{"version":'],
      [anId('c'), '{"version":2}'],
      ['lost+found', '{"version":1}'],
    ] as const) {
      mkdirSync(join(folders.containers, name), { recursive: true });
      writeFileSync(join(folders.containers, name, 'spec.json'), text);
    }
    mkdirSync(join(folders.containers, anId('d')));
    expect(store.list()).toEqual([]);
  });

  it('are never looked for outside', () => {
    expect(() => aStore().store.read('../../etc')).toThrow('is not the id of a container');
  });
});
