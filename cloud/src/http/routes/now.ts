import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { AlertRow, LiveView, ScreenRow } from '@aisle/contracts';
import type { HttpParts } from '../parts.js';
import { StoreParams, answers, storeOf } from '../route-schema.js';

/** What is so now. Asking opens a watch of 60 s, so that a page which asks again is answered at once. */
export function nowRoutes(app: FastifyInstance, parts: HttpParts): void {
  const { hub } = parts;

  app.get(
    '/stores/:storeId/live',
    {
      schema: {
        tags: ['live'],
        summary: 'People on the floor now, the heat of the last minute, the devices',
        params: StoreParams,
        response: answers(LiveView, 401, 404),
      },
    },
    async (request): Promise<LiveView> => {
      const { storeId } = await storeOf(request, parts);
      const { snapshot, agentOnline } = await hub.look(storeId);
      const { ts, occupancy, zones, heat, devices } = snapshot;
      return { ts, occupancy, zones, heat, devices, agentOnline };
    },
  );

  app.get(
    '/stores/:storeId/screens',
    {
      schema: {
        tags: ['live'],
        summary: 'What each screen shows now, and why',
        params: StoreParams,
        response: answers(Type.Array(ScreenRow), 401, 404),
      },
    },
    async (request) => (await hub.look((await storeOf(request, parts)).storeId)).snapshot.screens,
  );

  app.get(
    '/stores/:storeId/alerts',
    {
      schema: {
        tags: ['live'],
        summary: 'What needs somebody: agents and devices that are away',
        params: StoreParams,
        response: answers(Type.Array(AlertRow), 401, 404),
      },
    },
    async (request) => (await hub.look((await storeOf(request, parts)).storeId)).snapshot.alerts,
  );
}
