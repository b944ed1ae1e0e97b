import type { FastifyInstance } from 'fastify';
import { callsOf, errorResponses, pathsOf, type ApiCall } from './openapi-operations.js';
import { SchemaNames } from './schema-names.js';

const DESCRIPTION = `Figures are defined in the metrics guide. Times are ISO 8601 with zone unless a field is called \`ts\` (epoch
milliseconds, UTC); lengths are metres; money is decimal, in the store's currency; \`from\` is inclusive, \`to\` exclusive. \`null\` means
not sensed, or nothing to divide by: never zero. An error is \`{"error": {"code", "message", "field?"}}\`.`;

declare module 'fastify' {
  /** What a route says of itself for the document, beside the schemas that it is checked with. */
  interface FastifySchema {
    /** stable, camelCase: generated clients name their calls after it */
    operationId?: string;
    tags?: readonly string[];
    summary?: string;
    description?: string;
    /** `[]`: open to everybody */
    security?: readonly object[];
    /** media type of the answer; JSON when left out */
    produces?: readonly string[];
    /** true: no part of the API */
    hide?: boolean;
  }
  interface FastifyInstance {
    /** The OpenAPI 3.1 document of all routes so far. */
    openapi(): object;
  }
}

/** Collects the routes' schemas. To be installed before the routes. */
export function installOpenapi(app: FastifyInstance): void {
  const calls: ApiCall[] = [];
  app.addHook('onRoute', (route) => void calls.push(...callsOf(route)));
  app.decorate('openapi', () => documentOf(calls));
}

function documentOf(calls: readonly ApiCall[]): object {
  const names = new SchemaNames();
  const paths = pathsOf(calls, names);
  const responses = errorResponses(names);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Aisle',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/', description: 'this cloud' }],
    tags: [
      { name: 'stores', description: 'Shops, their files and planograms' },
      { name: 'devices', description: 'Getting devices in, and how they fare' },
      { name: 'live', description: 'What is so now' },
      { name: 'figures', description: 'What was so' },
      { name: 'content', description: 'Files that screens show' },
      { name: 'campaigns', description: 'What screens show when and where, and what it was worth' },
      { name: 'screens', description: 'What people want of single screens' },
      { name: 'sales', description: 'Sales from systems without a till on the broker' },
      { name: 'people', description: 'People and programs, and what they may do' },
      { name: 'session', description: 'Signing in to the dashboard' },
      { name: 'system', description: 'Health and metrics' },
    ],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'an API token' },
        session: { type: 'apiKey', in: 'cookie', name: 'aisle_session', description: 'set by signing in' },
      },
      responses,
      schemas: names.components(),
    },
  };
}
