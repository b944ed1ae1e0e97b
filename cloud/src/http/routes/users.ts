import { Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NewUserBody, Nothing, UserChangeBody, UserView } from '@aisle/contracts';
import { PeopleError, type PeopleProblem } from '../../access/people.js';
import { everywhere } from '../../access/access.js';
import { ApiFailure, notFound } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { answers, answersAs } from '../route-schema.js';

const STATUS: Readonly<Record<PeopleProblem, [status: number, code: string]>> = {
  unknown: [404, 'notFound'],
  taken: [409, 'emailTaken'],
  lastOwner: [409, 'lastOwner'],
  scope: [400, 'invalid'],
  wrongPassword: [403, 'wrongPassword'],
};

/** What cannot be had is told as an answer. @throws ApiFailure */
export async function told<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof PeopleError)) throw error;
    const [status, code] = STATUS[error.code];
    throw new ApiFailure(status, code, error.problem);
  }
}

const UserParams = Type.Object({ userId: Type.Integer({ description: 'user id' }) });
/** An id of the path; what is no number is nobody. */
export function idIn(request: FastifyRequest, what: 'user' | 'token'): number {
  const text = (request.params as Record<string, string>)[`${what}Id`] ?? '';
  if (!/^[1-9]\d{0,14}$/.test(text)) throw notFound(what);
  return Number(text);
}

/** People of the organisation, and what they may do: for its owners. */
export function userRoutes(app: FastifyInstance, { people }: HttpParts): void {
  const tags = ['people'];
  const config = { needs: 'users.manage' as const };

  app.get(
    '/users',
    {
      config,
      schema: {
        tags,
        operationId: 'listUsers',
        summary: 'The people of the organisation',
        response: answers(Type.Array(UserView), 401, 403),
      },
    },
    async (request) => people.list(principalOf(request).organisationId),
  );

  app.post(
    '/users',
    {
      config,
      bodyLimit: 4096,
      schema: {
        tags,
        operationId: 'addUser',
        summary: 'Give somebody an account, with a role for the organisation or, with `scope`, for a part of it',
        body: NewUserBody,
        response: answersAs(201, UserView, 400, 401, 403, 409),
      },
    },
    async (request, reply) => {
      const { email, password, role, scope } = request.body as NewUserBody;
      const { organisationId, name } = principalOf(request);
      const grant = scope ? { role, scope } : everywhere(role, organisationId);
      const user = await told(people.add(organisationId, { email, password, grants: [grant] }));
      request.log.info({ audit: 'user', by: name, user: user.email, grants: user.grants }, 'an account was made');
      return reply.status(201).send(user);
    },
  );

  app.patch(
    '/users/:userId',
    {
      config,
      bodyLimit: 16 * 1024,
      schema: {
        tags,
        operationId: 'changeUser',
        summary: 'Change what somebody may do, disable them, or give them another password',
        params: UserParams,
        body: UserChangeBody,
        response: answers(UserView, 400, 401, 403, 404, 409),
      },
    },
    async (request) => {
      const change = request.body as UserChangeBody;
      const { organisationId, name } = principalOf(request);
      const user = await told(people.change(organisationId, idIn(request, 'user'), change));
      const { password, ...open } = change;
      request.log.info(
        { audit: 'user', by: name, user: user.email, ...open, password: password !== undefined },
        'an account was changed',
      );
      return user;
    },
  );

  app.delete(
    '/users/:userId',
    {
      config,
      schema: {
        tags,
        operationId: 'deleteUser',
        summary: 'Delete an account, with its sessions',
        params: UserParams,
        response: answers(Nothing, 401, 403, 404, 409),
      },
    },
    async (request) => {
      const { organisationId, name } = principalOf(request);
      const userId = idIn(request, 'user');
      await told(people.remove(organisationId, userId));
      request.log.info({ audit: 'user', by: name, userId, deleted: true }, 'an account was deleted');
      return {};
    },
  );
}
