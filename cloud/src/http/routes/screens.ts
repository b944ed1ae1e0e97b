import { Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BlockList, PauseBody, PinBody, PlayLog, PlayRow, ScreenOrderAnswer, problem } from '@aisle/contracts';
import { openRtb, playsCsv, storeTime, type RawQuery } from '../../insight/index.js';
import type { StoreVersion } from '../../ports/index.js';
import { invalid, notFound } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { DeviceParams, Period, StoreParams, answers, answersAs, storeOf } from '../route-schema.js';

/** What a shop's screens showed, and what people want of them. */
export function screenRoutes(app: FastifyInstance, parts: HttpParts): void {
  app.get(
    '/stores/:storeId/screens/:deviceId/plays',
    {
      schema: {
        tags: ['figures'],
        operationId: 'listPlays',
        summary: 'Proof of play: what a screen showed, why, and to how many',
        params: DeviceParams,
        querystring: Type.Object(Period),
        response: answers(Type.Array(PlayRow), 400, 401, 404),
      },
    },
    async (request) => {
      const { store, deviceId } = await pastScreenOf(request, parts);
      return parts.insight.plays(store, deviceId, request.query as RawQuery);
    },
  );

  app.get(
    '/stores/:storeId/screens/:deviceId/blocks',
    {
      schema: {
        tags: ['figures'],
        operationId: 'listBlocks',
        summary:
          'Blocks of campaigns that begin in the period at a screen: arm, whether they count, and what they gave',
        params: DeviceParams,
        querystring: Type.Object(Period),
        response: answers(BlockList, 400, 401, 404),
      },
    },
    async (request) => {
      const { store, deviceId } = await pastScreenOf(request, parts);
      return parts.insight.blocks(store, deviceId, request.query as RawQuery);
    },
  );

  app.get(
    '/stores/:storeId/plays',
    {
      schema: {
        tags: ['figures'],
        operationId: 'exportPlays',
        summary:
          'The shop’s log of plays: JSON with its chain, CSV, or the quantities of OpenRTB 2.6 for verified plays',
        params: StoreParams,
        querystring: Type.Object({
          ...Period,
          format: Type.Optional(
            Type.Union(
              FORMATS.map((format) => Type.Literal(format)),
              { description: 'json when left out' },
            ),
          ),
        }),
        response: answers(PlayLog, 400, 401, 404),
      },
    },
    async (request, reply) => {
      const store = await storeOf(request, parts);
      const { format = 'json' } = request.query as { format?: unknown };
      if (!FORMATS.some((known) => known === format))
        throw invalid(problem('format', 'mustBeOneOf', { choices: FORMATS.join(', ') }));
      const rows = await parts.insight.playLog(store, request.query as RawQuery);
      if (format === 'openrtb') return openRtb(rows, store.storeId);
      if (format === 'json') return rows;
      const time = storeTime(store.storeFile.store.timezone);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="plays.csv"')
        .send(playsCsv(rows, (ts) => time.iso(ts)) as never);
    },
  );

  for (const action of ['pin', 'pause', 'resume'] as const) {
    app.post(
      `/stores/:storeId/screens/:deviceId/${action}`,
      {
        config: { needs: 'screens.write' },
        bodyLimit: 4096,
        schema: {
          tags: ['screens'],
          operationId: `${action}Screen`,
          summary: ORDERS[action],
          params: DeviceParams,
          ...(action === 'pin' && { body: PinBody }),
          ...(action === 'pause' && { body: PauseBody }),
          response: answersAs(202, ScreenOrderAnswer, 400, 401, 403, 404),
        },
      },
      async (request, reply) => {
        const { store, deviceId } = await screenOf(request, parts);
        const who = principalOf(request);
        const wanted = action === 'resume' ? {} : (request.body as PinBody | PauseBody);
        const answer = await parts.orders.give(who, store, deviceId, action, wanted);
        const about = { audit: 'screen', by: who.name, store: store.storeId, screen: deviceId, action };
        request.log.info(about, 'somebody wants something of a screen');
        return reply.status(202).send(answer);
      },
    );
  }
}

const FORMATS = ['json', 'csv', 'openrtb'] as const;

const ORDERS = {
  pin: 'Show one item on a screen, for a time or until somebody resumes it. Answered once stored for the shop',
  pause: 'Let a screen show nothing of campaigns, for a time or until somebody resumes it',
  resume: 'Let a screen go on by itself',
} as const;

/** One whose past is asked for: it may be gone by now. @throws ApiFailure 404 where the store never had such a screen */
async function pastScreenOf(
  request: FastifyRequest,
  parts: Pick<HttpParts, 'stores' | 'versions'>,
): Promise<{ store: StoreVersion; deviceId: string }> {
  const store = await storeOf(request, parts);
  const { deviceId } = request.params as { deviceId: string };
  if (!(await parts.versions.hasHadScreen(store.storeId, deviceId))) throw notFound('screen');
  return { store, deviceId };
}

/** @throws ApiFailure 404 where the store has no such screen */
export async function screenOf(
  request: FastifyRequest,
  parts: Pick<HttpParts, 'stores'>,
): Promise<{ store: StoreVersion; deviceId: string }> {
  const store = await storeOf(request, parts);
  const { deviceId } = request.params as { deviceId: string };
  const device = (store.storeFile.devices ?? []).find((candidate) => candidate.id === deviceId);
  if (device?.family !== 'screen') throw notFound('screen');
  return { store, deviceId };
}
