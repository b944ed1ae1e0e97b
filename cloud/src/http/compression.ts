import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

/** Smaller answers gain nothing that a packet would notice. */
const LEAST_BYTES = 1024;
/** Of eleven: beyond it each answer costs many times the time for a few percent. */
const BROTLI_QUALITY = 4;
const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/** What a caller takes, the better first; a coding with `q=0` is refused. */
export function codingOf(accepted: string | undefined): 'br' | 'gzip' | undefined {
  const taken = (accepted ?? '').split(',').flatMap((entry) => {
    const [name = '', ...settings] = entry.split(';').map((part) => part.trim().toLowerCase());
    return settings.some((setting) => /^q=0(\.0*)?$/.test(setting)) ? [] : [name];
  });
  return (['br', 'gzip'] as const).find((coding) => taken.includes(coding));
}

/** JSON and text of the API go compressed to whoever takes that: figures shrink to a tenth, which a phone's line notices. */
export function installCompression(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || payload.length < LEAST_BYTES || reply.hasHeader('content-encoding'))
      return payload;
    reply.header('vary', 'accept-encoding');
    const coding = codingOf(request.headers['accept-encoding']);
    if (!coding || request.method === 'HEAD') return payload;
    const bytes = Buffer.from(payload);
    const packed =
      coding === 'br'
        ? await toBrotli(bytes, {
            params: {
              [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
              [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
            },
          })
        : await toGzip(bytes, { level: 6 });
    reply.header('content-encoding', coding);
    reply.removeHeader('content-length');
    return packed;
  });
}
