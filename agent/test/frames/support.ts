import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { spawnSync } from 'node:child_process';
import { PictureError, type Detections, type Detector } from '../../src/ports/detector.js';
import type { Clock, Timer } from '../../src/ports/clock.js';
import type { Random } from '../../src/ports/random.js';

export const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

/** Time that passes only when the test says so. */
export class TestClock implements Clock {
  ms = 0;
  #timers: { at: number; every?: number; action: () => void; dead: boolean }[] = [];
  constructor(readonly startTs = Date.parse('2026-03-02T02:00:00Z')) {}
  now(): number {
    return this.startTs + this.ms;
  }
  monotonicMs(): number {
    return this.ms;
  }
  after(ms: number, action: () => void): Timer {
    return this.#add({ at: this.ms + ms, action, dead: false });
  }
  every(ms: number, action: () => void): Timer {
    return this.#add({ at: this.ms + ms, every: ms, action, dead: false });
  }
  /** Lets time pass, with everything that falls due on the way. */
  async pass(ms: number): Promise<void> {
    const end = this.ms + ms;
    for (;;) {
      const next = this.#timers.filter(({ dead, at }) => !dead && at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.ms = next.at;
      if (next.every === undefined) next.dead = true;
      else next.at += next.every;
      next.action();
      await settled();
    }
    this.ms = end;
    await settled();
  }
  #add(timer: { at: number; every?: number; action: () => void; dead: boolean }): Timer {
    this.#timers.push(timer);
    return { cancel: () => (timer.dead = true) };
  }
}

/** Lets everything that hangs on finished promises run. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
}

export const steadyRandom: Random = { next: () => 0.5, id: () => '00000000-0000-4000-8000-000000000000' };

/** A picture with some structure, so that it does not compress to nothing. */
export async function picture(seed = 1, width = 64, height = 48): Promise<Buffer> {
  const raw = Buffer.alloc(width * height * 3);
  for (let i = 0; i < raw.length; i += 1) raw[i] = (i * 7 * seed + ((i * i) % (31 + seed))) & 255;
  return sharp(raw, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer();
}

/** Answers when it is told to; what is no JPEG it refuses as the real one does. */
export class FakeDetector implements Detector {
  readonly model = { name: 'fake', sha256: 'f'.repeat(64) };
  readonly asked: Uint8Array[] = [];
  closed = false;
  /** when set, answers wait for `answer()` */
  held: (() => void)[] | undefined;
  people: Detections = { width: 640, height: 360, boxes: [] };

  async detect(bytes: Uint8Array): Promise<Detections> {
    this.asked.push(Uint8Array.from(bytes));
    if (this.held) await new Promise<void>((resolve) => this.held?.push(resolve));
    if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new PictureError('is no picture; expected a JPEG');
    // As the real one: the memory goes to the worker.
    bytes.fill(0);
    return this.people;
  }
  async answer(): Promise<void> {
    this.held?.shift()?.();
    await settled();
  }
  async close(): Promise<void> {
    this.closed = true;
  }
}

/** An HTTP camera: MJPEG as cameras send it. */
export class MjpegCamera {
  readonly #server: Server;
  readonly responses = new Set<ServerResponse>();
  requests = 0;
  authorization: string | undefined;
  constructor(
    private readonly serve: (camera: MjpegCamera, response: ServerResponse) => void,
    private readonly withLogin = false,
  ) {
    this.#server = createServer((request, response) => {
      this.requests += 1;
      if (this.withLogin && request.headers.authorization === undefined) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end();
        return;
      }
      this.authorization = request.headers.authorization;
      response.on('error', () => undefined);
      this.responses.add(response);
      response.on('close', () => this.responses.delete(response));
      response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
      this.serve(this, response);
    });
  }
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/video.mjpg`;
  }
  send(response: ServerResponse, jpeg: Buffer): void {
    response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
    response.write(jpeg);
    response.write('\r\n');
  }
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
