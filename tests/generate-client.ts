import openapiTS, { astToString } from 'openapi-typescript';

const HEAD = '// Generated from docs/openapi.json by `npm run docs`: not to be edited.\n';

interface Calls {
  paths: Record<string, Record<string, { operationId: string }>>;
}

/** The dashboard's side of the REST API, by path in the repository: the types of the document, and a table of its calls. */
export async function generatedClient(openapi: object): Promise<Record<string, string>> {
  const folder = 'dashboard/src/lib/api/generated';
  // it is changed while it is read
  const types = await openapiTS(structuredClone(openapi) as Parameters<typeof openapiTS>[0], {
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
  });
  return {
    [`${folder}/schema.ts`]: `${HEAD}${astToString(types)}`,
    [`${folder}/calls.ts`]: `${HEAD}${callTable(openapi as Calls)}`,
  };
}

function callTable({ paths }: Calls): string {
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [operationId, method.toUpperCase(), path] as const),
  );
  const lines = calls
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([operationId, method, path]) => `  ${operationId}: ['${method}', '${path}'],\n`);
  return `import type { operations } from './schema.js';

/** Method and path of every call, by its operation id. */
export const CALLS: Readonly<Record<keyof operations, readonly [method: string, path: string]>> = {
${lines.join('')}};
`;
}
