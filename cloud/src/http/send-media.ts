import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ByteRange, ContentRecord, MediaStore } from '../ports/index.js';
import { notFound } from './errors.js';

/** The bytes of a content, all or a range of them (RFC 9110 §14). They never change, so they may be kept for ever. */
export async function sendMedia(
  request: FastifyRequest,
  reply: FastifyReply,
  media: MediaStore,
  { sha256, type, bytes }: Pick<ContentRecord, 'sha256' | 'type' | 'bytes'>,
): Promise<FastifyReply> {
  const etag = `"${sha256}"`;
  reply
    .header('etag', etag)
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'private, max-age=31536000, immutable')
    // whatever the bytes are, as a page they can do nothing
    .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
    .header('content-disposition', 'inline');
  if (request.headers['if-none-match'] === etag) return reply.status(304).send();
  const { range, 'if-range': ifRange } = request.headers;
  const wanted = range === undefined || (ifRange !== undefined && ifRange !== etag) ? undefined : rangeOf(range, bytes);
  if (wanted === 'outside') return reply.status(416).header('content-range', `bytes */${bytes}`).send();
  const stream = await media.read(sha256, wanted);
  if (!stream) throw notFound('content');
  reply.type(type).header('content-length', wanted ? wanted.to - wanted.from + 1 : bytes);
  if (wanted) reply.status(206).header('content-range', `bytes ${wanted.from}-${wanted.to}/${bytes}`);
  return reply.send(stream);
}

/** One range; several, or what is none, are answered by the whole: RFC 9110 lets a server do so. */
export function rangeOf(header: string, bytes: number): ByteRange | 'outside' | undefined {
  const parts = /^bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))$/i.exec(header.trim());
  if (!parts) return undefined;
  const [, first, last, suffix] = parts;
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), bytes);
    return length === 0 ? 'outside' : { from: bytes - length, to: bytes - 1 };
  }
  const from = Number(first);
  if (from >= bytes) return 'outside';
  const to = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  return to < from ? undefined : { from, to };
}
