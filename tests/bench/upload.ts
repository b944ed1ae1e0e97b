import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { createServer, get, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { findProgram } from '../support/devices.js';
import { smallShop, writeShop } from '../support/shop.js';
import { System, waitFor } from '../support/system.js';
import { atLeast, percentile, type Figure } from './figures.js';

/** 1280 × 720 of noise in H.264 at about 0.9 MB a picture. */
const FRAMES = 110;
const ROUNDS = 3;

/**
 * Megabytes a second of a video from the beginning of its upload until it lies, checked, on the agent's disk, and of the agent's own
 * fetch, each against plain HTTP of the same bytes onto the same disk. Each round has a file of its own, as a file is fetched once.
 */
export async function benchUpload(): Promise<Figure[]> {
  if (!findProgram('ffmpeg')) throw new Error('ffmpeg is not installed');
  const folder = mkdtempSync(path.join(tmpdir(), 'aisle-upload-'));
  const system = await System.start({ storeFile: writeShop(smallShop()) });
  const plain = await plainServer(folder);
  try {
    const rates = {
      whole: [] as number[],
      fetched: [] as number[],
      plainBoth: [] as number[],
      plainDown: [] as number[],
    };
    let megabytes = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const file = makeVideo(folder, round);
      megabytes = statSync(file).size / 1e6;
      const reference = await plain.both(file);
      rates.plainDown.push(megabytes / reference.down);
      rates.plainBoth.push(megabytes / (reference.up + reference.down));
      const ours = await throughAisle(system, file);
      rates.whole.push(megabytes / ours.whole);
      rates.fetched.push(megabytes / ours.fetched);
      rmSync(file);
    }
    const median = (values: number[]): number => percentile(values, 0.5);
    const size = `${megabytes.toFixed(0)} MB`;
    return [
      atLeast(
        `upload → on the agent’s disk, ${size}`,
        median(rates.whole),
        'MB/s',
        { name: 'plain HTTP, there and on', value: median(rates.plainBoth) },
        0.7,
      ),
      atLeast(
        `cloud → on the agent’s disk, ${size}`,
        median(rates.fetched),
        'MB/s',
        { name: 'plain HTTP', value: median(rates.plainDown) },
        0.7,
      ),
    ];
  } finally {
    await plain.close();
    await system.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeVideo(folder: string, round: number): string {
  const file = path.join(folder, `film-${round}.mp4`);
  const noise = [
    '-f',
    'rawvideo',
    '-video_size',
    '1280x720',
    '-pix_fmt',
    'yuv420p',
    '-framerate',
    '25',
    '-i',
    '/dev/urandom',
  ];
  execFileSync('ffmpeg', [
    ...['-y', '-v', 'error', ...noise, '-frames:v', String(FRAMES)],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '4', '-movflags', '+faststart', file],
  ]);
  return file;
}

/** Seconds of both ways. */
async function throughAisle(system: System, file: string): Promise<{ whole: number; fetched: number }> {
  const { access, dataDir } = system;
  const ask = async <T>(call: string, body: BodyInit, type?: string): Promise<T> => {
    const answer = await fetch(`${access.apiUrl}${call}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access.apiToken}`, ...(type !== undefined && { 'content-type': type }) },
      body,
    });
    if (!answer.ok) throw new Error(`${call}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const form = new FormData();
  form.set('file', new Blob([readFileSync(file)]), 'film.mp4');
  const began = performance.now();
  const { contentId, sha256 } = await ask<{ contentId: string; sha256: string }>('/content', form);
  const body = { name: 'Upload', stores: [access.storeId], content: [{ contentId }], policy: 'loop', holdout: 0 };
  const { campaignId } = await ask<{ campaignId: string }>('/campaigns', JSON.stringify(body), 'application/json');
  const asked = performance.now();
  await ask(`/campaigns/${campaignId}/state`, JSON.stringify({ state: 'live' }), 'application/json');
  const kept = path.join(dataDir, 'agent', 'media', sha256);
  await waitFor('the file on the agent’s disk', () => existsSync(kept), 60_000, 2);
  const there = performance.now();
  await ask(`/campaigns/${campaignId}/state`, JSON.stringify({ state: 'ended' }), 'application/json');
  return { whole: (there - began) / 1000, fetched: (there - asked) / 1000 };
}

interface Plain {
  /** seconds up to a server's disk, and down from it to another file; each durable when it is over */
  both(file: string): Promise<{ up: number; down: number }>;
  close(): Promise<void>;
}

async function plainServer(folder: string): Promise<Plain> {
  const kept = path.join(folder, 'plain');
  const server: Server = createServer((incoming, answer) => {
    if (incoming.method === 'POST') void durable(incoming, kept).then(() => answer.end());
    else createReadStream(kept).pipe(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    async both(file) {
      const bytes = readFileSync(file);
      const began = performance.now();
      await new Promise<void>((resolve, reject) => {
        const sent = request(address, { method: 'POST' }, (answer) => answer.resume().on('end', resolve));
        sent.on('error', reject).end(bytes);
      });
      const up = performance.now();
      const answer = await new Promise<IncomingMessage>((resolve, reject) => get(address, resolve).on('error', reject));
      await durable(answer, `${kept}-down`);
      const down = performance.now();
      for (const name of await readdir(folder)) if (name.startsWith('plain')) rmSync(path.join(folder, name));
      return { up: (up - began) / 1000, down: (down - up) / 1000 };
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function durable(from: IncomingMessage, file: string): Promise<void> {
  await pipeline(from, createWriteStream(file));
  const handle = await open(file, 'r+');
  await handle.sync();
  await handle.close();
}
