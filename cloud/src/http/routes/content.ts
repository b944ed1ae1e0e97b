import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import multipart from '@fastify/multipart';
import { Type, type Static } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ContentFile, ContentList, ContentView, Nothing, problem } from '@aisle/contracts';
import { ContentError, tooLarge } from '../../content/library.js';
import { ApiFailure } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { answers, answersAs } from '../route-schema.js';
import { sendMedia } from '../send-media.js';

const ContentParams = Type.Object({ contentId: Type.String({ description: 'content id' }) });
/** widths that previews are made in: others are rounded up, so that few are made */
const WIDTHS = [160, 320, 640, 1280] as const;
/** one name beside the file, and the file */
const MOST_FIELD_BYTES = 1_000;

/** The library of an organisation. */
export function contentRoutes(app: FastifyInstance, parts: HttpParts): void {
  const { library, previews } = parts;
  const tags = ['content'];

  void app.register(async (forms) => {
    await forms.register(multipart, {
      limits: { files: 1, fields: 4, fieldSize: MOST_FIELD_BYTES, parts: 5 },
      throwFileSizeLimit: false,
    });
    forms.post(
      '/content',
      {
        config: { needs: 'content.write', somewhere: true, slowBody: true },
        schema: {
          tags,
          operationId: 'addContent',
          summary:
            'Put a picture or a video into the library: a form with `file` and, where its own is not to be used, `name`. 200 for bytes that it has already',
          response: { 200: ContentView, ...answersAs(201, ContentView, 400, 401, 403, 413, 415) },
        },
      },
      async (request, reply) => {
        if (!request.isMultipart()) throw new ApiFailure(415, 'mediaType', problem('', 'mediaForm'));
        const taken = await received(request, parts);
        try {
          const { organisationId, name: by } = principalOf(request);
          const { content, isNew } = await library.add(
            { organisationId, by, name: taken.name },
            taken.file,
            taken.bytes,
          );
          if (isNew) request.log.info({ audit: 'content', by, content: content.contentId }, 'content was added');
          return await reply.status((isNew ? 201 : 200) as 200).send(content);
        } finally {
          await rm(taken.folder, { recursive: true, force: true });
        }
      },
    );
  });

  app.get(
    '/content',
    {
      schema: {
        tags,
        operationId: 'listContent',
        summary: 'The library, the newest first, with the campaigns that show each',
        response: answers(ContentList),
      },
    },
    async (request) => {
      const { organisationId } = principalOf(request);
      await parts.campaigns.settle(organisationId);
      return library.list(organisationId);
    },
  );

  app.get(
    '/content/:contentId/file',
    {
      schema: {
        tags,
        operationId: 'getContentFile',
        summary: 'The bytes of a content; ranges are answered',
        params: ContentParams,
        response: answers(ContentFile, 401, 404),
      },
    },
    async (request, reply) => {
      const { contentId } = request.params as Static<typeof ContentParams>;
      const content = await library.content(principalOf(request).organisationId, contentId);
      return sendMedia(request, reply, parts.media, content);
    },
  );

  app.get(
    '/content/:contentId/preview',
    {
      schema: {
        tags,
        operationId: 'getContentPreview',
        summary: `A still of a content as WebP, at most ${WIDTHS.at(-1)} pixels wide`,
        params: ContentParams,
        querystring: Type.Object({ width: Type.Optional(Type.Integer({ description: 'pixels, 320 when left out' })) }),
        response: answers(ContentFile, 400, 401, 404),
      },
    },
    async (request, reply) => {
      const { contentId } = request.params as Static<typeof ContentParams>;
      const wanted = Number((request.query as { width?: string }).width ?? 320);
      if (!Number.isInteger(wanted) || wanted < 1 || wanted > 4096)
        throw new ApiFailure(
          400,
          'invalid',
          problem('width', 'expectedOther', { expected: 'wholeFromTo', least: 1, most: 4096 }),
        );
      const content = await library.content(principalOf(request).organisationId, contentId);
      const width = WIDTHS.find((one) => one >= wanted) ?? 1280;
      return reply
        .header('cache-control', 'private, max-age=31536000, immutable')
        .header('content-security-policy', "default-src 'none'; sandbox")
        .type('image/webp')
        .send(await previews.of(content, width));
    },
  );

  app.delete(
    '/content/:contentId',
    {
      config: { needs: 'content.write', somewhere: true },
      schema: {
        tags,
        operationId: 'deleteContent',
        summary: 'Take a content out of the library; 409 with `usedBy` while a campaign that is not over shows it',
        params: ContentParams,
        response: answers(Nothing, 401, 403, 404, 409),
      },
    },
    async (request) => {
      const { contentId } = request.params as Static<typeof ContentParams>;
      const who = principalOf(request);
      const { organisationId, name: by } = who;
      await parts.campaigns.settle(organisationId);
      await library.remove(organisationId, contentId);
      await parts.orders.contentGone(who, contentId);
      request.log.info({ audit: 'content', by, content: contentId }, 'content was deleted');
      return {};
    },
  );
}

interface Received {
  folder: string;
  file: string;
  name: string;
  bytes: number;
}

/** The form's file, on this machine's disk. The caller removes its folder. */
async function received(request: FastifyRequest, { library, incomingDir }: HttpParts): Promise<Received> {
  await mkdir(incomingDir, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(path.join(incomingDir, 'upload-'));
  const file = path.join(folder, 'file');
  try {
    let fileName: string | undefined;
    let name: string | undefined;
    for await (const part of request.parts({ limits: { fileSize: library.maxBytes + 1 } })) {
      if (part.type === 'field') {
        if (part.fieldname === 'name' && typeof part.value === 'string') name = part.value;
        continue;
      }
      if (part.fieldname !== 'file' || fileName !== undefined) {
        part.file.resume();
        continue;
      }
      fileName = part.filename ?? '';
      await pipeline(part.file, createWriteStream(file, { mode: 0o600, highWaterMark: 1 << 20 }));
      if (part.file.truncated) throw tooLarge(fileName, library.maxBytes);
    }
    if (fileName === undefined) throw new ContentError(400, problem('file', 'missing'));
    return {
      folder,
      file,
      name: name === undefined || name.trim() === '' ? fileName : name,
      bytes: (await stat(file)).size,
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const code = (error as { code?: string }).code ?? '';
    if (code.startsWith('FST_') || /multipart|Unexpected end|premature/i.test((error as Error).message))
      throw new ContentError(400, problem('', 'mediaForm'));
    throw error;
  }
}
