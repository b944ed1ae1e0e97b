import { Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  SimulatedLinesQuery,
  SimulatedPastAnswer,
  SimulatedPastBody,
  compile,
  type SimulatedSpan,
} from '@aisle/contracts';
import { PastError } from '../../ingest/simulated-past.js';
import { errorBody, invalid } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { StoreParams, answers, storeOf } from '../route-schema.js';

/** twenty thousand facts, most of them small */
const PIECE_BYTES = 24 * 1024 * 1024;
const LINES = 'application/x-ndjson';

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
    (request, reply) => {
      const body = request.body as SimulatedPastBody;
      return answer(request, reply, body, (storeId) => parts.pasts.take(storeId, body));
    },
  );
  void app.register(async (lines) => {
    lines.addContentTypeParser(LINES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    lines.post(
      '/stores/:storeId/simulated-past/lines',
      {
        config: { needs: 'facts.recompute' },
        bodyLimit: PIECE_BYTES,
        schema: {
          tags: ['stores'],
          operationId: 'loadSimulatedPastLines',
          summary: 'The same, its facts one a line',
          description: `The body is ${LINES}: each line a fact as agents state them, sorted by kind and time. A fact that is said alike of several subjects, or of minutes that follow each other, may be one line: \`subjects\` instead of \`subject\`, and \`minutes\`, with each of which \`seq\` rises by one.`,
          params: Type.Object(StoreParams.properties),
          querystring: SimulatedLinesQuery,
          response: answers(SimulatedPastAnswer, 400, 401, 403, 404, 409, 413, 415),
        },
      },
      (request, reply) => {
        const asked = askedBy(request.query as Record<string, unknown>);
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        return answer(request, reply, asked, (storeId) => parts.pasts.takeLines(storeId, asked, body));
      },
    );
  });

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    { seed }: SimulatedSpan,
    take: (storeId: string) => Promise<SimulatedPastAnswer>,
  ): Promise<SimulatedPastAnswer> {
    const { storeId } = await storeOf(request, parts);
    try {
      const taken = await take(storeId);
      if (taken.complete)
        request.log.info(
          { audit: 'simulatedPast', by: principalOf(request).name, store: storeId, seed },
          'a simulated past was loaded',
        );
      return taken;
    } catch (error) {
      if (!(error instanceof PastError)) throw error;
      if (error.code === 'invalid') throw invalid(error.problem);
      return reply.status(409).send(errorBody('conflict', error.problem)) as never;
    }
  }
}

const checker = compile(SimulatedLinesQuery);
/** An address holds texts. @throws ApiFailure that names the field */
function askedBy(query: Record<string, unknown>): SimulatedLinesQuery {
  const valueOf = (text: unknown): unknown =>
    text === 'true' || text === 'false' ? text === 'true' : /^\d{1,16}$/.test(String(text)) ? Number(text) : text;
  const checked = checker.check(Object.fromEntries(Object.entries(query).map(([name, text]) => [name, valueOf(text)])));
  if (!checked.ok) throw invalid(checked.problem);
  return checked.value;
}
