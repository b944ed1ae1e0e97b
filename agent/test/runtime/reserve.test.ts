import { existsSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FsReserve } from '../../src/adapters/fs-reserve.js';
import { tempDir } from './harness.js';

const BYTES = 3 * (1 << 20) + 17;

describe('the reserve of room', () => {
  it('takes really so many bytes of the disk, and gives them back once', async () => {
    const file = path.join(tempDir(), 'reserve');
    const reserve = new FsReserve(file, BYTES);
    await reserve.hold();
    const { size, blocks, mode } = statSync(file);
    expect(size).toBe(BYTES);
    expect(blocks * 512).toBeGreaterThanOrEqual(BYTES);
    expect(mode & 0o777).toBe(0o600);
    expect(await reserve.release()).toBe(true);
    expect(existsSync(file)).toBe(false);
    expect(await reserve.release()).toBe(false);
  });

  it('is not written again while it is whole, and is where it was cut short', async () => {
    const file = path.join(tempDir(), 'reserve');
    await new FsReserve(file, BYTES).hold();
    const first = statSync(file).mtimeMs;
    await new FsReserve(file, BYTES).hold();
    expect(statSync(file).mtimeMs).toBe(first);
    await new FsReserve(file, BYTES + 1).hold();
    expect(statSync(file).size).toBe(BYTES + 1);
  });

  it('is not taken where the disk has not plenty of room', async () => {
    const dir = tempDir();
    const { bavail, bsize } = statfsSync(dir);
    const reserve = new FsReserve(path.join(dir, 'reserve'), Math.ceil((bavail * bsize) / 4));
    await reserve.hold();
    expect(existsSync(path.join(dir, 'reserve'))).toBe(false);
    expect(await reserve.release()).toBe(false);
  });
});
