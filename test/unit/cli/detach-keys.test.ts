import { describe, expect, it } from 'vitest';
import { DetachKeys, parseDetachKeys } from '../../../src/cli/detach-keys.ts';

function typed(keys: string, ...pieces: string[]): string[] {
  const watch = new DetachKeys(parseDetachKeys(keys));
  return pieces.map((piece) => watch.pass(Buffer.from(piece))?.toString() ?? 'DETACHED');
}

describe('detach keys', () => {
  it('are letters, and control keys', () => {
    expect(parseDetachKeys('ctrl-p,ctrl-q')).toEqual([0x10, 0x11]);
    expect(parseDetachKeys('ctrl-@,ctrl-[,ctrl-_,x')).toEqual([0, 0x1b, 0x1f, 0x78]);
    expect(parseDetachKeys('')).toEqual([]);
  });

  it.each(['ctrl-', 'ctrl-1', 'ab', 'a,,b', 'ä'])('are not %j', (text) => {
    expect(() => parseDetachKeys(text)).toThrow('is not a sequence of keys');
  });

  it('leave when they were typed in order, in one piece or in several', () => {
    expect(typed('ctrl-p,ctrl-q', 'ls\n', '\x10\x11')).toEqual(['ls\n', 'DETACHED']);
    expect(typed('ctrl-p,ctrl-q', 'a\x10', '\x11')).toEqual(['a', 'DETACHED']);
  });

  it('are input when something else follows', () => {
    expect(typed('ctrl-p,ctrl-q', '\x10', 'x')).toEqual(['', '\x10x']);
    expect(typed('a,a,b', 'aaab')).toEqual(['DETACHED']);
    expect(typed('a,a,b', 'aaac')).toEqual(['aaac']);
  });

  it('never leave when there are none', () => {
    expect(typed('', '\x10\x11')).toEqual(['\x10\x11']);
  });
});
