import type { Static } from '@sinclair/typebox';
import { AisleError, type ApiError, problem, sentenceOf, type Problem, type Term } from '@aisle/contracts';
import { StoreError } from '../ports/index.js';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** An answer other than the wanted one. `code` is for programs; `problem` says what is wrong, for people of any language. */
export class ApiFailure extends AisleError {
  override readonly name = 'ApiFailure';
  constructor(
    readonly status: number,
    readonly code: string,
    readonly problem: Problem,
  ) {
    super(sentenceOf(problem));
  }
}

export const forbidden = (): ApiFailure => new ApiFailure(403, 'forbidden', problem('', 'forbidden'));
export const badAddress = (): ApiFailure => new ApiFailure(400, 'badRequest', problem('', 'badAddress'));
export const notFound = (what: Term): ApiFailure => new ApiFailure(404, 'notFound', problem('', 'noSuch', { what }));
export const invalid = (wrong: Problem): ApiFailure => new ApiFailure(400, 'invalid', wrong);

export type ErrorBody = Static<typeof ApiError>;

/** `message`: the problem in English, with its field; `problem` the same without words. */
export const errorBody = (code: string, wrong: Problem): ErrorBody => ({
  error: {
    code,
    message: sentenceOf(wrong),
    ...(wrong.field !== '' && { field: wrong.field }),
    problem: { code: wrong.code, values: wrong.values },
  },
});
/** For programs only: what no page of ours asks. */
export const plainError = (code: string, message: string): ErrorBody => ({ error: { code, message } });

/** fastify's own refusals, in our words */
const FRAMEWORK: Readonly<Record<string, [status: number, code: string, problem: Problem]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'badJson', problem('', 'bodyNotJson')],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'badJson', problem('', 'bodyEmpty')],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'mediaType', problem('', 'mediaType')],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'badRequest', problem('', 'bodyLength')],
  FST_ERR_BAD_URL: [400, 'badRequest', problem('', 'badAddress')],
};

/** Turns every error into `{"error": {"code", "message", "field?"}}`; what we did not foresee is logged and says nothing about itself. */
export function installErrorHandling(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => sendError(error, request, reply));
}

export function sendError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ApiFailure) {
    return reply.code(error.status).send(errorBody(error.code, error.problem));
  }
  if ('code' in error && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const most = request.routeOptions.bodyLimit;
    return reply.code(413).send(errorBody('tooLarge', problem('', 'bodyTooLarge', { most })));
  }
  const known = 'code' in error ? FRAMEWORK[error.code] : undefined;
  if (known) return reply.code(known[0]).send(errorBody(known[1], known[2]));
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status !== undefined && status >= 400 && status < 500) {
    return reply.code(status).send(plainError('badRequest', error.message));
  }
  request.log.error({ err: error }, 'request failed');
  if (error instanceof StoreError && error.code === 'full')
    return reply.code(507).send(errorBody('diskFull', problem('', 'noRoom')));
  if (error instanceof StoreError && error.remedy === 'retry')
    return reply.code(503).send(errorBody('unavailable', problem('', 'unavailable')));
  return reply.code(500).send(errorBody('internal', problem('', 'internal')));
}

/** For what is not even HTTP: node answers it before fastify sees a request. */
export function rawErrorAnswer(status: number, reason: string, code: string, message: string): string {
  const body = JSON.stringify(plainError(code, message));
  return `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
}
