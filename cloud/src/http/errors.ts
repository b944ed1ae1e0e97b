import { AisleError } from '@aisle/contracts';
import { StoreError } from '../ports/index.js';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** An answer other than the wanted one. `code` is for programs, `message` for people, `field` a path such as `lines[0].net`. */
export class ApiFailure extends AisleError {
  override readonly name = 'ApiFailure';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field?: string,
  ) {
    super(message);
  }
}

export const forbidden = (): ApiFailure => new ApiFailure(403, 'forbidden', 'your role may not do this here');
export const notFound = (message: string): ApiFailure => new ApiFailure(404, 'notFound', message);
export const badField = (field: string, message: string): ApiFailure =>
  new ApiFailure(400, 'invalid', field === '' ? message : `${field} ${message}`, field === '' ? undefined : field);

export interface ErrorBody {
  error: { code: string; message: string; field?: string };
}

export const errorBody = (code: string, message: string, field?: string): ErrorBody => ({
  error: { code, message, ...(field !== undefined && { field }) },
});

/** fastify's own refusals, in our words */
const FRAMEWORK: Readonly<Record<string, [status: number, code: string, message: string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'badJson', 'the body is not JSON'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'badJson', 'the body is empty; expected JSON'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'mediaType', 'expected Content-Type: application/json'],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'tooLarge', 'the body is too large'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'badRequest', 'Content-Length and the body differ'],
  FST_ERR_BAD_URL: [400, 'badRequest', 'the address is not well formed'],
};

/** Turns every error into `{"error": {"code", "message", "field?"}}`; what we did not foresee is logged and says nothing about itself. */
export function installErrorHandling(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => sendError(error, request, reply));
}

export function sendError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ApiFailure) {
    return reply.code(error.status).send(errorBody(error.code, error.message, error.field));
  }
  const known = 'code' in error ? FRAMEWORK[error.code] : undefined;
  if (known) return reply.code(known[0]).send(errorBody(known[1], known[2]));
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status !== undefined && status >= 400 && status < 500) {
    return reply.code(status).send(errorBody('badRequest', error.message));
  }
  request.log.error({ err: error }, 'request failed');
  if (error instanceof StoreError && error.remedy === 'retry')
    return reply.code(503).send(errorBody('unavailable', 'a database does not answer at the moment; try again later'));
  return reply.code(500).send(errorBody('internal', 'something went wrong here; the log has the request id'));
}

/** For what is not even HTTP: node answers it before fastify sees a request. */
export function rawErrorAnswer(status: number, reason: string, code: string, message: string): string {
  const body = JSON.stringify(errorBody(code, message));
  return `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
}
