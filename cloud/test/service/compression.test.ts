import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { codingOf, installCompression } from '../../src/http/compression.js';

describe('compressed answers', () => {
  const rows = Array.from({ length: 500 }, (_, index) => ({ index, zoneId: 'dairy', visits: index * 3 }));
  const app = fastify();
  installCompression(app);
  app.get('/rows', async () => rows);
  app.get('/small', async () => ({ ok: true }));
  const get = (url: string, coding?: string) =>
    app.inject({ url, ...(coding !== undefined && { headers: { 'accept-encoding': coding } }) });

  it('come as the caller takes them, the better coding first, and say so', async () => {
    const plain = await get('/rows');
    const text = JSON.stringify(rows);
    expect([plain.payload, plain.headers['content-encoding'], plain.headers.vary]).toEqual([
      text,
      undefined,
      'accept-encoding',
    ]);
    const brotli = await get('/rows', 'gzip, deflate, br');
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(brotli.rawPayload).toString()).toBe(text);
    expect(brotli.rawPayload.length).toBeLessThan(text.length / 4);
    expect(Number(brotli.headers['content-length'])).toBe(brotli.rawPayload.length);
    const gzip = await get('/rows', 'gzip');
    expect(gunzipSync(gzip.rawPayload).toString()).toBe(text);
  });

  it('are left alone where they are small, or where nothing is taken', async () => {
    expect((await get('/small', 'br')).headers['content-encoding']).toBeUndefined();
    expect((await get('/rows', 'br;q=0, identity')).headers['content-encoding']).toBeUndefined();
    expect([codingOf('br;q=0, gzip;q=0.5'), codingOf('zstd'), codingOf(undefined)]).toEqual([
      'gzip',
      undefined,
      undefined,
    ]);
  });
});
