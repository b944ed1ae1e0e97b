import type { HttpParts } from './parts.js';
import { buildServer } from './server.js';

/** The document without a running cloud, for `docs/openapi.json`. */
export async function openapiDocument(): Promise<object> {
  // routes look at their parts only when they are called
  const app = buildServer({} as HttpParts, {});
  await app.ready();
  const document = app.openapi();
  await app.close();
  return document;
}
