import { Type, type Static } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import {
  DAY_MS,
  HeldSaleAnswer,
  HeldSaleDecision,
  HeldSaleRow,
  minorDigits,
  problem,
  understands,
} from '@aisle/contracts';
import { storeTime } from '../../insight/index.js';
import { spokenBy } from '../../inbox/inbox-view.js';
import { invalid, notFound } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { StoreParams, answers, answersAs, storeOf } from '../route-schema.js';

const HeldParams = Type.Composite([StoreParams, Type.Object({ heldId: Type.String() })]);
/** Years that a calendar writes. */
const LAST_TS = 253_402_300_799_999;

/** Sales that do not count because of their time, and what a person says of them. */
export function heldSalesRoutes(app: FastifyInstance, parts: HttpParts): void {
  const { statuses, inbox, agents, clock } = parts;
  const tags = ['sales'];
  const heldIn = async (storeId: string) => (await statuses.latest(storeId))?.heldSales ?? [];

  app.get(
    '/stores/:storeId/sales/held',
    {
      config: { needs: 'sales.write' },
      schema: {
        tags,
        operationId: 'listHeldSales',
        summary: 'Sales of tills that do not count since their time is impossible, the oldest first, at most 200',
        params: StoreParams,
        response: answers(Type.Array(HeldSaleRow), 401, 403, 404),
      },
    },
    async (request): Promise<HeldSaleRow[]> => {
      const { storeId, storeFile } = await storeOf(request, parts);
      const time = storeTime(storeFile.store.timezone);
      const unit = 10 ** minorDigits(storeFile.store.currency);
      return (await heldIn(storeId)).map(({ heldId, deviceId, receipt, ts, receivedTs, reason, lines, netMinor }) => ({
        ...{ heldId, receipt, reason, lines, till: deviceId },
        ts: ts >= 0 && ts <= LAST_TS ? time.iso(ts) : null,
        receivedTs: time.iso(receivedTs),
        net: netMinor / unit,
      }));
    },
  );

  app.post(
    '/stores/:storeId/sales/held/:heldId',
    {
      config: { needs: 'sales.write' },
      bodyLimit: 4096,
      schema: {
        tags,
        operationId: 'decideHeldSale',
        summary:
          'Accept a sale that was kept apart, with the time at which it was made, or drop it. Answered once stored for the shop',
        params: HeldParams,
        body: HeldSaleDecision,
        response: answersAs(202, HeldSaleAnswer, 400, 401, 403, 404),
      },
    },
    async (request, reply) => {
      const { storeId } = await storeOf(request, parts);
      const { heldId } = request.params as Static<typeof HeldParams>;
      const { action, ts } = request.body as HeldSaleDecision;
      const held = (await heldIn(storeId)).find((sale) => sale.heldId === heldId);
      if (!held) throw notFound('heldSale');
      const madeTs = ts ?? held.receivedTs;
      if (action === 'accept' && madeTs > clock.now() + DAY_MS) throw invalid(problem('ts', 'dayAhead'));
      await inbox.add(storeId, { kind: 'heldSale', heldId, action, ...(action === 'accept' && { ts: madeTs }) });
      const by = principalOf(request).name;
      request.log.info({ audit: 'heldSale', by, store: storeId, heldId, action }, 'a sale that was kept apart');
      const waits = !understands(spokenBy(await agents.agent(storeId)).commands, 'heldSale');
      const answer: HeldSaleAnswer = { heldId, action, waits };
      return reply.status(202).send(answer);
    },
  );
}
