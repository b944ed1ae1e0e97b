import { Type, type Static } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { HandoverView, KnockRow, TareAnswer, TareBody, WalkTestBody, WalkTestRow } from '@aisle/contracts';
import { deviceRows } from '../../enrolment/device-rows.js';
import { WalkTestError } from '../../enrolment/walk-tests.js';
import { invalid, notFound } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { SlotParams, StoreParams, answers, answersAs, storeOf } from '../route-schema.js';

/** What an installer does in a shop: who knocks, taring slots, walk tests, the hand-over sheet. */
export function installationRoutes(app: FastifyInstance, parts: HttpParts): void {
  const { hub, presence, statuses, agents, devices, clock, inbox, walkTests } = parts;
  const tags = ['devices'];

  app.get(
    '/stores/:storeId/knocks',
    {
      schema: {
        tags,
        operationId: 'listKnocks',
        summary: 'Names that tried to log in or to speak and are not in the store file, the newest first',
        params: StoreParams,
        response: answers(Type.Array(KnockRow), 401, 404),
      },
    },
    async (request) => {
      const { storeId, storeFile } = await storeOf(request, parts);
      const known = new Set((storeFile.devices ?? []).map(({ id }) => id));
      // one that has been enrolled a moment ago, and of which the agent has not heard yet, is no stranger
      return ((await statuses.latest(storeId))?.knocks ?? []).filter(({ name }) => !known.has(name));
    },
  );

  app.post(
    '/stores/:storeId/slots/:slotId/tare',
    {
      config: { needs: 'devices.write' },
      bodyLimit: 4096,
      schema: {
        tags,
        operationId: 'tareSlot',
        summary: 'Tare a slot: this known weight lies on it now (0: it is empty). Answered once stored for the shop',
        params: SlotParams,
        body: TareBody,
        response: answersAs(202, TareAnswer, 400, 401, 403, 404),
      },
    },
    async (request, reply) => {
      const { storeId, storeFile } = await storeOf(request, parts);
      const { slotId } = request.params as Static<typeof SlotParams>;
      const { knownGrams } = request.body as TareBody;
      const slots = (storeFile.fixtures ?? []).flatMap((fixture) => fixture.slots ?? []);
      if (!slots.some(({ id }) => id === slotId)) throw notFound('slot');
      const requestedTs = clock.now();
      const by = principalOf(request).name;
      await devices.addTare({ storeId, slotId, knownGrams, ts: requestedTs, by });
      inbox.notify(storeId).catch((error: unknown) => request.log.error({ err: error }, 'the inbox could not be sent'));
      request.log.info({ audit: 'tare', by, store: storeId, slot: slotId, knownGrams }, 'a slot was tared');
      const answer: TareAnswer = { slotId, knownGrams, requestedTs };
      return reply.status(202).send(answer);
    },
  );

  app.post(
    '/stores/:storeId/walk-tests',
    {
      config: { needs: 'walkTests.write' },
      bodyLimit: 256 * 1024,
      schema: {
        tags,
        operationId: 'keepWalkTest',
        summary: 'Keep a walk test: what somebody tapped going in and out, compared with what was counted',
        params: StoreParams,
        body: WalkTestBody,
        response: answersAs(201, WalkTestRow, 400, 401, 403, 404),
      },
    },
    async (request, reply) => {
      const store = await storeOf(request, parts);
      try {
        const row = await walkTests.add(store, request.body as WalkTestBody);
        request.log.info(
          { audit: 'walkTest', by: principalOf(request).name, store: store.storeId, walkTest: row.walkTestId },
          'a walk test was kept',
        );
        return await reply.status(201).send(row);
      } catch (error) {
        if (error instanceof WalkTestError) throw invalid(error.problem);
        throw error;
      }
    },
  );

  app.get(
    '/stores/:storeId/walk-tests',
    {
      schema: {
        tags,
        operationId: 'listWalkTests',
        summary: 'Walk tests, the newest first; young ones are compared anew',
        params: StoreParams,
        response: answers(Type.Array(WalkTestRow), 401, 404),
      },
    },
    async (request) => walkTests.list(await storeOf(request, parts)),
  );

  app.get(
    '/stores/:storeId/handover',
    {
      schema: {
        tags,
        operationId: 'getHandover',
        summary: 'What is handed over with a store: devices, calibration, walk tests, tares, versions',
        params: StoreParams,
        response: answers(HandoverView, 401, 404),
      },
    },
    async (request): Promise<HandoverView> => {
      const store = await storeOf(request, parts);
      const { storeId, version, storeFile } = store;
      const { snapshot, agentOnline } = await hub.look(storeId);
      const status = await statuses.latest(storeId);
      const agent = await agents.agent(storeId);
      const tares = new Map((await devices.tares(storeId)).map((tare) => [tare.slotId, tare]));
      return {
        storeId,
        name: storeFile.store.name,
        timezone: storeFile.store.timezone,
        madeTs: clock.now(),
        storeFileVersion: version,
        agentStoreFileVersion: status?.configVersion ?? agent?.configVersion ?? null,
        agentVersion: status?.agentVersion ?? agent?.agentVersion ?? null,
        agentOnline,
        agentLastSeenTs: presence.lastSeenTs(storeId),
        devices: deviceRows(storeFile, snapshot, status, await devices.credentials(storeId)),
        walkTests: await walkTests.list(store),
        slots: (storeFile.fixtures ?? []).flatMap((fixture) =>
          (fixture.slots ?? []).map(({ id, gtin }) => {
            const tare = tares.get(id);
            return {
              slotId: id,
              fixtureId: fixture.id,
              gtin: gtin ?? null,
              tared: tare ? { knownGrams: tare.knownGrams, ts: tare.ts, by: tare.by } : null,
            };
          }),
        ),
      };
    },
  );
}
