import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import {
  AcceptedSale,
  DAY_MS,
  RECEIPT_DIGEST,
  RestSale,
  formerReceiptContent,
  minorDigits,
  receiptContent,
  receiptKey,
  receiptLines,
  problem,
  type StoreFile,
} from '@aisle/contracts';
import { storeTime } from '../../insight/index.js';
import { ApiFailure, invalid } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { StoreParams, answersAs, storeOf } from '../route-schema.js';

/** Sales from a system without a till on the store's broker. Answered once they are on disk for the shop. */
export function salesRoutes(app: FastifyInstance, parts: HttpParts): void {
  app.post(
    '/stores/:storeId/sales',
    {
      config: { needs: 'sales.write' },
      bodyLimit: 512 * 1024,
      schema: {
        tags: ['sales'],
        operationId: 'recordSale',
        summary: 'Record a sale; the same receipt with the same content again changes nothing',
        params: StoreParams,
        body: RestSale,
        response: answersAs(202, AcceptedSale, 400, 401, 403, 404, 409),
      },
    },
    async (request, reply) => {
      const store = await storeOf(request, parts);
      const { storeId, storeFile } = store;
      const { till, ...sale } = request.body as RestSale;
      const now = parts.clock.now();
      // the agent would refuse it too, but only there would anybody see it
      if (sale.ts > now + DAY_MS) throw invalid(problem('ts', 'dayAhead'));
      // of the version that held then, by which the shop reads it
      const held = await parts.versions.fileAt(store, sale.ts);
      const lines = receiptLines(sale, minorDigits(held.store.currency));
      if (!lines.ok) throw invalid(lines.problem);
      const named = till === undefined ? undefined : tillOf(storeFile, till);
      const key = named ? receiptKey(sale.receipt, dayOf(held, named, sale.ts)) : receiptKey(sale.receipt);
      const contentDigest = digestOf(receiptContent(sale.ts, lines.value));
      const formerDigest = digestOf(formerReceiptContent(sale.ts, lines.value));
      const given = {
        storeId,
        receiptKey: key,
        contentDigest,
        formerDigest,
        sale,
        ...(till !== undefined && { till }),
      };
      const outcome = await parts.receipts.acceptSale(given);
      // What the shop states counts: a later file of its till may have replaced what was first told of the receipt.
      const stated = outcome.outcome === 'accepted' ? undefined : await statedDigest(parts, storeId, key);
      const isConflict =
        stated === undefined ? outcome.outcome === 'conflict' : ![contentDigest, formerDigest].includes(stated);
      request.log.info(
        {
          audit: 'sale',
          by: principalOf(request).name,
          store: storeId,
          outcome: isConflict ? 'conflict' : outcome.outcome === 'accepted' ? 'accepted' : 'duplicate',
        },
        'sale by REST',
      );
      if (isConflict) {
        parts.metrics.receiptConflict(storeId);
        throw new ApiFailure(409, 'receiptConflict', problem('receipt', 'receiptConflict'));
      }
      if (outcome.outcome === 'accepted') {
        // durable already: a send that fails now is made up for when the agent says hello again
        parts.inbox
          .notify(storeId)
          .catch((error: unknown) => request.log.error({ err: error }, 'the inbox could not be sent'));
      }
      reply.code(202);
      return { receipt: sale.receipt, status: 'accepted' };
    },
  );
}

type Till = NonNullable<StoreFile['devices']>[number];

function tillOf({ devices = [] }: StoreFile, id: string): Till {
  const device = devices.find((candidate) => candidate.id === id);
  if (!device) throw invalid(problem('till', 'namesNo', { what: 'device', id }));
  if (device.family !== 'till') throw invalid(problem('till', 'namesNo', { what: 'till', id }));
  return device;
}

/** Till and day by which its receipts are known, where their numbers begin anew every day (SEMANTICS §18). */
const dayOf = ({ store }: StoreFile, { id, receiptScope }: Till, ts: number) =>
  receiptScope === 'day' ? { deviceId: id, storeDay: storeTime(store.timezone).iso(ts).slice(0, 10) } : undefined;

/** The content of a receipt as the shop's newest fact has it; undefined before it has stated one. */
async function statedDigest({ series }: HttpParts, storeId: string, key: string): Promise<string | undefined> {
  const [fact] = await series.lookup({ storeId, kind: 'sale', subjects: [key] });
  return fact?.value.contentDigest;
}

const digestOf = (content: string): string =>
  createHash(RECEIPT_DIGEST.algorithm).update(content).digest('hex').slice(0, RECEIPT_DIGEST.hexDigits);
