import type { Static } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { NewUserBody, SessionView } from '@aisle/contracts';
import { ApiFailure } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { answersAs } from '../route-schema.js';

/** Accounts of the organisation: an owner gives others theirs. */
export function userRoutes(app: FastifyInstance, { access }: HttpParts): void {
  app.post(
    '/users',
    {
      config: { needs: 'write' },
      bodyLimit: 4096,
      schema: {
        tags: ['session'],
        operationId: 'addUser',
        summary: 'Give somebody an account: an owner may change things, a viewer may look',
        body: NewUserBody,
        response: answersAs(201, SessionView, 400, 401, 403, 409),
      },
    },
    async (request, reply) => {
      const { email, password, role } = request.body as Static<typeof NewUserBody>;
      const { organisationId, name } = principalOf(request);
      const user = await access.addUser({ organisationId, email, password, role });
      request.log.info({ audit: 'user', by: name, role, ok: user !== undefined }, 'an account was asked for');
      if (!user) throw new ApiFailure(409, 'emailTaken', 'this e-mail address has an account already', 'email');
      return reply.status(201).send({ email: user.email, role: user.role, organisation: organisationId });
    },
  );
}
