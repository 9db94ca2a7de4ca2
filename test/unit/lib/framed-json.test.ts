import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../src/engine/host/protocol-message.ts';
import { encodeFrame, FrameDecoder } from '../../../src/lib/framed-json.ts';

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly message: object;
  readonly oneWay?: boolean;
}

const vectors = JSON.parse(readFileSync('test/fixtures/protocol/frames.json', 'utf8')) as {
  readonly valid: readonly Vector[];
  readonly invalid: readonly Omit<Vector, 'message'>[];
};

function decode(bytes: Buffer): object | undefined {
  const decoder = new FrameDecoder();
  decoder.push(bytes);
  return decoder.next();
}

/** As the other end reads it: unknown fields dropped, absent objects filled in. */
function normalised(frame: object | undefined): object | undefined {
  const message = frame === undefined ? undefined : readMessage(frame);
  if (message === undefined) return undefined;
  const { kind: _, ...fields } = message;
  return 'event' in fields && typeof fields.event === 'object' ? fields.event : fields;
}

describe('frames', () => {
  it.each(vectors.valid.filter(({ oneWay }) => !oneWay))(
    'encodes the shared vector: $name',
    ({ hex, message }) => {
      expect(encodeFrame(message).toString('hex')).toBe(hex);
    },
  );

  it.each(vectors.valid.filter(({ name }) => !name.includes('unknown error code')))(
    'decodes the shared vector: $name',
    ({ hex, message }) => {
      expect(normalised(decode(Buffer.from(hex, 'hex')))).toEqual(message);
    },
  );

  it.each(vectors.invalid)('refuses the shared vector: $name', ({ hex }) => {
    const read = (): unknown => {
      const frame = decode(Buffer.from(hex, 'hex'));
      if (frame === undefined || readMessage(frame) === undefined) throw new Error('refused');
      return frame;
    };
    expect(read).toThrow();
  });

  it('gives the same frames wherever the bytes are cut', () => {
    const whole = Buffer.concat(vectors.valid.map(({ hex }) => Buffer.from(hex, 'hex')));
    for (let step = 1; step < 40; step += 1) {
      const decoder = new FrameDecoder();
      const frames: object[] = [];
      for (let at = 0; at < whole.length; at += step) {
        decoder.push(whole.subarray(at, at + step));
        for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) frames.push(frame);
      }
      expect(frames.map(normalised)).toHaveLength(vectors.valid.length);
      expect(decoder.takeRest()).toHaveLength(0);
    }
  });

  it('keeps bytes behind the last frame that was asked for', () => {
    const decoder = new FrameDecoder();
    decoder.push(Buffer.concat([encodeFrame({ id: 1, result: {} }), Buffer.from('raw bytes')]));
    expect(decoder.next()).toEqual({ id: 1, result: {} });
    expect(decoder.takeRest().toString()).toBe('raw bytes');
  });

  it('refuses to send what is longer than a frame may be', () => {
    expect(() => encodeFrame({ filler: 'x'.repeat(1 << 20) })).toThrow('at most 1048576');
  });
});
