/** The detector's training code is Python for Debian's python3-torch; its own tests run here where that is installed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const python = '/usr/bin/python3';
const folder = fileURLToPath(new URL('../../models/person-detector', import.meta.url));
const torch = spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0;

async function answer(model: string, picture: Uint8Array, width: number, height: number): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
  try {
    const image = new ort.Tensor('uint8', picture, [1, height, width, 3]);
    const { people } = await session.run({ image });
    expect(people?.dims).toEqual([1, (width / 4) * (height / 4), 7]);
    return people?.data as Float32Array;
  } finally {
    await session.release();
  }
}

describe.skipIf(!torch)('training the person detector (needs python3-torch)', () => {
  let out: string;
  beforeAll(() => {
    out = mkdtempSync(path.join(tmpdir(), 'aisle-training-'));
  });
  afterAll(() => {
    rmSync(out, { recursive: true, force: true });
  });

  test('its own tests pass, and ONNX Runtime answers as torch does for what it exports', async () => {
    execFileSync(python, ['-m', 'unittest', '-q'], {
      cwd: folder,
      env: { ...process.env, AISLE_CHECK_DIR: out, PYTHONDONTWRITEBYTECODE: '1' },
      stdio: 'pipe',
    });
    const picture = readFileSync(path.join(out, 'smoke.u8'));
    const bytes = readFileSync(path.join(out, 'smoke.f32'));
    const wanted = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const got = await answer(path.join(out, 'smoke.onnx'), new Uint8Array(picture), 160, 96);
    let worst = 0;
    for (let i = 0; i < wanted.length; i++)
      worst = Math.max(worst, Math.abs((got[i] as number) - (wanted[i] as number)));
    expect(got).toHaveLength(wanted.length);
    expect(worst).toBeLessThan(1e-3);
  }, 120_000);
});

describe('the person detector that is shipped', () => {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as {
    file: string;
    sha256: string;
    input: { width: number; height: number };
    scoreThreshold: number;
  };
  const file = path.join(folder, manifest.file);

  test('is the file that its manifest names, of at most 2 MB', () => {
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(manifest.sha256);
    expect(statSync(file).size).toBeLessThanOrEqual(2_000_000);
  });

  test('sees nobody in an empty grey picture', async () => {
    const { width, height } = manifest.input;
    const people = await answer(file, new Uint8Array(width * height * 3).fill(114), width, height);
    const scores = Array.from({ length: people.length / 7 }, (_, i) => people[i * 7] as number);
    expect(Math.max(...scores)).toBeLessThan(manifest.scoreThreshold);
  });
});
