import { Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BlockList, PlayRow } from '@aisle/contracts';
import type { RawQuery } from '../../insight/index.js';
import type { StoreVersion } from '../../ports/index.js';
import { notFound } from '../errors.js';
import type { HttpParts } from '../parts.js';
import { DeviceParams, Period, answers, storeOf } from '../route-schema.js';

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
      const { store, deviceId } = await screenOf(request, parts);
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
      const { store, deviceId } = await screenOf(request, parts);
      return parts.insight.blocks(store, deviceId, request.query as RawQuery);
    },
  );
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
