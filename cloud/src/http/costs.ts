import type { FastifyRequest } from 'fastify';
import type { StoreFile } from '@aisle/contracts';
import { mayIn } from '../access/rights.js';
import { principalOf, type HttpParts } from './parts.js';

/** Whether a caller sees what goods cost in a store: whoever may change its file does, and whoever only looks does not. */
export async function maySeeCosts(
  request: FastifyRequest,
  parts: Pick<HttpParts, 'stores'>,
  storeId: string,
): Promise<boolean> {
  const record = await parts.stores.record(storeId);
  return record !== undefined && mayIn(principalOf(request).grants, 'versions.write', record);
}

const MARGINS: ReadonlySet<string> = new Set(['margin', 'marginPerFacingDay']);

/** An answer without margins, wherever in it they are: rows, or a page with rows. */
export function withoutMargins(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(withoutMargins);
  if (answer === null || typeof answer !== 'object') return answer;
  return Object.fromEntries(
    Object.entries(answer).flatMap(([key, value]) => (MARGINS.has(key) ? [] : [[key, withoutMargins(value)]])),
  );
}

/** A store file without what goods cost. */
export function withoutCosts(file: StoreFile): StoreFile {
  if (!file.products?.some(({ cost }) => cost !== undefined)) return file;
  return { ...file, products: file.products.map(({ cost: _cost, ...product }) => product) };
}
