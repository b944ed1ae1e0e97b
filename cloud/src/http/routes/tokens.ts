import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { NewToken, NewTokenBody, Nothing, TokenView, instantOf, problem } from '@aisle/contracts';
import { NO_INSTANT } from '../../insight/query.js';
import { invalid } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { answers, answersAs } from '../route-schema.js';
import { idIn, told } from './users.js';

const TokenParams = Type.Object({ tokenId: Type.Integer({ description: 'token id' }) });

/** Tokens of programs that call this API: each has a name, a role somewhere, and perhaps an end. */
export function tokenRoutes(app: FastifyInstance, { people, clock }: HttpParts): void {
  const tags = ['people'];
  const config = { needs: 'tokens.manage' as const };

  app.get(
    '/tokens',
    {
      config,
      schema: {
        tags,
        operationId: 'listTokens',
        summary: 'The tokens of the organisation, without their secrets',
        response: answers(Type.Array(TokenView), 401, 403),
      },
    },
    async (request) => people.tokens(principalOf(request).organisationId),
  );

  app.post(
    '/tokens',
    {
      config,
      bodyLimit: 4096,
      schema: {
        tags,
        operationId: 'addToken',
        summary: 'Make a token; it is told this once. One of the same name is replaced',
        body: NewTokenBody,
        response: answersAs(201, NewToken, 400, 401, 403),
      },
    },
    async (request, reply) => {
      const body = request.body as NewTokenBody;
      const { organisationId, name: by } = principalOf(request);
      const token = await told(people.addToken(organisationId, body, endOf(body.expires, clock.now())));
      const { name, role, scope, expires } = token;
      request.log.info({ audit: 'token', by, token: name, role, scope, expires }, 'a token was made');
      return reply.status(201).send(token);
    },
  );

  app.delete(
    '/tokens/:tokenId',
    {
      config,
      schema: {
        tags,
        operationId: 'deleteToken',
        summary: 'End a token at once',
        params: TokenParams,
        response: answers(Nothing, 401, 403, 404),
      },
    },
    async (request) => {
      const tokenId = idIn(request, 'token');
      const { organisationId, name: by } = principalOf(request);
      await told(people.removeToken(organisationId, tokenId));
      request.log.info({ audit: 'token', by, tokenId, deleted: true }, 'a token was ended');
      return {};
    },
  );
}

/** @throws ApiFailure 400 unless it is a time with zone that is still to come */
function endOf(expires: string | undefined, now: number): number | null {
  if (expires === undefined) return null;
  const ts = instantOf(expires);
  if (typeof ts !== 'number') throw invalid(problem('expires', NO_INSTANT[ts]));
  if (ts <= now) throw invalid(problem('expires', 'stillToCome'));
  return ts;
}
