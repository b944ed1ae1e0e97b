import { problem } from '@aisle/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from '../access/access.js';
import { mayEverywhere, rightsOf } from '../access/rights.js';
import { sessionFrom } from '../access/session-cookie.js';
import { ApiFailure, forbidden } from './errors.js';
import { isForeignPage, type Asking } from '../access/same-origin.js';

export const isApiPath = (url: string): boolean => /^\/(api|metrics|healthz|socket\.io)(\/|\?|$)/.test(url);

/** Methods that change nothing. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Nothing is open unless its route says so: 401 without a credential, 403 where no role of the caller may do it, and to pages of
 * elsewhere that would write with a visitor's cookie, or sign a visitor in.
 */
export function installAuthentication(app: FastifyInstance, access: Access): void {
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request) => {
    if (
      !SAFE.has(request.method) &&
      credentialOf(request).bearer === undefined &&
      isForeignPage(request.headers as Asking, request.host)
    )
      throw new ApiFailure(403, 'foreignPage', problem('', 'foreignPage'));
    const needs = request.is404 ? 'page' : (request.routeOptions.config.needs ?? 'read');
    if (needs === 'public') return;
    // the dashboard's own pages: what they show, they ask for by calls that need a credential
    if (needs === 'page' && !isApiPath(request.url)) return;
    request.principal = (await access.authenticate(credentialOf(request))) ?? null;
    if (!request.principal) throw new ApiFailure(401, 'unauthorised', problem('', 'credentialNeeded'));
    const { grants, organisationId } = request.principal;
    // calls about one store are looked at with the store: storeOf
    const { storeId } = (request.params ?? {}) as { storeId?: string };
    if (needs === 'page' || storeId !== undefined) return;
    const may = request.routeOptions.config.somewhere
      ? rightsOf(grants).includes(needs)
      : mayEverywhere(grants, needs, organisationId);
    if (!may) throw forbidden();
  });
}

export function credentialOf(request: FastifyRequest): { bearer?: string; session?: string } {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const session = sessionFrom(request.headers.cookie);
  return { ...(bearer !== undefined && { bearer }), ...(session !== undefined && { session }) };
}
