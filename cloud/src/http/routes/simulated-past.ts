import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { SimulatedPastAnswer, SimulatedPastBody } from '@aisle/contracts';
import { PastError } from '../../ingest/simulated-past.js';
import { errorBody, invalid } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { StoreParams, answers, storeOf } from '../route-schema.js';

/** twenty thousand facts, most of them small */
const PIECE_BYTES = 24 * 1024 * 1024;

/** How a demonstration gets weeks to show. */
export function simulatedPastRoutes(app: FastifyInstance, parts: HttpParts): void {
  app.post(
    '/stores/:storeId/simulated-past',
    {
      config: { needs: 'facts.recompute' },
      bodyLimit: PIECE_BYTES,
      schema: {
        tags: ['stores'],
        operationId: 'loadSimulatedPast',
        summary:
          'Load a piece of a simulated past into a store that has measured nothing before its end; the store says for good that it is simulated. The same piece again changes nothing',
        params: Type.Object(StoreParams.properties),
        body: SimulatedPastBody,
        response: answers(SimulatedPastAnswer, 400, 401, 403, 404, 409),
      },
    },
    async (request, reply) => {
      const { storeId } = await storeOf(request, parts);
      const body = request.body as SimulatedPastBody;
      try {
        const answer = await parts.pasts.take(storeId, body);
        if (answer.complete)
          request.log.info(
            { audit: 'simulatedPast', by: principalOf(request).name, store: storeId, seed: body.seed },
            'a simulated past was loaded',
          );
        return answer;
      } catch (error) {
        if (!(error instanceof PastError)) throw error;
        if (error.code === 'invalid') throw invalid(error.problem);
        return reply.status(409).send(errorBody('conflict', error.problem));
      }
    },
  );
}
