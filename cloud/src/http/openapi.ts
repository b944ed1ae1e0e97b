import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';

const DESCRIPTION = `Figures are defined in the metrics guide. Times are ISO 8601 with zone unless a field is called \`ts\` (epoch
milliseconds, UTC); lengths are metres; money is decimal, in the store's currency; \`from\` is inclusive, \`to\` exclusive. \`null\` means
not sensed, or nothing to divide by: never zero. An error is \`{"error": {"code", "message", "field?"}}\`.`;

/** Collects the routes' schemas. To be installed before the routes. */
export function installOpenapi(app: FastifyInstance): void {
  app.register(swagger, {
    openapi: {
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
        { name: 'sales', description: 'Sales from systems without a till on the broker' },
        { name: 'session', description: 'Signing in to the dashboard' },
        { name: 'system', description: 'Health and metrics' },
      ],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'an API token' },
          session: { type: 'apiKey', in: 'cookie', name: 'aisle_session', description: 'set by signing in' },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
  });
}

/** The document as served: what swagger collects, with tuples said the way OpenAPI 3.1 says them. */
export function documentOf(app: FastifyInstance): object {
  return modern(JSON.parse(JSON.stringify(app.swagger()))) as object;
}

/** `items: [a, b]` became `prefixItems` with JSON Schema 2020-12, on which OpenAPI 3.1 rests. */
function modern(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(modern);
  if (typeof value !== 'object' || value === null) return value;
  const { items, additionalItems, ...rest } = value as Record<string, unknown>;
  const entries = Object.entries(rest).map(([key, inner]) => [key, modern(inner)] as const);
  const out: Record<string, unknown> = Object.fromEntries(entries);
  if (Array.isArray(items)) {
    out.prefixItems = items.map(modern);
    out.items = additionalItems === undefined ? {} : modern(additionalItems);
  } else if (items !== undefined) {
    out.items = modern(items);
  }
  return out;
}
