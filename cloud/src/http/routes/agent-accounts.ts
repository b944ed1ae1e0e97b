import type { FastifyInstance } from 'fastify';
import { AgentAccountView, AgentRevokedView } from '@aisle/contracts';
import { principalOf, type HttpParts } from '../parts.js';
import { StoreParams, answers, answersAs, storeOf } from '../route-schema.js';

/** What a shop's agent logs in with. */
export function agentAccountRoutes(app: FastifyInstance, parts: HttpParts): void {
  app.post(
    '/stores/:storeId/agent-account',
    {
      config: { needs: 'stores.manage' },
      bodyLimit: 1024,
      schema: {
        tags: ['stores'],
        operationId: 'renewAgentAccount',
        summary: 'A new account for a store’s agent; the one before is worth nothing any more',
        params: StoreParams,
        response: answersAs(201, AgentAccountView, 401, 403, 404),
      },
    },
    async (request, reply) => {
      const { storeId } = await storeOf(request, parts);
      const { username, password, holds } = await parts.accounts.issue(storeId);
      request.log.info({ audit: 'agent', by: principalOf(request).name, store: storeId }, 'an agent has a new account');
      // a secret: no browser and no proxy keeps it
      void reply.header('cache-control', 'no-store').status(201);
      return { storeId, username, password, cutOff: holds };
    },
  );

  app.delete(
    '/stores/:storeId/agent-account',
    {
      config: { needs: 'stores.manage' },
      bodyLimit: 1024,
      schema: {
        tags: ['stores'],
        operationId: 'revokeAgentAccount',
        summary: 'Cut a store’s agent off: it keeps what it has until it gets another account',
        params: StoreParams,
        response: answers(AgentRevokedView, 401, 403, 404),
      },
    },
    async (request): Promise<AgentRevokedView> => {
      const { storeId } = await storeOf(request, parts);
      const { holds } = await parts.accounts.revoke(storeId);
      request.log.info({ audit: 'agent', by: principalOf(request).name, store: storeId }, 'an agent was cut off');
      return { storeId, cutOff: holds };
    },
  );
}
