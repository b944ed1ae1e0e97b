import { Type, type Static } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import {
  CampaignBody,
  CampaignList,
  CampaignStateBody,
  CampaignView,
  LiftView,
  REPLAY_POLICIES,
  ReplayView,
  problem,
} from '@aisle/contracts';
import { invalid } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { StoreParams, answers, answersAs, storeOf } from '../route-schema.js';

export const CampaignParams = Type.Object({ campaignId: Type.String({ description: 'campaign id' }) });
const BODY_BYTES = 512 * 1024;

/** Campaigns: made as drafts, set going, paused, ended. */
export function campaignRoutes(app: FastifyInstance, parts: HttpParts): void {
  const { campaigns } = parts;
  const tags = ['campaigns'];
  // whether the caller's role holds in the stores that a campaign names is looked at with them
  const writes = { needs: 'campaigns.write', somewhere: true } as const;

  app.get(
    '/campaigns',
    {
      schema: {
        tags,
        operationId: 'listCampaigns',
        summary: 'Campaigns, the newest first',
        response: answers(CampaignList),
      },
    },
    async (request) => campaigns.list(principalOf(request)),
  );

  app.post(
    '/campaigns',
    {
      config: writes,
      bodyLimit: BODY_BYTES,
      schema: {
        tags,
        operationId: 'makeCampaign',
        summary: 'Make a campaign: a draft, which nothing shows before it is said to be live',
        body: CampaignBody,
        response: answersAs(201, CampaignView, 400, 401, 403),
      },
    },
    async (request, reply) => {
      const who = principalOf(request);
      const made = await campaigns.make(who, request.body as CampaignBody);
      request.log.info({ audit: 'campaign', by: who.name, campaign: made.campaignId }, 'a campaign was made');
      return reply.status(201).send(made);
    },
  );

  app.get(
    '/campaigns/:campaignId',
    {
      schema: {
        tags,
        operationId: 'getCampaign',
        summary: 'A campaign: every setting, its state now, and who did what when',
        params: CampaignParams,
        response: answers(CampaignView, 401, 404),
      },
    },
    async (request) =>
      campaigns.view(principalOf(request), (request.params as Static<typeof CampaignParams>).campaignId),
  );

  app.put(
    '/campaigns/:campaignId',
    {
      config: writes,
      bodyLimit: BODY_BYTES,
      schema: {
        tags,
        operationId: 'changeCampaign',
        summary: 'Change a campaign that is not over; what is left out takes its usual value',
        params: CampaignParams,
        body: CampaignBody,
        response: answers(CampaignView, 400, 401, 403, 404, 409),
      },
    },
    async (request) => {
      const who = principalOf(request);
      const { campaignId } = request.params as Static<typeof CampaignParams>;
      const changed = await campaigns.change(who, campaignId, request.body as CampaignBody);
      request.log.info({ audit: 'campaign', by: who.name, campaign: campaignId }, 'a campaign was changed');
      return changed;
    },
  );

  app.post(
    '/campaigns/:campaignId/state',
    {
      config: writes,
      bodyLimit: 4096,
      schema: {
        tags,
        operationId: 'setCampaignState',
        summary: 'Set a campaign going (scheduled until it begins), pause it, or end it for good',
        params: CampaignParams,
        body: CampaignStateBody,
        response: answers(CampaignView, 400, 401, 403, 404, 409),
      },
    },
    async (request) => {
      const who = principalOf(request);
      const { campaignId } = request.params as Static<typeof CampaignParams>;
      const { state } = request.body as Static<typeof CampaignStateBody>;
      const said = await campaigns.say(who, campaignId, state);
      request.log.info({ audit: 'campaign', by: who.name, campaign: campaignId, state }, 'a campaign was set');
      return said;
    },
  );

  app.get(
    '/stores/:storeId/campaigns',
    {
      schema: {
        tags,
        operationId: 'listStoreCampaigns',
        summary: 'Campaigns of one store, the newest first',
        params: StoreParams,
        response: answers(CampaignList, 401, 404),
      },
    },
    async (request) => {
      const { storeId } = await storeOf(request, parts);
      return campaigns.list(principalOf(request), storeId);
    },
  );

  app.get(
    '/campaigns/:campaignId/lift',
    {
      schema: {
        tags,
        operationId: 'getLift',
        summary:
          'What a campaign was worth: lift by its blocks, with an interval for its end and one that may be read every day',
        params: CampaignParams,
        querystring: Type.Object({
          store: Type.Optional(Type.String({ description: 'one store; all when left out' })),
        }),
        response: answers(LiftView, 400, 401, 404),
      },
    },
    async (request) => {
      const { campaignId } = request.params as Static<typeof CampaignParams>;
      const { store } = request.query as { store?: unknown };
      return parts.lifts.of(principalOf(request), campaignId, typeof store === 'string' ? store : undefined);
    },
  );

  app.get(
    '/campaigns/:campaignId/replay',
    {
      schema: {
        tags,
        operationId: 'getReplay',
        summary: 'What another policy would have been worth, from the decisions of the last four weeks',
        params: CampaignParams,
        querystring: Type.Object({ policy: Type.Union(REPLAY_POLICIES.map((policy) => Type.Literal(policy))) }),
        response: answers(ReplayView, 400, 401, 404),
      },
    },
    async (request) => {
      const { campaignId } = request.params as Static<typeof CampaignParams>;
      const { policy } = request.query as { policy?: unknown };
      const found = REPLAY_POLICIES.find((one) => one === policy);
      if (!found) throw invalid(problem('policy', 'mustBeOneOf', { choices: REPLAY_POLICIES.join(', ') }));
      return parts.replays.of(principalOf(request), campaignId, found);
    },
  );

  app.get(
    '/stores/:storeId/campaigns/:campaignId/lift',
    {
      schema: {
        tags,
        operationId: 'getStoreLift',
        summary: 'The same for one store',
        params: Type.Composite([StoreParams, CampaignParams]),
        response: answers(LiftView, 400, 401, 404),
      },
    },
    async (request) => {
      const { storeId } = await storeOf(request, parts);
      const { campaignId } = request.params as Static<typeof CampaignParams>;
      return parts.lifts.of(principalOf(request), campaignId, storeId);
    },
  );
}
