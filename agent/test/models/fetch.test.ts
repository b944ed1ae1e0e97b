import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { download } from '../../src/adapters/models/download.js';
import { checked, filesOf } from '../../src/adapters/models/package-files.js';
import type { Progress } from '../../src/ports/model-files.js';
import { archiveOf } from './tar.js';

const noise = (length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  for (let at = 0, value = 7; at < length; at += 1) bytes[at] = (value = (value * 75 + 74) % 65_537) & 0xff;
  return bytes;
};
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const whole = noise(300_000);
const folder = () => mkdtempSync(path.join(tmpdir(), 'aisle-fetch-'));

let server: Server | undefined;
afterEach(() => server?.close());
async function serving(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const made = (server = createServer(answer));
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(made.address() as AddressInfo).port}/model.onnx`;
  return { kind: 'address', url, file: { path: 'model.onnx', sha256: sha256(whole), bytes: whole.length } } as const;
}

describe('a file from its authors', () => {
  it('goes on from where the line broke', async () => {
    const asked: (string | undefined)[] = [];
    let line: ServerResponse | undefined;
    const source = await serving((request, response) => {
      asked.push(request.headers.range);
      const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
      response.writeHead(from > 0 ? 206 : 200, { 'content-length': whole.length - from });
      if (from > 0) response.end(whole.subarray(from));
      else (line = response).write(whole.subarray(0, 100_000));
    });
    const place = folder();
    const told: Progress[] = [];
    const breaks = ({ done }: Progress): void => void (done === 100_000 && line?.destroy());
    await expect(download(source, place, breaks)).rejects.toThrow(/the line broke after \d+ of 300000 bytes/);
    expect(await download(source, place, (progress) => told.push(progress))).toEqual(whole);
    expect(asked).toEqual([undefined, 'bytes=100000-']);
    expect(told.at(-1)).toEqual({ done: whole.length, total: whole.length });
    expect(readdirSync(place)).toEqual([]);
  });

  it('is refused when it is another one, and begins anew the next time', async () => {
    const source = await serving((_request, response) => response.end(noise(300_001)));
    const place = folder();
    await expect(download(source, place, () => undefined)).rejects.toThrow(
      /expected SHA-256 .*, found .* \(300001 bytes\)/,
    );
    expect(existsSync(path.join(place, 'model.onnx.part'))).toBe(false);
  });

  it('that is not to be had is told with the answer', async () => {
    const source = await serving((_request, response) => response.writeHead(404).end());
    await expect(download(source, folder(), () => undefined)).rejects.toThrow(/model\.onnx answers 404/);
  });
});

describe('files out of a package', () => {
  const [graph, weights] = [Buffer.from('{}'), noise(70_000)];
  const archive = archiveOf({
    'package/other.bin': noise(40_001),
    'package/a.json': graph,
    'package/w.bin': weights,
    'package/z': noise(9),
  });
  const wanted = new Set(['package/a.json', 'package/w.bin']);

  it('are taken as it streams by, in whatever pieces it comes', async () => {
    for (const size of [1_000, 511, 65_536, archive.length]) {
      const pieces = Array.from({ length: Math.ceil(archive.length / size) }, (_one, at) =>
        archive.subarray(at * size, (at + 1) * size),
      );
      const told: Progress[] = [];
      const files = await filesOf(Readable.from(pieces), wanted, archive.length, (progress) => told.push(progress));
      expect(files.found.get('package/a.json')).toEqual(graph);
      expect(files.found.get('package/w.bin')).toEqual(weights);
      expect([...files.found.keys()]).toHaveLength(2);
      expect(told.length).toBeGreaterThan(0);
    }
  });

  it('are refused when the archive is cut off, holds others, or is none', async () => {
    await expect(
      filesOf(Readable.from([archive.subarray(0, 30_000)]), wanted, undefined, () => undefined),
    ).rejects.toThrow();
    await expect(filesOf(Readable.from([noise(5000)]), wanted, undefined, () => undefined)).rejects.toThrow();
    const lacking = await filesOf(
      Readable.from([archiveOf({ 'package/a.json': graph })]),
      wanted,
      undefined,
      () => undefined,
    );
    const file = { path: 'package/w.bin', sha256: sha256(weights), bytes: weights.length };
    expect(() => checked(file, lacking.found.get(file.path), 'it')).toThrow('it holds no package/w.bin');
    expect(() => checked(file, noise(8), 'it')).toThrow(/package\/w\.bin of it: expected SHA-256/);
  });
});
