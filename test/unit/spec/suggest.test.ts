import { expect, it } from 'vitest';
import { nearestName } from '../../../src/spec/suggest.ts';

it.each([
  ['enviroment', ['env_file', 'environment'], 'environment'],
  ['network-mode', ['networks', 'network_mode'], 'network_mode'],
  ['prots', ['ports', 'tty'], 'ports'],
  ['dbb', ['db', 'web'], 'db'],
  ['DB', ['db'], 'db'],
  ['content', ['volume', 'bind'], undefined],
  ['a', ['b'], undefined],
  ['xyz', ['tty'], undefined],
  ['', ['db'], undefined],
])('%s among %j was meant to be %s', (given, known, wanted) => {
  expect(nearestName(given, known)).toBe(wanted);
});
