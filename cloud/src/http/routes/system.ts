import type { FastifyInstance } from 'fastify';
import { Health, MetricsText, problem } from '@aisle/contracts';
import { mayIn } from '../../access/rights.js';
import { DOCS_POLICY, docsPage } from '../docs-page.js';
import { ApiFailure } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { answers } from '../route-schema.js';

/** Health, metrics and the API's own description. */
export function systemRoutes(app: FastifyInstance, parts: HttpParts): void {
  app.get(
    '/healthz',
    {
      config: { needs: 'public' },
      schema: {
        tags: ['system'],
        operationId: 'getHealth',
        summary: 'Is the cloud ready',
        security: [],
        response: { 200: Health },
      },
    },
    async () => {
      // of several processes one that cannot reach what they share is passed over
      await parts.shared();
      if (!(await parts.hasRoom())) throw new ApiFailure(503, 'diskFull', problem('', 'noRoom'));
      return { status: 'ok' };
    },
  );

  app.get(
    '/metrics',
    {
      schema: {
        tags: ['system'],
        operationId: 'getMetrics',
        summary: 'Prometheus metrics',
        produces: ['text/plain'],
        response: answers(MetricsText),
      },
    },
    async (request, reply) => {
      const { grants, organisationId } = principalOf(request);
      const stores = (await parts.stores.list(organisationId)).filter((store) => mayIn(grants, 'read', store));
      reply.header('content-type', parts.metrics.contentType);
      return parts.metrics.text(
        stores.map(({ storeId }) => ({
          storeId,
          online: parts.presence.isOnline(storeId),
          status: parts.statuses.get(storeId),
        })),
      );
    },
  );

  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.openapi());

  app.get('/api/docs', { schema: { hide: true } }, async (_request, reply) => {
    reply.header('content-type', 'text/html; charset=utf-8').header('content-security-policy', DOCS_POLICY);
    return docsPage(app.openapi());
  });
}
