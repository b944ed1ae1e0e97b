import type { FastifyInstance } from 'fastify';
import { InboxView, RecomputeAnswer, RecomputeBody, instantOf, understands, problem } from '@aisle/contracts';
import { inboxView, spokenBy } from '../../inbox/inbox-view.js';
import { NO_INSTANT } from '../../insight/query.js';
import { invalid } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { StoreParams, answers, answersAs, storeOf } from '../route-schema.js';

/** What waits between a shop and the cloud, and figures that are to be computed anew. */
export function inboxRoutes(app: FastifyInstance, parts: HttpParts): void {
  const { agents, inbox, statuses, clock } = parts;
  const tags = ['stores'];

  app.get(
    '/stores/:storeId/inbox',
    {
      config: { needs: 'versions.write' },
      schema: {
        tags,
        operationId: 'getInbox',
        summary: "What waits for the shop's agent and why, what waits in the shop, and figures being computed anew",
        params: StoreParams,
        response: answers(InboxView, 401, 403, 404),
      },
    },
    async (request): Promise<InboxView> => {
      const { storeId } = await storeOf(request, parts);
      return inboxView(await agents.agent(storeId), await statuses.latest(storeId), await inbox.held(storeId));
    },
  );

  app.post(
    '/stores/:storeId/recompute',
    {
      config: { needs: 'facts.recompute' },
      bodyLimit: 4096,
      schema: {
        tags,
        operationId: 'recompute',
        summary:
          "Compute figures since then anew from the shop's journal, as far as it reaches. Answered once stored for the shop; GET inbox tells how it goes",
        params: StoreParams,
        body: RecomputeBody,
        response: answersAs(202, RecomputeAnswer, 400, 401, 403, 404),
      },
    },
    async (request, reply) => {
      const { storeId } = await storeOf(request, parts);
      const fromTs = instantOf((request.body as RecomputeBody).from);
      if (typeof fromTs !== 'number') throw invalid(problem('from', NO_INSTANT[fromTs]));
      if (fromTs < 0 || fromTs > clock.now()) throw invalid(problem('from', 'hasPassed'));
      await inbox.add(storeId, { kind: 'recompute', fromTs });
      const by = principalOf(request).name;
      const from = new Date(fromTs).toISOString();
      request.log.info({ audit: 'recompute', by, store: storeId, from }, 'figures are to be computed anew');
      const waits = !understands(spokenBy(await agents.agent(storeId)).commands, 'recompute');
      const answer: RecomputeAnswer = { from, waits };
      return reply.status(202).send(answer);
    },
  );
}
