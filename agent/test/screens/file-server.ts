import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import type { MediaFile } from '@aisle/contracts';

export const fileOf = (bytes: Buffer): MediaFile => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  type: 'image/png',
  bytes: bytes.length,
  width: 4,
  height: 3,
  seconds: null,
});

type Behaviour = (request: IncomingMessage, response: ServerResponse, bytes: Buffer, tag: string) => boolean;

/** A cloud's files by HTTP, written for these tests alone; each request may be told to go wrong first. */
export class FileServer {
  readonly files = new Map<string, Buffer>();
  readonly asked: { sha256: string; range: string | undefined; ifRange: string | undefined; login: string }[] = [];
  /** asked in turn; true: it has answered */
  readonly next: Behaviour[] = [];
  server: Server | undefined;

  async start(): Promise<string> {
    this.server = createServer((request, response) => this.#answer(request, response));
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/files`;
  }
  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }
  add(bytes: Buffer): MediaFile {
    const file = fileOf(bytes);
    this.files.set(file.sha256, bytes);
    return file;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const sha256 = (request.url ?? '').split('/').at(-1) ?? '';
    const { range, authorization = '' } = request.headers;
    const ifRange = request.headers['if-range'] as string | undefined;
    const login = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
    this.asked.push({ sha256, range, ifRange, login });
    const bytes = this.files.get(sha256);
    const tag = `"${sha256.slice(0, 12)}"`;
    const special = this.next.shift();
    if (special && special(request, response, bytes ?? Buffer.alloc(0), tag)) return;
    if (!bytes) return void response.writeHead(404).end();
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const part = from > 0 && ifRange === tag;
    response.writeHead(part ? 206 : 200, {
      etag: tag,
      'content-length': bytes.length - (part ? from : 0),
      ...(part && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    response.end(part ? bytes.subarray(from) : bytes);
  }
}

/** Sends the first bytes and lets the line break. */
export const breakOffAfter =
  (count: number): Behaviour =>
  (_request, response, bytes, tag) => {
    response.writeHead(200, { etag: tag, 'content-length': bytes.length });
    response.write(bytes.subarray(0, count), () => response.destroy());
    return true;
  };
export const answerStatus =
  (status: number): Behaviour =>
  (_request, response) => {
    response.writeHead(status).end();
    return true;
  };
