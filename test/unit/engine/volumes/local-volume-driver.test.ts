import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LocalVolumeDriver } from '../../../../src/engine/volumes/local-volume-driver.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const definition = { name: 'shop_data', external: false, labels: {} };
const owner = { stack: 'shop' };

function aDriver() {
  const folder = join(temporaryFolder(), 'volumes');
  return { folder, driver: new LocalVolumeDriver(folder) };
}

describe('local volumes', () => {
  it('keep their content when they are ensured again', async () => {
    const { driver } = aDriver();
    await driver.ensure(definition, owner);
    const directory = await driver.directory('shop_data');
    writeFileSync(join(directory, 'file'), 'content');
    await driver.ensure(definition, { stack: 'other' });
    expect(existsSync(join(directory, 'file'))).toBe(true);
    expect(await driver.list()).toEqual([{ name: 'shop_data', stack: 'shop' }]);
  });

  it('are completed when a crash left half of one', async () => {
    const { folder, driver } = aDriver();
    mkdirSync(join(folder, 'shop_data', 'data'), { recursive: true });
    expect(await driver.list()).toEqual([]);
    await driver.ensure(definition, owner);
    expect(await driver.list()).toHaveLength(1);
  });

  it('are gone after removal, and removing twice is no error', async () => {
    const { driver } = aDriver();
    await driver.ensure(definition, owner);
    await driver.remove('shop_data');
    await driver.remove('shop_data');
    expect(await driver.list()).toEqual([]);
  });

  it.each([
    ['an external one', { ...definition, external: true }],
    ['a name that is a path', { ...definition, name: '../escape' }],
  ])('are not made for %s', async (_, wanted) => {
    const { driver } = aDriver();
    await expect(driver.ensure(wanted, owner)).rejects.toMatchObject({ code: 'volume.not-found' });
    await expect(driver.directory(wanted.name)).rejects.toMatchObject({ code: 'volume.not-found' });
  });
});
