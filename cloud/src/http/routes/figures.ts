import { Type, type TSchema } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import {
  AvailabilityRow,
  DwellView,
  FootfallRow,
  HeatmapView,
  PageView,
  ProductRow,
  ProposalsView,
  SalesRow,
  ShoppersRow,
  ShoppersView,
  SlotFunnelRow,
  SlotRow,
  UnjoinedView,
  ZoneRow,
  problem,
} from '@aisle/contracts';
import { PAGE_PARTS, type Insight, type RawQuery, type StoreContext } from '../../insight/index.js';
import { maySeeCosts, withoutMargins } from '../costs.js';
import { emptySpells } from '../empty-spells.js';
import { invalid, notFound } from '../errors.js';
import type { HttpParts } from '../parts.js';
import { Bucket, Period, StoreParams, answers, storeOf } from '../route-schema.js';

interface Figure {
  operationId: string;
  path: string;
  summary: string;
  query: TSchema;
  answer: TSchema;
  /** not everybody sees them */
  hasMargins?: true;
  ask(insight: Insight, store: StoreContext, query: RawQuery): Promise<unknown>;
}

const One = (thing: string) =>
  Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: `one ${thing}’s rows alone, also those in which nothing happened to it`,
    }),
  );

const FIGURES: readonly Figure[] = [
  {
    operationId: 'getFootfall',
    path: 'footfall',
    summary: 'People in and out per entrance',
    query: Type.Object({ ...Period, bucket: Bucket('minute', 'hour', 'day', 'all') }),
    answer: Type.Array(FootfallRow),
    ask: (insight, store, query) => insight.footfall(store, query),
  },
  {
    operationId: 'getZoneMetrics',
    path: 'zones/metrics',
    summary: 'Visits, dwell, engagement, goods and money per zone',
    query: Type.Object({
      ...Period,
      bucket: Bucket('minute', 'hour', 'day', 'all'),
      engagedAfter: Type.Optional(Type.Integer({ minimum: 0, description: 'whole seconds; default: each zone’s own' })),
      zoneId: One('zone'),
    }),
    answer: Type.Array(ZoneRow),
    ask: (insight, store, query) => insight.zoneMetrics(store, query),
  },
  {
    operationId: 'getProductMetrics',
    path: 'products/metrics',
    summary: 'Sales, handling and stock per product',
    query: Type.Object({ ...Period, bucket: Bucket('minute', 'hour', 'day', 'all'), gtin: One('product') }),
    answer: Type.Array(ProductRow),
    hasMargins: true,
    ask: (insight, store, query) => insight.productMetrics(store, query),
  },
  {
    operationId: 'getSlotMetrics',
    path: 'slots/metrics',
    summary: 'Pickups, putbacks and stock per slot that is sensed',
    query: Type.Object({ ...Period, bucket: Bucket('minute', 'hour', 'day', 'all') }),
    answer: Type.Array(SlotRow),
    ask: (insight, store, query) => insight.slotMetrics(store, query),
  },
  {
    operationId: 'getHeatmap',
    path: 'heatmap',
    summary: 'Person-seconds per cell of the floor',
    query: Type.Object(Period),
    answer: HeatmapView,
    ask: (insight, store, query) => insight.heatmap(store, query),
  },
  {
    operationId: 'getShopperMetrics',
    path: 'shoppers/metrics',
    summary: 'Footfall, transactions, value per shopper',
    query: Type.Object(Period),
    answer: ShoppersView,
    ask: (insight, store, query) => insight.shopperMetrics(store, query),
  },
  {
    operationId: 'getShoppersOverTime',
    path: 'shoppers/over-time',
    summary:
      'The same over time, a row for each hour, day or minute of which the shop has told anything, also where nobody came',
    query: Type.Object({ ...Period, bucket: Bucket('minute', 'hour', 'day') }),
    answer: Type.Array(ShoppersRow),
    ask: (insight, store, query) => insight.shoppersOverTime(store, query),
  },
  {
    operationId: 'getPage',
    path: 'page',
    summary: 'Everything that a page shows of a period, in one answer',
    query: Type.Object({
      ...Period,
      bucket: Bucket('minute', 'hour', 'day'),
      before: Type.Optional(
        Type.String({
          format: 'date-time',
          description: 'where an equally long period begins to compare with; none without it',
        }),
      ),
      parts: Type.Optional(
        Type.String({ description: `what else is wanted, separated by commas: ${PAGE_PARTS.join(', ')}` }),
      ),
      begin: Type.Optional(
        Type.Union([Type.Literal('asked'), Type.Literal('sensed')], {
          description:
            '`sensed`: the period begins where in it anything was first sensed, and `sensingSince` says so; default `asked`',
        }),
      ),
    }),
    answer: PageView,
    hasMargins: true,
    ask: (insight, store, query) => insight.page(store, query),
  },
  {
    operationId: 'getSales',
    path: 'sales',
    summary: 'Sales over time',
    query: Type.Object({ ...Period, bucket: Bucket('minute', 'hour', 'day', 'all') }),
    answer: Type.Array(SalesRow),
    ask: (insight, store, query) => insight.sales(store, query),
  },
];

/** The figures of a period. What they mean and how a question is checked is insight's business. */
export function figureRoutes(app: FastifyInstance, parts: HttpParts): void {
  for (const { operationId, path, summary, query, answer, ask, hasMargins } of FIGURES) {
    app.get(
      `/stores/:storeId/${path}`,
      {
        schema: {
          tags: ['figures'],
          operationId,
          summary,
          params: StoreParams,
          querystring: query,
          response: answers(answer, 400, 401, 404),
        },
      },
      async (request) => {
        const store = await storeOf(request, parts);
        const told = await ask(parts.insight, store, request.query as RawQuery);
        return !hasMargins || (await maySeeCosts(request, parts, store.storeId)) ? told : withoutMargins(told);
      },
    );
  }

  app.get(
    '/stores/:storeId/zones/:zoneId/dwell',
    {
      schema: {
        tags: ['figures'],
        operationId: 'getDwell',
        summary: 'How long the visits to a zone lasted, second by second',
        params: Type.Object({ storeId: Type.String(), zoneId: Type.String() }),
        querystring: Type.Object(Period),
        response: answers(DwellView, 400, 401, 404),
      },
    },
    async (request) => {
      const { zoneId } = request.params as { zoneId: string };
      return parts.insight.dwell(await storeOf(request, parts), zoneId, request.query as RawQuery);
    },
  );

  app.get(
    '/stores/:storeId/slots/availability',
    {
      schema: {
        tags: ['figures'],
        operationId: 'getAvailability',
        summary: 'How much of the time something stood in each slot that is sensed, and when it was empty',
        params: StoreParams,
        querystring: Type.Object(Period),
        response: answers(Type.Array(AvailabilityRow), 400, 401, 404),
      },
    },
    async (request) => {
      const store = await storeOf(request, parts);
      return parts.insight.availability(store, request.query as RawQuery, emptySpells(parts, store.storeId));
    },
  );

  app.get(
    '/stores/:storeId/slots/funnel',
    {
      schema: {
        tags: ['figures'],
        operationId: 'getSlotFunnel',
        summary:
          'Of each slot: who passed and stopped, what was picked up, put back and sold, beside what is usual for its category and level',
        params: StoreParams,
        querystring: Type.Object(Period),
        response: answers(Type.Array(SlotFunnelRow), 400, 401, 404),
      },
    },
    async (request) => {
      const store = await storeOf(request, parts);
      const rows = await parts.insight.slotFunnel(store, request.query as RawQuery, emptySpells(parts, store.storeId));
      return (await maySeeCosts(request, parts, store.storeId)) ? rows : withoutMargins(rows);
    },
  );

  app.get(
    '/stores/:storeId/proposals',
    {
      schema: {
        tags: ['figures'],
        operationId: 'getProposals',
        summary:
          'Of one fixture: moves that are expected to bring more sales, and its best arrangement, by its own figures of four weeks',
        params: StoreParams,
        querystring: Type.Object({ fixture: Type.String({ minLength: 1, maxLength: 200, description: 'fixture id' }) }),
        response: answers(ProposalsView, 400, 401, 404),
      },
    },
    async (request): Promise<ProposalsView> => {
      const store = await storeOf(request, parts);
      const { fixture } = request.query as { fixture?: unknown };
      if (typeof fixture !== 'string' || fixture === '') throw invalid(problem('fixture', 'missing'));
      const view = await parts.proposals.of(store, fixture, emptySpells(parts, store.storeId));
      if (!view) throw notFound('fixture');
      return view;
    },
  );

  app.get(
    '/stores/:storeId/unjoined',
    {
      schema: {
        tags: ['figures'],
        operationId: 'getUnjoined',
        summary: 'Pickups and returns that could not be joined to a sale, since the shop’s journal began',
        params: StoreParams,
        response: answers(UnjoinedView, 401, 404),
      },
    },
    async (request): Promise<UnjoinedView> => {
      const { storeId } = await storeOf(request, parts);
      const { pickups, returns } = (await parts.statuses.latest(storeId))?.unjoined ?? { pickups: null, returns: null };
      return { pickups, returns };
    },
  );
}
