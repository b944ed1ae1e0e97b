import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { RetentionDays, RetentionView, problem } from '@aisle/contracts';
import { Retention } from '../../stores/retention.js';
import { invalid } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { StoreParams, answers, storeOf } from '../route-schema.js';

/** How long a shop's facts are kept. */
export function retentionRoutes(app: FastifyInstance, parts: HttpParts): void {
  const { retention } = parts;
  const tags = ['stores'];

  app.get(
    '/stores/:storeId/retention',
    {
      schema: {
        tags,
        operationId: 'getRetention',
        summary: 'How long the facts of a store are kept, by kind; null: for ever',
        params: StoreParams,
        response: answers(RetentionView, 401, 404),
      },
    },
    async (request) => retention.view((await storeOf(request, parts)).storeId),
  );

  app.put(
    '/stores/:storeId/retention',
    {
      config: { needs: 'stores.manage' },
      bodyLimit: 4096,
      schema: {
        tags,
        operationId: 'setRetention',
        summary:
          'Set how long the facts of a store are kept; what is older is deleted for good. dryRun=true says what would be, and sets nothing',
        params: StoreParams,
        querystring: Type.Object({ dryRun: Type.Optional(Type.Boolean()) }),
        body: RetentionDays,
        response: answers(RetentionView, 400, 401, 403, 404),
      },
    },
    async (request) => {
      const { storeId } = await storeOf(request, parts);
      const { dryRun } = request.query as { dryRun?: unknown };
      if (dryRun !== undefined && dryRun !== 'true' && dryRun !== 'false')
        throw invalid(problem('dryRun', 'mustBeOneOf', { choices: 'true, false' }));
      const days = request.body as RetentionDays;
      const wrong = Retention.wrong(days);
      if (wrong) throw invalid(wrong);
      if (dryRun === 'true') return retention.preview(storeId, days);
      const view = await retention.set(storeId, days);
      request.log.info(
        { audit: 'retention', by: principalOf(request).name, store: storeId, days },
        'how long facts are kept was set',
      );
      return view;
    },
  );
}
