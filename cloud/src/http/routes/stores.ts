import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { StoreFileView, StoreRow } from '@aisle/contracts';
import { principalOf, type HttpParts } from '../parts.js';
import { StoreParams, answers, storeOf } from '../route-schema.js';

/** The shops and their files. */
export function storeRoutes(app: FastifyInstance, parts: HttpParts): void {
  app.get(
    '/stores',
    {
      schema: {
        tags: ['stores'],
        operationId: 'listStores',
        summary: 'Your stores',
        response: answers(Type.Array(StoreRow)),
      },
    },
    async (request) => {
      const stores = await parts.stores.list(principalOf(request).organisationId);
      return stores.map(({ storeId, storeFile: { store } }) => {
        return { storeId, name: store.name, timezone: store.timezone, currency: store.currency };
      });
    },
  );

  app.get(
    '/stores/:storeId/file',
    {
      schema: {
        tags: ['stores'],
        operationId: 'getStoreFile',
        summary: 'The store file in force, and the version that the agent has',
        params: StoreParams,
        response: answers(StoreFileView, 401, 404),
      },
    },
    async (request) => {
      const { storeId, version, storeFile } = await storeOf(request, parts);
      const agent = await parts.agents.agent(storeId);
      const agentVersion = parts.statuses.get(storeId)?.configVersion ?? agent?.configVersion ?? null;
      return { storeId, version, agentVersion, storeFile };
    },
  );
}
