import { createHash } from 'node:crypto';

interface Answer {
  description?: string;
  content?: Record<string, { schema?: unknown }>;
}
interface Operation {
  summary?: string;
  tags?: string[];
  security?: unknown[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: unknown }[];
  requestBody?: Answer;
  responses?: Record<string, Answer | { $ref: string }>;
}
interface Call {
  path: string;
  method: string;
  operation: Operation;
}
interface Document {
  info: { title: string; version: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; responses: Record<string, Answer> };
}

const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --soft: color-mix(in srgb, currentColor 65%, transparent) }
body { font: 15px/1.55 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 2rem 1rem 6rem }
h1 { margin: 0 } h2 { margin: 3rem 0 .5rem; text-transform: capitalize } p { max-width: 48rem; color: var(--soft) }
details.call { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: .6rem .9rem }
summary { cursor: pointer } summary code { font-weight: 600 } summary span { color: var(--soft); margin-left: .75rem }
.method { display: inline-block; min-width: 4.2rem; font: 600 .8rem ui-monospace, monospace }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 } td, th { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-top: 1px solid var(--line) }
pre { overflow: auto; font: 12.5px/1.5 ui-monospace, monospace; background: color-mix(in srgb, currentColor 6%, transparent); border-radius: .4rem; padding: .7rem }
code { font-family: ui-monospace, monospace }`;

/** Its own policy: no script at all, and this one style. */
export const DOCS_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The API document as one page that needs nothing else: no script, nothing from elsewhere. */
export function docsPage(document: object): string {
  const { info, tags = [], paths, components } = document as Document;
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = tags.map(({ name, description }) => {
    const own = calls.filter(({ operation }) => operation.tags?.includes(name));
    if (own.length === 0) return '';
    const blocks = own.map((call) => callBlock(call, components.responses)).join('');
    return `<h2 id="${text(name)}">${text(name)}</h2><p>${text(description ?? '')}</p>${blocks}`;
  });
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `<h4 id="schema-${text(name)}">${text(name)}</h4>${schemaBlock(schema)}`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${text(info.title)} API</title><style>${STYLE}</style></head><body>
<h1>${text(info.title)} API</h1><p>${text(info.description ?? '').replace(/`([^`]+)`/g, '<code>$1</code>')}</p>
<p><a href="/api/openapi.json">openapi.json</a></p>${sections.join('')}
<h2 id="schemas">schemas</h2>${schemas.join('')}</body></html>`;
}

function callBlock({ path, method, operation }: Call, shared: Record<string, Answer>): string {
  const parameters = operation.parameters ?? [];
  const rows = parameters.map(
    ({ name, in: place, required, description }) =>
      `<tr><td><code>${text(name)}</code>${required ? '' : ' (optional)'}</td><td>${text(place)}</td><td>${text(description ?? '')}</td></tr>`,
  );
  const responses = Object.entries(operation.responses ?? {}).map(([status, response]) => {
    const answer = '$ref' in response ? shared[lastOf(response.$ref)] : response;
    return `<h4>${text(status)} ${text(answer?.description ?? '')}</h4>${schemaBlock(schemaOf(answer))}`;
  });
  return `<details class="call"><summary><span class="method">${text(method.toUpperCase())}</span><code>${text(path)}</code><span>${text(operation.summary ?? '')}</span></summary>
${rows.length > 0 ? `<table><tr><th>parameter</th><th>in</th><th></th></tr>${rows.join('')}</table>` : ''}
${operation.requestBody ? `<h4>Body</h4>${schemaBlock(schemaOf(operation.requestBody))}` : ''}
${responses.join('')}</details>`;
}

const schemaOf = (holder: Answer | undefined): unknown => Object.values(holder?.content ?? {})[0]?.schema;
const lastOf = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

/** A link to a named schema, or the schema itself with links where it names others. */
function schemaBlock(schema: unknown): string {
  if (schema === undefined) return '';
  const { $ref } = schema as { $ref?: string };
  if ($ref !== undefined) return `<p><a href="#schema-${text(lastOf($ref))}">${text(lastOf($ref))}</a></p>`;
  const json = text(JSON.stringify(schema, null, 2));
  const linked = json.replace(
    /&quot;(#\/components\/schemas\/(\w+))&quot;/g,
    '&quot;<a href="#schema-$2">$1</a>&quot;',
  );
  return `<details><summary>schema</summary><pre>${linked}</pre></details>`;
}

const text = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
