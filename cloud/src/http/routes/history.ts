import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { TakenHistory, problem, type Fact } from '@aisle/contracts';
import { problemOf } from '../../ingest/batch-reader.js';
import { invalid } from '../errors.js';
import type { HttpParts } from '../parts.js';
import { StoreParams, answers, storeOf } from '../route-schema.js';

const MOST_BYTES = 24 * 1024 * 1024;
/** Facts checked before others get their turn. */
const PIECE = 2000;

/** A shop's past from elsewhere, as its agent would have stated it: a simulated one, or that of another cloud. */
export function historyRoutes(app: FastifyInstance, parts: HttpParts): void {
  app.addContentTypeParser(
    'application/x-ndjson',
    { parseAs: 'string', bodyLimit: MOST_BYTES },
    (_request, body, done) => done(null, body),
  );

  app.post(
    '/stores/:storeId/history',
    {
      config: { needs: 'stores.manage' },
      bodyLimit: MOST_BYTES,
      schema: {
        tags: ['stores'],
        operationId: 'loadHistory',
        summary:
          'Take in facts of the past, one JSON object a line (application/x-ndjson); all of them or none. They add to what agents say of the same minutes',
        params: StoreParams,
        body: Type.String({ description: 'facts, one a line' }),
        response: answers(TakenHistory, 400, 401, 403, 404),
      },
    },
    async (request) => {
      const { storeId } = await storeOf(request, parts);
      const facts: Fact[] = [];
      for (const [at, line] of String(request.body).split('\n').entries()) {
        if (line === '') continue;
        facts.push(factOf(line, at + 1));
        if (facts.length % PIECE === 0) await new Promise<void>((resolve) => parts.clock.after(0, resolve));
      }
      if (facts.length > 0) await parts.past.take(storeId, facts);
      return { facts: facts.length };
    },
  );
}

function factOf(line: string, number: number): Fact {
  const field = `line ${number}`;
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    throw invalid(problem(field, 'bodyNotJson'));
  }
  const wrong = problemOf(raw);
  if (wrong) throw invalid(problem(`${field}${wrong.field === '' ? '' : `: ${wrong.field}`}`, 'notExpected'));
  return raw as Fact;
}
