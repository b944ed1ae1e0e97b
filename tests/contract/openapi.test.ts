import { Validator } from '@seriousme/openapi-schema-validator';
import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { openapiDocument } from '../../cloud/src/http/openapi-document.js';
import { SchemaNames } from '../../cloud/src/http/schema-names.js';

interface Content {
  content?: Record<string, { schema?: { $ref?: string } }>;
}
interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string }[];
  requestBody?: Content;
  responses: Record<string, Content & { $ref?: string }>;
}
interface Document {
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; responses: Record<string, Content> };
}

const document = (await openapiDocument()) as Document;
const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ call: `${method} ${path}`, path, operation })),
);
const isNamed = (holder: Content) =>
  Object.values(holder.content ?? {}).every(({ schema }) => schema?.$ref?.startsWith('#/components/schemas/') === true);

const text = (value: object) =>
  JSON.stringify(value, (key, inner: unknown) => (key === 'description' ? undefined : inner));
const partsOf = (value: object): object[] =>
  Object.values(value).flatMap((inner: unknown) =>
    typeof inner === 'object' && inner !== null ? [inner, ...partsOf(inner)] : [],
  );

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1, and every reference in it leads somewhere', async () => {
    const validator = new Validator();
    const result = await validator.validate({ ...document });
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(validator.version).toBe('3.1');
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(calls.length);
    for (const [, kind, name] of references) {
      const components = document.components as Record<string, Record<string, object>>;
      expect(components[kind ?? '']?.[name ?? ''], `${kind}/${name}`).toBeDefined();
    }
  });

  it('gives every call an operation id of its own, in camelCase, a summary, and a known tag', () => {
    const ids = calls.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(calls.length);
    const tags = document.tags.map(({ name }) => name);
    for (const { call, operation } of calls) {
      expect(operation.operationId, call).toMatch(/^[a-z][A-Za-z0-9]+$/);
      expect(operation.summary, call).toBeTruthy();
      expect(tags, call).toContain(operation.tags?.[0]);
    }
  });

  it('names the schema of every body and every answer', () => {
    for (const { call, operation } of calls) {
      if (operation.requestBody) expect(isNamed(operation.requestBody), `body of ${call}`).toBe(true);
      for (const [status, answer] of Object.entries(operation.responses)) {
        expect(answer.$ref !== undefined || isNamed(answer), `answer ${status} of ${call}`).toBe(true);
      }
    }
  });

  it('shares the answers of refusals, which all have one body', () => {
    for (const { call, operation } of calls) {
      for (const [status, answer] of Object.entries(operation.responses)) {
        if (status !== 'default' && Number(status) < 400) continue;
        // what says more than others has a shape of its own, around the same error
        const own = answer.content?.['application/json']?.schema?.$ref?.split('/').at(-1);
        if (own !== undefined) {
          const { properties } = document.components.schemas[own] as { properties: { error: { required: string[] } } };
          expect(properties.error.required, `${status} of ${call}`).toEqual(
            expect.arrayContaining(['code', 'message']),
          );
          continue;
        }
        expect(answer.$ref, `${status} of ${call}`).toMatch(/^#\/components\/responses\/[A-Z]\w+$/);
      }
    }
    for (const [name, answer] of Object.entries(document.components.responses)) {
      expect(answer.content?.['application/json']?.schema?.$ref, name).toBe('#/components/schemas/ApiError');
    }
  });

  it('describes what stands in each path', () => {
    for (const { call, path, operation } of calls) {
      const named = (operation.parameters ?? []).filter(({ in: place }) => place === 'path').map(({ name }) => name);
      expect(named, call).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  it('refers to a named schema wherever it is used', () => {
    const names = new Map(Object.entries(document.components.schemas).map(([name, schema]) => [text(schema), name]));
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      for (const part of partsOf(schema).filter((inner) => 'properties' in inner))
        expect(names.get(text(part)), `within ${name}`).toBeUndefined();
    }
  });
});

describe('names of schemas', () => {
  const Cat = Type.Object({ lives: Type.Integer() });
  const Home = Type.Object({ cat: Type.Optional(Cat), guest: { ...Cat, description: 'of the neighbours' } });

  it('are those of the exports, in a list and deep within others too; a field keeps what it says of itself', () => {
    const names = new SchemaNames({ Cat, Home });
    expect(names.refer(Type.Array(Home))).toEqual({ $ref: '#/components/schemas/HomeList' });
    expect(names.components()).toEqual({
      Cat: { type: 'object', required: ['lives'], properties: { lives: { type: 'integer' } } },
      Home: {
        type: 'object',
        required: ['guest'],
        properties: {
          cat: { $ref: '#/components/schemas/Cat' },
          guest: { $ref: '#/components/schemas/Cat', description: 'of the neighbours' },
        },
      },
      HomeList: { type: 'array', items: { $ref: '#/components/schemas/Home' } },
    });
  });
});
