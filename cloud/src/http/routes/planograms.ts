import { Type, type Static } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  ApiError,
  ImportPreview,
  InvalidVersion,
  MadeImport,
  MadeVersion,
  NewPlanogram,
  PLANOGRAM_FORMATS,
  PlanogramFile,
  PlanogramView,
  RefusedImport,
  WhatIf,
  WhatIfView,
  instantOf,
  problem,
  type PlanogramFormat,
} from '@aisle/contracts';
import { NO_INSTANT } from '../../insight/index.js';
import { RefusedPlanogram } from '../../planograms/planograms.js';
import { WEEKS_AHEAD } from '../../planograms/what-if.js';
import { planogramView } from '../../planograms/view.js';
import { PsaError } from '../../planograms/psa/psa-error.js';
import { emptySpells } from '../empty-spells.js';
import { errorBody, invalid, notFound } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { StoreParams, answers, storeOf } from '../route-schema.js';
import { VERSION_REFUSALS, versionRefusal } from '../version-answers.js';

/** The largest PSA file that is read; see `PsaDocument`. */
const FILE_BYTES = 100 << 20;
const BODY_BYTES = 8 << 20;
const Format = Type.Union(PLANOGRAM_FORMATS.map((format) => Type.Literal(format)));
const FixtureId = Type.Optional(Type.String({ description: 'one fixture of the shop' }));

/** What stands where: looked at, changed, taken from files and written into files. */
export function planogramRoutes(app: FastifyInstance, parts: HttpParts): void {
  const { planograms } = parts;
  const tags = ['stores'];

  app.get(
    '/stores/:storeId/planogram',
    {
      schema: {
        tags,
        operationId: 'getPlanogram',
        summary: 'Which product sits in which slot, by the version that holds at a moment (left out: now)',
        params: StoreParams,
        querystring: Type.Object({
          at: Type.Optional(Type.String({ format: 'date-time', description: 'ISO 8601 with zone, past or future' })),
        }),
        response: answers(PlanogramView, 400, 401, 404),
      },
    },
    async (request) => planogramView(await versionAt(request, parts)),
  );

  app.put(
    '/stores/:storeId/planogram',
    {
      config: { needs: 'versions.write' },
      bodyLimit: BODY_BYTES,
      schema: {
        tags,
        operationId: 'putPlanogram',
        summary: 'Put other slots into fixtures, from now or later on: makes a version of the store file',
        params: StoreParams,
        body: NewPlanogram,
        response: { 201: MadeVersion, ...VERSION_REFUSALS },
      },
    },
    async (request, reply) => {
      const { storeId } = request.params as Static<typeof StoreParams>;
      return answered(reply, async () => {
        const by = principalOf(request).name;
        const made = await planograms.put(storeId, request.body as NewPlanogram, by);
        logged(request, storeId, by, made.version);
        return { status: 201, body: made };
      });
    },
  );

  app.post(
    '/stores/:storeId/planogram/what-if',
    {
      bodyLimit: BODY_BYTES,
      schema: {
        tags,
        operationId: 'askWhatIf',
        summary:
          'What products would sell with other slots in some fixtures, by the shop’s own figures of four weeks and what is known of shelves; makes nothing',
        params: StoreParams,
        body: WhatIf,
        response: { 200: WhatIfView, 400: InvalidVersion, 401: ApiError, 404: ApiError },
      },
    },
    async (request, reply) => {
      const store = await storeOf(request, parts);
      const { fixtures, weeks = WEEKS_AHEAD } = request.body as WhatIf;
      return answered(reply, async () => {
        const then = planograms.draft(store.storeFile, fixtures);
        return { status: 200, body: await parts.whatIfs.of(store, then, weeks, emptySpells(parts, store.storeId)) };
      });
    },
  );

  void app.register(async (files) => {
    files.removeAllContentTypeParsers();
    files.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: FILE_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    files.post(
      '/stores/:storeId/planogram/import',
      {
        config: { needs: 'versions.write', slowBody: true },
        bodyLimit: FILE_BYTES,
        schema: {
          tags,
          operationId: 'importPlanogram',
          summary:
            'Take a planogram from a PSA or CSV file (the body), from now or later on. 200 with dryRun=true and where nothing changes; 400 with `refused` where lines are refused',
          params: StoreParams,
          querystring: Type.Object({
            format: Format,
            dryRun: Type.Optional(Type.Boolean({ description: 'say what would change, and make nothing' })),
            fixture: FixtureId,
            basedOn: Type.Optional(Type.Integer({ description: 'the newest version that you know' })),
            validFrom: Type.Optional(Type.String({ format: 'date-time', description: 'left out: at once' })),
            note: Type.Optional(Type.String({ maxLength: 500 })),
            skipRefused: Type.Optional(Type.Boolean({ description: 'take the lines that are not refused' })),
          }),
          response: {
            ...VERSION_REFUSALS,
            200: ImportPreview,
            201: MadeImport,
            400: RefusedImport,
            413: ApiError,
          },
        },
      },
      async (request, reply) => {
        const { storeId } = request.params as Static<typeof StoreParams>;
        const query = request.query as Record<string, unknown>;
        const dryRun = flagOf(query, 'dryRun');
        const wishes = {
          format: formatOf(query),
          fixtureId: textOf(query, 'fixture'),
          basedOn: versionOf(query),
          validFrom: withPlus(textOf(query, 'validFrom')),
          note: textOf(query, 'note', 500),
          skipRefused: flagOf(query, 'skipRefused'),
        };
        if (!Buffer.isBuffer(request.body) || request.body.length === 0) throw invalid(problem('', 'fileEmpty'));
        const bytes = request.body;
        return answered(reply, async () => {
          const by = principalOf(request).name;
          const done = await planograms.import(storeId, bytes, wishes, by, dryRun);
          if (done.outcome !== 'made') return { status: 200, body: done.preview };
          logged(request, storeId, by, done.made.version);
          return { status: 201, body: { ...done.made, refused: done.refused } };
        });
      },
    );
  });

  app.get(
    '/stores/:storeId/planogram/export',
    {
      schema: {
        tags,
        operationId: 'exportPlanogram',
        summary:
          'The planogram as a file. psa: the file that was last imported (of `fixture`, or at all), with what has changed since; a new one where none was',
        params: StoreParams,
        querystring: Type.Object({ format: Format, fixture: FixtureId, at: Type.Optional(Type.String()) }),
        response: answers(PlanogramFile, 400, 401, 404),
      },
    },
    async (request, reply) => {
      const query = request.query as Record<string, unknown>;
      const format = formatOf(query);
      const fixtureId = textOf(query, 'fixture');
      const version = await versionAt(request, parts);
      if (fixtureId !== undefined && !version.storeFile.fixtures?.some(({ id }) => id === fixtureId))
        throw invalid(problem('fixture', 'namesNo', { what: 'fixture', id: fixtureId }));
      try {
        const bytes = await planograms.export(version, format, fixtureId);
        const name = [version.storeId, fixtureId, `v${version.version}`].filter(Boolean).join('-').replaceAll(':', '-');
        return await reply
          .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/octet-stream')
          .header('content-disposition', `attachment; filename="${name}.${format}"`)
          .serializer((body: unknown) => body as string)
          .send(Buffer.from(bytes));
      } catch (error) {
        if (error instanceof PsaError) throw invalid(error.problem);
        throw error;
      }
    },
  );
}

/** The version that the question is about. @throws ApiFailure */
async function versionAt(request: FastifyRequest, parts: HttpParts) {
  const now = await storeOf(request, parts);
  const given = (request.query as { at?: unknown }).at;
  if (given === undefined) return now;
  const ts = typeof given === 'string' ? instantOf(withPlus(given)) : 'form';
  if (typeof ts === 'string') throw invalid(problem('at', NO_INSTANT[ts]));
  const version = await parts.planograms.at(now.storeId, ts);
  if (!version) throw notFound('version');
  return version;
}

/** A "+" of an offset that a query string turned into a space. */
const withPlus = <T extends string | undefined>(time: T): T => time?.replace(/ (?=\d\d:?\d\d$)/, '+') as T;

const logged = (request: FastifyRequest, store: string, by: string, version: number): void =>
  request.log.info({ audit: 'planogram', by, store, version }, 'a version of the planogram was made');

interface Reply {
  status(code: number): { send(body: unknown): unknown };
}

/** What went well as it is; what was refused with all that is wrong. */
async function answered(reply: Reply, task: () => Promise<{ status: number; body: unknown }>): Promise<unknown> {
  try {
    const { status, body } = await task();
    return reply.status(status).send(body);
  } catch (error) {
    if (error instanceof PsaError) {
      const { line, column } = error;
      const refused = {
        ...{ line: line ?? 1, column: column === undefined ? null : column + 1, message: error.problem.message },
        ...{ code: error.problem.code, values: error.problem.values },
      };
      return reply.status(400).send({ ...errorBody('invalid', error.problem), refused: [refused] });
    }
    if (error instanceof RefusedPlanogram) {
      const { changes, changesLeftOut, refused } = error.preview;
      return reply.status(400).send({ ...errorBody('refused', error.problem), changes, changesLeftOut, refused });
    }
    const { status, body } = versionRefusal(error);
    return reply.status(status).send(body);
  }
}

function formatOf({ format }: Record<string, unknown>): PlanogramFormat {
  const found = PLANOGRAM_FORMATS.find((one) => one === format);
  if (!found) throw invalid(problem('format', 'mustBeOneOf', { choices: PLANOGRAM_FORMATS.join(', ') }));
  return found;
}

function flagOf(query: Record<string, unknown>, name: string): boolean {
  const given = query[name];
  if (given !== undefined && given !== 'true' && given !== 'false')
    throw invalid(problem(name, 'mustBeOneOf', { choices: 'true, false' }));
  return given === 'true';
}

function textOf(query: Record<string, unknown>, name: string, most = 200): string | undefined {
  const given = query[name];
  if (given === undefined || given === '') return undefined;
  if (typeof given !== 'string' || given.length > most)
    throw invalid(problem(name, 'expectedOther', { expected: 'charactersUpTo', most }));
  return given;
}

function versionOf({ basedOn }: Record<string, unknown>): number | undefined {
  if (basedOn === undefined) return undefined;
  if (typeof basedOn !== 'string' || !/^[1-9]\d{0,8}$/.test(basedOn))
    throw invalid(problem('basedOn', 'expectedOther', { expected: 'versionNumber' }));
  return Number(basedOn);
}
