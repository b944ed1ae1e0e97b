import { describe, expect, it } from 'vitest';
import { TornDisk } from './disk.js';
import { TraceReader } from './trace.js';

const hex = (text: string) => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
const always = (value: number) => () => value;
const text = (files: Map<string, Buffer>) =>
  Object.fromEntries([...files].map(([path, bytes]) => [path, bytes.toString()]));
const put = (disk: TornDisk, path: string, content: string) => {
  disk.create(path, true);
  disk.write(path, 0, Buffer.from(content));
};

describe('a disk whose power goes', () => {
  it('keeps what was synced, and of the rest nothing, all, or a part', () => {
    const disk = new TornDisk();
    put(disk, 'a', 'first');
    disk.sync('a', false)();
    disk.write('a', 5, Buffer.from(' second'));
    expect(text(disk.afterPowerCut(always(0)))).toEqual({ a: 'first' });
    expect(text(disk.afterPowerCut(always(0.999)))).toEqual({ a: 'first' });
    let number = 0;
    // share, written, whole
    expect(text(disk.afterPowerCut(() => [0.5, 0.9, 0.1, 0.1][number++ % 4] as number))).toEqual({ a: 'first second' });
    expect(text(disk.current())).toEqual({ a: 'first second' });
  });

  it('loses a write that came after a sync began, and keeps one that came before', () => {
    const disk = new TornDisk();
    put(disk, 'a', 'one');
    const ended = disk.sync('a', false);
    disk.write('a', 3, Buffer.from('two'));
    ended();
    expect(text(disk.afterPowerCut(always(0)))).toEqual({ a: 'one' });
  });

  it('may leave an empty file where one was renamed over another without a sync', () => {
    const disk = new TornDisk();
    put(disk, 'a', 'old');
    disk.sync('a', false)();
    put(disk, 'a.new', 'new');
    disk.rename('a.new', 'a');
    expect(text(disk.afterPowerCut(always(0)))).toEqual({ a: 'old' });
    const draws = [0.999, 0, 1];
    expect(text(disk.afterPowerCut(() => draws.shift() ?? 1))).toEqual({ a: '' });
  });

  it('forgets a removed file when a sync has come since', () => {
    const disk = new TornDisk();
    put(disk, 'a', 'a');
    put(disk, 'b', 'b');
    disk.sync('a', false)();
    disk.remove('a');
    disk.sync('b', true)();
    expect(text(disk.afterPowerCut(always(0)))).toEqual({ a: 'a', b: 'b' });
    disk.sync('b', false)();
    expect(text(disk.afterPowerCut(always(0)))).toEqual({ b: 'b' });
  });
});

describe('a trace of calls', () => {
  const fd = (number: number, path: string) => `${number}<${hex(path)}>`;

  it('is followed: places of writes, interrupted calls, renames, and no paths of others', () => {
    const reader = new TraceReader('/data');
    const lines = [
      `1 10.000001 openat(AT_FDCWD<${hex('/')}>, "${hex('/data/x')}", O_RDWR|O_CREAT|O_TRUNC, 0600) = ${fd(7, '/data/x')}`,
      `1 10.000002 write(${fd(7, '/data/x')}, "${hex('abc')}", 3) = 3`,
      `1 10.000003 write(${fd(7, '/data/x')}, "${hex('def')}", 3 <unfinished ...>`,
      `2 10.000004 pwrite64(${fd(7, '/data/x')}, "${hex('Z')}", 1, 8) = 1`,
      `1 10.000005 <... write resumed>) = 3`,
      `1 10.000006 fdatasync(${fd(7, '/data/x')} <unfinished ...>`,
      `2 10.000007 write(${fd(9, '/else/y')}, "${hex('no')}", 2) = 2`,
      `1 10.000008 <... fdatasync resumed>) = 0`,
      `1 10.000009 rename("${hex('/data/x')}", "${hex('/data/z')}") = 0`,
      `1 10.000010 ftruncate(${fd(7, '/data/z')}, 4) = 0`,
      `1 10.000011 pwrite64(${fd(7, '/data/z')}, "${hex('q')}", 1, 0) = -1 ENOSPC (${'No space left on device'})`,
    ];
    for (const line of lines) reader.line(line);
    expect(text(reader.disk.current())).toEqual({ z: 'abcd' });
    expect(text(reader.disk.afterPowerCut(always(0)))).toEqual({ x: 'abcdef\0\0Z' });
    expect(reader.ts).toBeCloseTo(10_000.011, 3);
  });

  it('knows that each open file has its own place', () => {
    const reader = new TraceReader('/data');
    const open = (number: number, flags: string) =>
      reader.line(`1 1.0 openat(AT_FDCWD<${hex('/')}>, "${hex('/data/x')}", ${flags}) = ${fd(number, '/data/x')}`);
    const write = (number: number, what: string) =>
      reader.line(`1 1.0 write(${fd(number, '/data/x')}, "${hex(what)}", ${what.length}) = ${what.length}`);
    open(7, 'O_RDWR|O_CREAT');
    write(7, 'one');
    open(8, 'O_RDWR');
    write(7, 'two');
    open(9, 'O_WRONLY|O_APPEND');
    write(9, 'end');
    expect(text(reader.disk.current())).toEqual({ x: 'onetwoend' });
  });

  it('with a call that is not followed, or a string that was cut, is refused', () => {
    const reader = new TraceReader('/data');
    expect(() => reader.line(`1 1.0 copy_file_range(${fd(3, '/data/a')}, NULL, 5, NULL, 9, 0) = 9`)).toThrow(
      /copy_file_range/,
    );
    expect(() => reader.line(`1 1.0 pwrite64(${fd(3, '/data/a')}, "${hex('a')}"..., 9, 0) = 9`)).toThrow(/cut/);
  });
});
