import type { Static } from '@sinclair/typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Credentials, Nothing, PasswordBody, SessionView, problem } from '@aisle/contracts';
import type { Principal } from '../../access/access.js';
import { rightsOf, strongest } from '../../access/rights.js';
import { sessionCookie } from '../../access/session-cookie.js';
import { credentialOf } from '../authentication.js';
import { ApiFailure } from '../errors.js';
import { answers } from '../route-schema.js';
import { told } from './users.js';
import { principalOf, type HttpParts } from '../parts.js';

/** Signing in and out. A session is a cookie that no script can read. */
export function sessionRoutes(app: FastifyInstance, { access, people, clock }: HttpParts): void {
  app.post(
    '/session',
    {
      config: { needs: 'public' },
      bodyLimit: 4096,
      schema: {
        tags: ['session'],
        operationId: 'signIn',
        summary: 'Sign in with e-mail and password; sets the session cookie',
        security: [],
        body: Credentials,
        response: answers(SessionView, 400, 401, 429),
      },
    },
    async (request, reply) => {
      const { email, password } = request.body as Static<typeof Credentials>;
      const result = await access.login(email, password, request.ip);
      if (!result.ok) {
        request.log.warn(
          { audit: 'login', ok: false, reason: result.reason, email, address: request.ip },
          'log-in refused',
        );
        if (result.reason === 'wrong') throw new ApiFailure(401, 'wrongCredentials', problem('', 'wrongCredentials'));
        reply.header('retry-after', result.waitSeconds);
        throw new ApiFailure(429, 'tooManyAttempts', problem('', 'tooManyAttempts', { seconds: result.waitSeconds }));
      }
      request.log.info({ audit: 'login', ok: true, by: result.principal.name, address: request.ip }, 'signed in');
      setCookie(request, reply, result.token, Math.floor((result.expiresTs - clock.now()) / 1000));
      return view(result.principal);
    },
  );

  app.get(
    '/session',
    {
      schema: {
        tags: ['session'],
        operationId: 'getSession',
        summary: 'Who is signed in',
        response: answers(SessionView),
      },
    },
    async (request) => view(principalOf(request)),
  );

  app.put(
    '/session/password',
    {
      bodyLimit: 4096,
      schema: {
        tags: ['session'],
        operationId: 'changeOwnPassword',
        summary: 'Change your own password; your other sessions end',
        body: PasswordBody,
        response: answers(Nothing, 400, 401, 403),
      },
    },
    async (request) => {
      const { password, newPassword } = request.body as Static<typeof PasswordBody>;
      const { userId, name } = principalOf(request);
      const { session } = credentialOf(request);
      if (userId === null || session === undefined)
        throw new ApiFailure(403, 'forbidden', problem('', 'programWithoutPassword'));
      await told(people.changeOwnPassword(userId, password, newPassword, session));
      request.log.info({ audit: 'password', by: name }, 'somebody changed their own password');
      return {};
    },
  );

  app.delete(
    '/session',
    { schema: { tags: ['session'], operationId: 'signOut', summary: 'Sign out', response: answers(Nothing, 401) } },
    async (request, reply) => {
      const { session } = credentialOf(request);
      if (session !== undefined) await access.logout(session);
      request.log.info({ audit: 'logout', by: principalOf(request).name }, 'signed out');
      setCookie(request, reply, '', 0);
      return {};
    },
  );
}

function setCookie(request: FastifyRequest, reply: FastifyReply, token: string, maxAgeSeconds: number): void {
  reply.header('set-cookie', sessionCookie(token, maxAgeSeconds, request.protocol === 'https'));
}

const view = (principal: Principal): Static<typeof SessionView> => ({
  email: principal.email ?? principal.name,
  role: strongest(principal.grants),
  organisation: principal.organisationId,
  grants: principal.grants.map(({ role, scope }) => ({ role, scope: { ...scope } })),
  rights: rightsOf(principal.grants),
});
