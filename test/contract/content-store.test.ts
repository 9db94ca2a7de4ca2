import { join } from 'node:path';
import { FileContentStore } from '../../src/engine/images/content/file-content-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { contentStoreSuite } from './content-store-suite.ts';

contentStoreSuite(() => {
  const directory = join(temporaryFolder(), 'images');
  const open = () => new FileContentStore(directory);
  return { store: open(), reopen: open };
});
