import { Type, type TSchema } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { ApiError, withoutSecrets, type StoreFile } from '@aisle/contracts';
import type { StoreContext } from '../insight/index.js';
import type { StoreVersion } from '../ports/index.js';
import { mayIn } from '../access/rights.js';
import { maySeeCosts, withoutCosts } from './costs.js';
import { forbidden, notFound } from './errors.js';
import { principalOf, type HttpParts } from './parts.js';

/** How a caller may be refused: the name of the shared answer in the document, and what it means. */
export const ERRORS: Readonly<Record<number, { name: string; meaning: string }>> = {
  400: { name: 'BadRequest', meaning: 'The question or the body is not as described; `field` names what' },
  401: { name: 'Unauthorised', meaning: 'No credential, or not a valid one' },
  403: { name: 'Forbidden', meaning: 'The role may not do this' },
  404: { name: 'NotFound', meaning: 'No such store, or none of yours' },
  409: { name: 'Conflict', meaning: 'In conflict with what is known' },
  413: { name: 'TooLarge', meaning: 'Larger than is taken' },
  415: { name: 'UnsupportedMedia', meaning: 'Not what can be taken; the message says why' },
  429: { name: 'TooManyAttempts', meaning: 'Too many attempts; see Retry-After' },
};
/** Whatever a call does not list: too large, not JSON, our own mistake. */
export const REFUSED = { name: 'Refused', meaning: 'Refused for another reason; `code` says which' };

/** The good answer (200), and which errors a caller must be ready for. */
export function answers(schema: TSchema, ...errors: number[]): Record<number, TSchema> {
  return answersAs(200, schema, ...errors);
}

export function answersAs(status: number, schema: TSchema, ...errors: number[]): Record<number, TSchema> {
  const statuses = errors.length > 0 ? errors : [401];
  return {
    [status]: schema,
    ...Object.fromEntries(statuses.map((code) => [code, ApiError])),
  };
}

const storeId = Type.String({ description: 'store id' });
export const StoreParams = Type.Object({ storeId });
export const DeviceParams = Type.Object({ storeId, deviceId: Type.String({ description: 'device id' }) });
export const VersionParams = Type.Object({ storeId, version: Type.Integer({ description: 'number of a version' }) });
export const SlotParams = Type.Object({ storeId, slotId: Type.String({ description: 'slot id' }) });

const When = (what: string) =>
  Type.String({ format: 'date-time', description: `${what}, ISO 8601 with zone, a whole minute` });
export const Period = { from: When('inclusive'), to: When('exclusive') };
export const Bucket = (...sizes: string[]) =>
  Type.Optional(
    Type.Union(
      sizes.map((size) => Type.Literal(size)),
      { description: `one row per ${sizes.join(', ')}` },
    ),
  );

/**
 * The store that the address names, if the caller may see it and do there what the route needs.
 * @throws ApiFailure 404, the same for unknown stores and for others'; 403 where the caller's role there may not do it
 */
export async function storeOf(
  request: FastifyRequest,
  parts: Pick<HttpParts, 'stores'>,
): Promise<StoreVersion & StoreContext> {
  const { storeId } = request.params as { storeId: string };
  const { grants } = principalOf(request);
  const record = await parts.stores.record(storeId);
  const store = record && mayIn(grants, 'read', record) ? await parts.stores.current(storeId) : undefined;
  if (!record || !store) throw notFound('store');
  const needs = request.routeOptions.config.needs ?? 'read';
  if (needs !== 'public' && needs !== 'page' && !mayIn(grants, needs, record)) throw forbidden();
  const unreadBefore = record.simulated?.readyFromTs;
  return unreadBefore === undefined ? store : { ...store, unreadBefore };
}

/** Keys of devices and passwords of their streams are for those who may change devices there, what goods cost for those who may change the file. */
export async function shownFile(
  request: FastifyRequest,
  parts: Pick<HttpParts, 'stores'>,
  storeId: string,
  file: StoreFile,
): Promise<StoreFile> {
  const record = await parts.stores.record(storeId);
  const shown = record && mayIn(principalOf(request).grants, 'devices.write', record) ? file : withoutSecrets(file);
  return (await maySeeCosts(request, parts, storeId)) ? shown : withoutCosts(shown);
}
