import { Type, type Static } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import {
  EFFECT_METRICS,
  EffectView,
  MadeVersion,
  NewVersion,
  VersionPreview,
  VersionRow,
  VersionView,
  storeFileText,
  problem,
} from '@aisle/contracts';
import { invalid, notFound } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { StoreParams, VersionParams, answers, shownFile, storeOf } from '../route-schema.js';
import { VERSION_REFUSALS, versionRefusal } from '../version-answers.js';

/** a shop with tens of thousands of products; an agent's broker takes packets of this size */
const FILE_BYTES = 8 * 1024 * 1024;

/** The time line of a store's file: its versions, and how a new one is made. */
export function versionRoutes(app: FastifyInstance, parts: HttpParts): void {
  const { versions } = parts;
  const tags = ['stores'];

  app.get(
    '/stores/:storeId/versions',
    {
      schema: {
        tags,
        operationId: 'listVersions',
        summary: 'Versions of the store file, the newest first: from when on each holds, who made it, and what changed',
        params: StoreParams,
        querystring: Type.Object({
          about: Type.Optional(
            Type.String({
              maxLength: 8000,
              description:
                'ids of zones, fixtures, slots, products, devices, separated by commas: only versions that changed one of them, with all that they changed of it',
            }),
          ),
        }),
        response: answers(Type.Array(VersionRow), 400, 401, 404),
      },
    },
    async (request) => {
      const { about } = request.query as { about?: unknown };
      if (about !== undefined && typeof about !== 'string') throw invalid(problem('about', 'missing'));
      const ids = about?.split(',').filter((id) => id !== '');
      return versions.list((request.params as Static<typeof StoreParams>).storeId, ids && new Set(ids));
    },
  );

  app.get(
    '/stores/:storeId/versions/:version',
    {
      schema: {
        tags,
        operationId: 'getVersion',
        summary: 'One version with the whole store file; format=yaml gives the file alone, to be edited and sent back',
        params: VersionParams,
        querystring: Type.Object({
          format: Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('yaml')])),
        }),
        response: answers(VersionView, 400, 401, 404),
      },
    },
    async (request, reply) => {
      const { storeId, version: asked } = request.params as Static<typeof VersionParams>;
      const { format = 'json' } = request.query as { format?: unknown };
      if (format !== 'json' && format !== 'yaml')
        throw invalid(problem('format', 'mustBeOneOf', { choices: 'json, yaml' }));
      const view = /^[1-9]\d{0,8}$/.test(String(asked)) ? await versions.one(storeId, Number(asked)) : undefined;
      if (!view) throw notFound('version');
      const storeFile = await shownFile(request, parts, storeId, view.storeFile);
      if (format === 'json') return { ...view, storeFile };
      return reply
        .header('content-type', 'application/yaml; charset=utf-8')
        .header('content-disposition', `attachment; filename="${storeId.replaceAll(':', '-')}-v${view.version}.yaml"`)
        .serializer((text: string) => text)
        .send(storeFileText(storeFile, view.version));
    },
  );

  app.get(
    '/stores/:storeId/versions/:version/effect',
    {
      schema: {
        tags,
        operationId: 'getVersionEffect',
        summary:
          'What a version was worth: the zones that it changed against other zones or shops, by difference in differences with placebo inference',
        params: VersionParams,
        querystring: Type.Object({
          metric: Type.Optional(
            Type.Union(
              EFFECT_METRICS.map((metric) => Type.Literal(metric)),
              { description: 'salesNet when left out' },
            ),
          ),
        }),
        response: answers(EffectView, 400, 401, 404),
      },
    },
    async (request) => {
      const store = await storeOf(request, parts);
      const { version } = request.params as Static<typeof VersionParams>;
      const { metric: asked = 'salesNet' } = request.query as { metric?: unknown };
      const metric = EFFECT_METRICS.find((name) => name === asked);
      if (!metric) throw invalid(problem('metric', 'mustBeOneOf', { choices: EFFECT_METRICS.join(', ') }));
      const view = /^[1-9]\d{0,8}$/.test(String(version))
        ? await parts.effects.of(principalOf(request), store, Number(version), metric)
        : undefined;
      if (!view) throw notFound('version');
      return view;
    },
  );

  app.post(
    '/stores/:storeId/versions',
    {
      config: { needs: 'versions.write' },
      bodyLimit: FILE_BYTES,
      schema: {
        tags,
        operationId: 'makeVersion',
        summary:
          'Make a version that holds from now or later on; dryRun=true (answer 200) says what it would change without making it',
        params: StoreParams,
        querystring: Type.Object({ dryRun: Type.Optional(Type.Boolean()) }),
        body: NewVersion,
        response: { 200: VersionPreview, 201: MadeVersion, ...VERSION_REFUSALS },
      },
    },
    async (request, reply) => {
      const { storeId } = request.params as Static<typeof StoreParams>;
      const { dryRun } = request.query as { dryRun?: unknown };
      if (dryRun !== undefined && dryRun !== 'true' && dryRun !== 'false')
        throw invalid(problem('dryRun', 'mustBeOneOf', { choices: 'true, false' }));
      const body = request.body as NewVersion;
      try {
        if (dryRun === 'true') return await versions.preview(storeId, body);
        const by = principalOf(request).name;
        const made = await versions.make(storeId, body, by);
        request.log.info(
          { audit: 'version', by, store: storeId, version: made.version, validFrom: made.validFrom },
          'a version of the store file was made',
        );
        return await reply.status(201).send(made);
      } catch (error) {
        const { status, body: refusal } = versionRefusal(error);
        return reply.status(status).send(refusal);
      }
    },
  );
}
