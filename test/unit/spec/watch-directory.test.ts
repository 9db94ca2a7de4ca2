// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of stack files, not of JavaScript
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  WatchDirectory,
  type WatchDirectoryOptions,
  type WatchEvent,
} from '../../../src/spec/watch-directory.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const stack = (keys = '') => `services: {web: {image: nginx, ${keys}}}\n`;

/** A watched directory with a clock of its own; files count as written long ago. */
function watched(options: Partial<WatchDirectoryOptions> = {}) {
  const directory = options.directory ?? temporaryFolder();
  const events: WatchEvent[] = [];
  let nowMs = 1_000_000_000_000;
  const watch = new WatchDirectory({
    directory,
    onEvent: (event) => events.push(event),
    now: () => nowMs,
    ...options,
  });
  const write = (name: string, text: string, modifiedMs = 0): void => {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o644 });
    utimesSync(path, modifiedMs / 1000, modifiedMs / 1000);
  };
  /** What the scan says, in short. */
  const scan = (laterMs = 0): string[] => {
    nowMs += laterMs;
    events.length = 0;
    watch.scan();
    return events.map(describeEvent);
  };
  return {
    directory,
    events,
    write,
    scan,
    now: () => nowMs,
    remove: (name: string) => rmSync(join(directory, name)),
  };
}

function describeEvent(event: WatchEvent): string {
  switch (event.kind) {
    case 'changed':
      return `changed ${event.stack.name}`;
    case 'invalid':
      return `invalid ${event.problems.map(({ code }) => code).join(' ')}`;
    case 'removed':
      return `removed ${event.stack}`;
    case 'held':
      return `held ${event.paths.length}`;
  }
}

describe('a watched directory', () => {
  it('tells each stack once, and again when its content changes', () => {
    const { write, scan } = watched();
    write('shop.yaml', stack());
    write('blog/compose.yml', stack());
    expect(scan()).toEqual(['changed blog', 'changed shop']);
    expect(scan()).toEqual([]);
    write('shop.yaml', stack(), 5_000);
    expect(scan()).toEqual([]);
    write('shop.yaml', stack('init: true'));
    expect(scan()).toEqual(['changed shop']);
  });

  it('sees changes of every file that a stack is made of', () => {
    const { write, scan } = watched();
    write(
      'shop/stack.yaml',
      'services: {web: {image: "nginx:${TAG:-1}", env_file: [{path: web.env, required: false}]}}',
    );
    expect(scan()).toEqual(['changed shop']);
    write('shop/.env', 'TAG=2');
    expect(scan()).toEqual(['changed shop']);
    write('shop/web.env', 'A=1');
    expect(scan()).toEqual(['changed shop']);
    write('shop/stack.override.yaml', 'services: {web: {init: true}}');
    expect(scan()).toEqual(['changed shop']);
    expect(scan()).toEqual([]);
  });

  it('passes by what is hidden, temporary or something else', () => {
    const { write, scan } = watched();
    for (const name of ['.shop.yaml', 'shop.yaml~', '.shop.yaml.swp', '#shop.yaml#', 'shop.tmp', 'notes.txt'])
      write(name, stack());
    expect(scan()).toEqual([]);
  });

  it('waits until a file rests', () => {
    const { write, scan, now } = watched();
    write('shop.yaml', 'services: {web: {ima', now() - 100);
    expect(scan()).toEqual([]);
    write('shop.yaml', stack(), now() + 100);
    expect(scan(200)).toEqual([]);
    expect(scan(600)).toEqual(['changed shop']);
  });

  it('keeps what was good when a file breaks, and says why once', () => {
    const { write, scan } = watched();
    write('shop.yaml', stack());
    scan();
    write('shop.yaml', stack('restart: never'));
    expect(scan()).toEqual(['invalid spec.bad-value']);
    expect(scan()).toEqual([]);
    write('shop.yaml', stack());
    expect(scan()).toEqual(['changed shop']);
  });

  it('removes a stack when its file has been gone for the grace time', () => {
    const { write, scan, remove } = watched({ removalGraceMs: 10_000 });
    write('shop.yaml', stack());
    scan();
    remove('shop.yaml');
    expect(scan()).toEqual([]);
    expect(scan(9_000)).toEqual([]);
    expect(scan(1_000)).toEqual(['removed shop']);
    expect(scan(60_000)).toEqual([]);
  });

  it('takes a short absence for an editor at work', () => {
    const { write, scan, remove } = watched();
    write('shop.yaml', stack());
    scan();
    remove('shop.yaml');
    scan(9_000);
    write('shop.yaml', stack());
    expect(scan(5_000)).toEqual([]);
  });

  it('finds out what went while nobody looked', () => {
    const { scan, directory } = watched({ known: [{ path: '/gone/shop.yaml', stack: 'shop' }] });
    expect(directory).toBeTruthy();
    expect(scan()).toEqual([]);
    expect(scan(10_000)).toEqual(['removed shop']);
  });

  it('does not mind when a file is renamed', () => {
    const { write, scan, remove } = watched();
    write('a.yaml', `name: shop\n${stack()}`);
    scan();
    remove('a.yaml');
    write('b.yaml', `name: shop\n${stack()}`);
    expect(scan()).toEqual(['changed shop']);
    expect(scan(20_000)).toEqual([]);
  });

  it('takes another name in a file for another stack', () => {
    const { write, scan } = watched();
    write('a.yaml', `name: shop\n${stack()}`);
    scan();
    write('a.yaml', `name: store\n${stack()}`);
    expect(scan()).toEqual(['removed shop', 'changed store']);
  });

  it('refuses two files with one name and leaves alone what runs', () => {
    const { write, scan, remove } = watched();
    write('a.yaml', `name: shop\n${stack()}`);
    scan();
    write('b.yaml', `name: shop\n${stack('init: true')}`);
    expect(scan()).toEqual(['invalid spec.name-taken', 'invalid spec.name-taken']);
    remove('a.yaml');
    expect(scan()).toEqual(['changed shop']);
    expect(scan(20_000)).toEqual([]);
  });

  it('holds when most of the files are gone at once', () => {
    const { write, scan, remove } = watched();
    for (const name of ['a', 'b', 'c']) write(`${name}.yaml`, stack());
    scan();
    remove('a.yaml');
    remove('b.yaml');
    expect(scan()).toEqual(['held 3']);
    expect(scan(60_000)).toEqual([]);
    write('b.yaml', stack());
    expect(scan()).toEqual([]);
    expect(scan(10_000)).toEqual(['removed a']);
  });

  it('holds when the directory is gone or another one stands in its place', () => {
    const directory = join(temporaryFolder(), 'stacks.d');
    mkdirSync(directory);
    const { write, scan } = watched({ directory });
    write('a.yaml', stack());
    scan();
    renameSync(directory, `${directory}.moved`);
    expect(scan()).toEqual(['held 1']);
    mkdirSync(directory);
    expect(scan(60_000)).toEqual([]);
    rmSync(directory, { recursive: true });
    renameSync(`${directory}.moved`, directory);
    expect(scan(60_000)).toEqual([]);
  });

  it('obeys only files that nobody else can write', () => {
    const { write, scan, directory, events } = watched();
    write('a.yaml', stack());
    chmodSync(join(directory, 'a.yaml'), 0o666);
    expect(scan()).toEqual(['invalid spec.untrusted']);
    expect(events[0]).toMatchObject({
      problems: [{ message: expect.stringContaining('writable by others than its owner (mode 0666)') }],
    });
    chmodSync(join(directory, 'a.yaml'), 0o644);
    expect(scan()).toEqual(['changed a']);
    const elsewhere = temporaryFolder();
    chmodSync(elsewhere, 0o777);
    writeFileSync(join(elsewhere, 'b.yaml'), stack());
    utimesSync(join(elsewhere, 'b.yaml'), 0, 0);
    symlinkSync(join(elsewhere, 'b.yaml'), join(directory, 'b.yaml'));
    expect(scan()).toEqual(['invalid spec.untrusted']);
  });

  it('obeys no files of other users', () => {
    const { write, scan } = watched({ trustedUser: 12_345 });
    write('a.yaml', stack());
    const isRoot = process.getuid?.() === 0;
    expect(scan()).toEqual([isRoot ? 'changed a' : 'invalid spec.untrusted']);
  });

  it('is told by the file system when something changes', async () => {
    const directory = temporaryFolder();
    const events: string[] = [];
    await using watch = new WatchDirectory({
      directory,
      onEvent: (event) => events.push(describeEvent(event)),
      restMs: 20,
      removalGraceMs: 20,
    });
    await watch.start();
    writeFileSync(join(directory, 'shop.yaml'), stack());
    await eventually(() => events.includes('changed shop'));
    rmSync(join(directory, 'shop.yaml'));
    await eventually(() => events.includes('removed shop'));
    expect(events).toEqual(['changed shop', 'removed shop']);
  });
});
