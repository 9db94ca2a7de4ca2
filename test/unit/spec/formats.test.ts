import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDurationMs } from '../../../src/spec/formats/duration.ts';
import { parsePort } from '../../../src/spec/formats/port.ts';
import { splitShellWords } from '../../../src/spec/formats/shell-words.ts';
import { parseSizeBytes } from '../../../src/spec/formats/size.ts';
import { parseVolume } from '../../../src/spec/formats/volume.ts';

describe('a duration', () => {
  it.each([
    ['0', 0],
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['1h5m30s20ms', 3_930_020],
    ['1.5s', 1_500],
    ['.5s', 500],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    ['1us', 1],
    ['1500µs', 2],
    ['5ns', 1],
    ['0s', 0],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(parseDurationMs(text)).toBe(milliseconds);
  });

  it.each(['', '10', 's', '-1s', '1 s', '1m 30s', '1x', '1e3s', '1ss', '٣s', 'Infinitys'])(
    '%j is none',
    (text) => {
      expect(parseDurationMs(text)).toBeUndefined();
    },
  );

  it('reads back what is written in units', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(59), fc.nat(59), fc.nat(999), (h, m, s, ms) => {
        expect(parseDurationMs(`${h}h${m}m${s}s${ms}ms`)).toBe(((h * 60 + m) * 60 + s) * 1000 + ms);
      }),
    );
  });
});

describe('a size', () => {
  it.each([
    ['0', 0],
    ['64m', 67_108_864],
    ['64M', 67_108_864],
    ['64mb', 67_108_864],
    ['64MiB', 67_108_864],
    ['1.5k', 1_536],
    ['1024', 1_024],
    ['100b', 100],
    ['2 g', 2_147_483_648],
    ['1t', 1_099_511_627_776],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSizeBytes(text)).toBe(bytes);
  });

  it.each(['', 'm', '-1', '1.m', '1x', '64 mb mb', '1e3', '99999999p', '1,5g'])('%j is none', (text) => {
    expect(parseSizeBytes(text)).toBeUndefined();
  });
});

describe('a command line', () => {
  it.each([
    ['', []],
    ['  ', []],
    ['a b  c', ['a', 'b', 'c']],
    ['"a b" c', ['a b', 'c']],
    ["'a \"b' c", ['a "b', 'c']],
    ['a\\ b', ['a b']],
    ['a"b"\'c\'d', ['abcd']],
    ['""', ['']],
    ["sh -c 'echo $HOME; ls *'", ['sh', '-c', 'echo $HOME; ls *']],
    ['a\tb\nc', ['a', 'b', 'c']],
    ['"a\\"b"', ['a"b']],
    ["'a\\b'", ['a\\b']],
    ['"a\\nb"', ['anb']],
    ['a\\\nb', ['ab']],
  ])('%j is the words %j', (line, words) => {
    expect(splitShellWords(line)).toEqual({ words });
  });

  it('names what would be an operator for a shell, outside of quotes', () => {
    expect(splitShellWords('a "b;" && c')).toEqual({ words: ['a', 'b;', '&&', 'c'], operator: '&' });
  });

  it.each(['"a', "'a", 'a\\'])('%j cannot be split', (line) => {
    expect(splitShellWords(line)).toHaveProperty('problem');
  });

  it('gives back words that were quoted', () => {
    const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(splitShellWords(words.map(quote).join(' '))).toEqual({ words });
      }),
    );
  });
});

describe('a port', () => {
  it.each([
    ['80', [{ protocol: 'tcp', container: 80 }]],
    ['8080:80', [{ protocol: 'tcp', host: [8080, 8080], container: 80 }]],
    ['53:53/udp', [{ protocol: 'udp', host: [53, 53], container: 53 }]],
    ['127.0.0.1:8080:80', [{ protocol: 'tcp', hostAddress: '127.0.0.1', host: [8080, 8080], container: 80 }]],
    ['127.0.0.1::80', [{ protocol: 'tcp', hostAddress: '127.0.0.1', container: 80 }]],
    ['[::1]:8080:80', [{ protocol: 'tcp', hostAddress: '::1', host: [8080, 8080], container: 80 }]],
    ['::1:6000:6000', [{ protocol: 'tcp', hostAddress: '::1', host: [6000, 6000], container: 6000 }]],
    ['8000-8001:80', [{ protocol: 'tcp', host: [8000, 8001], container: 80 }]],
    ['0:80', [{ protocol: 'tcp', container: 80 }]],
    [
      '9000-9001:80-81/TCP',
      [
        { protocol: 'tcp', host: [9000, 9000], container: 80 },
        { protocol: 'tcp', host: [9001, 9001], container: 81 },
      ],
    ],
  ])('%s is published as written', (text, mappings) => {
    expect(parsePort(text)).toEqual({ mappings });
  });

  it.each([
    '',
    ':',
    '0',
    '70000',
    'a',
    '80/sctp',
    '1-2:3-5',
    '5-3',
    '[::1]',
    '[::1]:80',
    '999.1.1.1:80:80',
    '1:2:3:4:5',
  ])('%j is none', (text) => {
    expect(parsePort(text)).toHaveProperty('problem');
  });

  it('is read or refused, whatever the text', () => {
    const character = fc.constantFrom(...'0123456789:-/[].tcpud');
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: character }), fc.string()), (text) => {
        const parsed = parsePort(text);
        expect('problem' in parsed || parsed.mappings.length > 0).toBe(true);
      }),
    );
  });
});

describe('a mount in short form', () => {
  it.each([
    ['/data', { target: '/data', options: [] }],
    ['data:/data', { source: 'data', target: '/data', options: [] }],
    ['./a:/b:ro,z', { source: './a', target: '/b', options: ['ro', 'z'] }],
  ])('%s has its parts', (text, parts) => {
    expect(parseVolume(text)).toEqual(parts);
  });

  it.each([':/data', 'a::ro', 'a:/b:ro:rw', ''])('%j is none', (text) => {
    expect(parseVolume(text)).toHaveProperty('problem');
  });
});
