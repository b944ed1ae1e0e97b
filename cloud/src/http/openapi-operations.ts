import type { RouteOptions } from 'fastify';
import { ApiError, jsonSchema, type JsonSchema, type Right } from '@aisle/contracts';
import type { TObject, TSchema } from '@sinclair/typebox';
import { ERRORS, REFUSED } from './route-schema.js';
import type { SchemaNames } from './schema-names.js';

/** A call as its route describes it. */
export interface ApiCall {
  method: string;
  /** with `{name}` for what stands in the path */
  path: string;
  schema: NonNullable<RouteOptions['schema']>;
  /** what the caller must be allowed to do; undefined: open to everybody */
  right: Right | undefined;
}

/** The calls of a route; none of one that is hidden. HEAD goes with GET and is not told of. */
export function callsOf({ method, url, schema, config }: RouteOptions): ApiCall[] {
  if (schema === undefined || schema.hide === true) return [];
  const needs = config?.needs ?? 'read';
  const right = needs === 'public' || needs === 'page' ? undefined : needs;
  const path = url.replace(/:(\w+)/g, '{$1}');
  return [method]
    .flat()
    .filter((name) => name !== 'HEAD')
    .map((name) => ({ method: name.toLowerCase(), path, schema, right }));
}

/** `paths` of the document. */
export function pathsOf(calls: readonly ApiCall[], names: SchemaNames): Record<string, JsonSchema> {
  const paths: Record<string, JsonSchema> = {};
  for (const call of calls) {
    paths[call.path] = { ...paths[call.path], [call.method]: operationOf(call, names) };
  }
  return paths;
}

/** `components.responses`: one for each way to be refused, all with the same body. */
export function errorResponses(names: SchemaNames): Record<string, JsonSchema> {
  const schema = names.refer(ApiError);
  return Object.fromEntries(
    [...Object.values(ERRORS), REFUSED].map(({ name, meaning }) => [
      name,
      { description: meaning, content: { 'application/json': { schema } } },
    ]),
  );
}

function operationOf({ schema, right }: ApiCall, names: SchemaNames): JsonSchema {
  const { operationId, tags, summary, description, security, body } = schema;
  const parameters = [...parametersOf('path', schema.params), ...parametersOf('query', schema.querystring)];
  return {
    ...(operationId !== undefined && { operationId }),
    ...(tags && { tags }),
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    ...(security && { security }),
    ...(right !== undefined && { 'x-right': right }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: names.refer(body as TSchema) } } },
    }),
    responses: responsesOf(schema, names),
  };
}

function parametersOf(place: 'path' | 'query', schema: unknown): JsonSchema[] {
  const { properties = {}, required = [] } = (schema ?? {}) as Partial<TObject>;
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = jsonSchema(property);
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
}

function responsesOf(schema: ApiCall['schema'], names: SchemaNames): JsonSchema {
  const [type = 'application/json'] = schema.produces ?? [];
  const responses = Object.entries((schema.response ?? {}) as Record<string, TSchema>).map(([status, answer]) => {
    const error = ERRORS[Number(status)];
    if (error && answer === ApiError) return [status, { $ref: `#/components/responses/${error.name}` }];
    // a refusal that says more than others has a shape of its own
    const [description, media] = error ? [error.meaning, 'application/json'] : [SUCCESS[status] ?? 'Done', type];
    return [status, { description, content: { [media]: { schema: names.refer(answer) } } }];
  });
  return { ...Object.fromEntries(responses), default: { $ref: `#/components/responses/${REFUSED.name}` } };
}

const SUCCESS: Readonly<Record<string, string>> = { 200: 'The answer', 201: 'Made', 202: 'Kept, and on its way' };
