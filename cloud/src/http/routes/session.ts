import type { Static } from '@sinclair/typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Credentials, Nothing, SessionView } from '@aisle/contracts';
import type { Principal } from '../../access/access.js';
import { sessionCookie } from '../../access/session-cookie.js';
import { credentialOf } from '../authentication.js';
import { ApiFailure } from '../errors.js';
import { answers } from '../route-schema.js';
import { principalOf, type HttpParts } from '../parts.js';

/** Signing in and out. A session is a cookie that no script can read. */
export function sessionRoutes(app: FastifyInstance, { access, clock }: HttpParts): void {
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
        if (result.reason === 'wrong')
          throw new ApiFailure(401, 'wrongCredentials', 'the e-mail address or the password is wrong');
        reply.header('retry-after', result.waitSeconds);
        throw new ApiFailure(429, 'tooManyAttempts', `too many attempts; try again in ${result.waitSeconds} s`);
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
  role: principal.role,
  organisation: principal.organisationId,
});
