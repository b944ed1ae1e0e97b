import { Type, type Static } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { storeTime } from '../../insight/index.js';
import {
  Nothing,
  RIGHTS,
  StoreChangeBody,
  StoreFileView,
  StoreFilesBody,
  StoreRow,
  TakenStores,
} from '@aisle/contracts';
import { mayIn } from '../../access/rights.js';
import { principalOf, type HttpParts } from '../parts.js';
import { StoreParams, answers, shownFile, storeOf } from '../route-schema.js';

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
      const { grants, organisationId } = principalOf(request);
      const stores = await parts.stores.list(organisationId);
      return stores
        .filter((record) => mayIn(grants, 'read', record))
        .map((record) => {
          const { name, timezone, currency } = record.current.storeFile.store;
          const { simulated } = record;
          const iso = (ts: number): string => storeTime(timezone).iso(ts);
          return {
            ...{ storeId: record.storeId, name, timezone, currency },
            ...(simulated && {
              simulated: {
                ...{ from: iso(simulated.fromTs), to: iso(simulated.toTs), complete: simulated.complete },
                ...(simulated.readyFromTs !== undefined && { readyFrom: iso(simulated.readyFromTs) }),
              },
            }),
          };
        });
    },
  );

  app.post(
    '/stores',
    {
      config: { needs: 'stores.manage' },
      bodyLimit: 16 * 1024 * 1024,
      schema: {
        tags: ['stores'],
        operationId: 'takeStores',
        summary:
          'Take in the store files of any number of shops: new shops are made, known ones get a new version where their file has changed',
        body: StoreFilesBody,
        response: answers(TakenStores, 400, 401, 403),
      },
    },
    async (request) => {
      const { storeFiles, agents } = request.body as StoreFilesBody;
      const { organisationId, name } = principalOf(request);
      const taken = await parts.intake.take(organisationId, storeFiles, agents ?? false);
      const stores = taken.stores.map(({ storeId, outcome, version }) => ({ storeId, outcome, version }));
      request.log.info(
        { audit: 'stores', by: name, stores: stores.slice(0, 20), count: stores.length, refused: taken.refused.length },
        'store files were taken in',
      );
      return taken;
    },
  );

  app.patch(
    '/stores/:storeId',
    {
      config: { needs: 'stores.manage' },
      bodyLimit: 4096,
      schema: {
        tags: ['stores'],
        operationId: 'changeStore',
        summary: 'Put a store into a region of the organisation: roles that hold for the region hold in it',
        params: StoreParams,
        body: StoreChangeBody,
        response: answers(Nothing, 400, 401, 403, 404),
      },
    },
    async (request) => {
      const { storeId } = request.params as Static<typeof StoreParams>;
      const { region } = request.body as Static<typeof StoreChangeBody>;
      await parts.stores.setRegion(storeId, region);
      request.log.info(
        { audit: 'store', by: principalOf(request).name, store: storeId, region },
        'a store was changed',
      );
      return {};
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
      const agentVersion = (await parts.statuses.latest(storeId))?.configVersion ?? agent?.configVersion ?? null;
      const record = await parts.stores.record(storeId);
      const { grants } = principalOf(request);
      const rights = RIGHTS.filter((right) => record && mayIn(grants, right, record));
      const shown = await shownFile(request, parts, storeId, storeFile);
      return { storeId, version, agentVersion, storeFile: shown, region: record?.region ?? null, rights };
    },
  );
}
