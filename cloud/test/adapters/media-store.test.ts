import { createHash, createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MediaFolder } from '../../src/adapters/media-folder.js';
import { MediaObjects } from '../../src/adapters/media-objects.js';
import type { MediaStore } from '../../src/ports/index.js';
import { removeFolders, sha256, temporaryFolder } from '../service/harness.js';

const KEY = { accessKeyId: 'key', secretAccessKey: 'secret of the store' };
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Signature Version 4 as the S3 documents have it ("Authenticating Requests: Using the Authorization Header"), worked out anew. */
function isSigned(request: IncomingMessage, bodyHash: string): boolean {
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  if (!parts) return false;
  const [, id, day, region, names, signature] = parts as unknown as string[];
  const url = new URL(request.url ?? '', 'http://x');
  const query = [...url.searchParams].map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  const headers = (names as string).split(';');
  const said = request.headers['x-amz-content-sha256'] as string;
  const canonical = [
    ...[request.method, url.pathname, query.sort().join('&')],
    ...headers.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    ...['', names, said],
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = hmac(
    hmac(hmac(hmac(`AWS4${KEY.secretAccessKey}`, day as string), region as string), 's3'),
    'aws4_request',
  );
  const isBody = said === 'UNSIGNED-PAYLOAD' || said === bodyHash;
  return id === KEY.accessKeyId && isBody && hmac(key, text).toString('hex') === signature;
}

/** What the S3 documents say of PutObject, GetObject, DeleteObject and ListObjectsV2, as far as it is asked here. */
function objectStore(objects: Map<string, Buffer>): Server {
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const name = (request.url ?? '').split('?')[0] as string;
      const answer = (status: number, bytes: Buffer = Buffer.alloc(0)) => void response.writeHead(status).end(bytes);
      if (!isSigned(request, createHash('sha256').update(body).digest('hex'))) return answer(403);
      if (request.method === 'PUT') {
        objects.set(name, body);
        return answer(200);
      }
      if (request.method === 'DELETE') {
        objects.delete(name);
        return answer(204);
      }
      if (name === '/shelf') return answer(200);
      const found = objects.get(name);
      if (!found) return answer(404);
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
      return range ? answer(206, found.subarray(Number(range[1]), Number(range[2]) + 1)) : answer(200, found);
    });
  });
}

const objects = new Map<string, Buffer>();
const server = objectStore(objects);
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  removeFolders();
});

const whole = async (stream: Readable | undefined): Promise<Buffer | undefined> => {
  if (!stream) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

describe.each([
  ['a folder', (): MediaStore => new MediaFolder(path.join(temporaryFolder(), 'content'))],
  ['an object store', (): MediaStore => new MediaObjects({ ...KEY, url, bucket: 'shelf', prefix: 'aisle/' })],
])('files of the library in %s', (_name, made) => {
  it('are put once, read whole or in part, and removed', async () => {
    const store = made();
    await store.open();
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, at) => at % 251));
    const hash = createHash('sha256').update(bytes).digest('hex');
    const file = path.join(temporaryFolder(), 'given');
    writeFileSync(file, bytes);
    expect(await store.read(hash)).toBeUndefined();
    await store.put(hash, file, bytes.length);
    await store.put(hash, file, bytes.length);
    expect((await whole(await store.read(hash)))?.equals(bytes)).toBe(true);
    const part = await whole(await store.read(hash, { from: 10, to: 99_998 }));
    expect(part?.equals(bytes.subarray(10, 99_999))).toBe(true);
    await store.remove(hash);
    await store.remove(hash);
    expect(await store.read(hash)).toBeUndefined();
  });
});

describe('an object store', () => {
  it('that refuses the account, or is not there, is told by its address', async () => {
    const wrong = new MediaObjects({ ...KEY, secretAccessKey: 'another', url, bucket: 'shelf' });
    await expect(wrong.open()).rejects.toThrow(`${url} answers 403`);
    const nowhere = new MediaObjects({ ...KEY, url: 'http://127.0.0.1:1', bucket: 'shelf' });
    await expect(nowhere.open()).rejects.toMatchObject({ code: 'unreachable' });
  });
});
