import { describe, expect, it } from 'vitest';
import { ChunkDecoder, encodeChunk, streams } from '../../../../src/engine/host/stream-chunks.ts';

describe('stream chunks', () => {
  it('writes the 8-byte header that Docker writes', () => {
    expect(encodeChunk(streams.stderr, Buffer.from('no')).toString('hex')).toBe('0200000000000002' + '6e6f');
  });

  it('gives the same text wherever the bytes are cut', () => {
    const whole = Buffer.concat([
      encodeChunk(streams.stdout, Buffer.from('one ')),
      encodeChunk(streams.stderr, Buffer.alloc(0)),
      encodeChunk(streams.stdout, Buffer.from('two')),
      encodeChunk(streams.control, Buffer.from('{"code":0}')),
    ]);
    for (let step = 1; step <= whole.length; step += 1) {
      const decoder = new ChunkDecoder();
      const text = ['', '', '', ''];
      const ends = [0, 0, 0, 0];
      for (let at = 0; at < whole.length; at += step) {
        for (const { stream, data, isLast } of decoder.decode(whole.subarray(at, at + step))) {
          text[stream] += data.toString();
          ends[stream] = (ends[stream] ?? 0) + (isLast ? 1 : 0);
        }
      }
      expect({ text, ends }).toEqual({ text: ['', 'one two', '', '{"code":0}'], ends: [0, 2, 1, 1] });
    }
  });
});
