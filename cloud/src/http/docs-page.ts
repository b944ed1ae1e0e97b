import { createHash } from 'node:crypto';

interface Operation {
  summary?: string;
  tags?: string[];
  security?: unknown[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: unknown }[];
  requestBody?: { content?: Record<string, { schema?: unknown }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: unknown }> }>;
}
interface Document {
  info: { title: string; version: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
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
  const { info, tags = [], paths } = document as Document;
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = tags.map(({ name, description }) => {
    const own = calls.filter(({ operation }) => operation.tags?.includes(name));
    if (own.length === 0) return '';
    return `<h2 id="${text(name)}">${text(name)}</h2><p>${text(description ?? '')}</p>${own.map(callBlock).join('')}`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${text(info.title)} API</title><style>${STYLE}</style></head><body>
<h1>${text(info.title)} API</h1><p>${text(info.description ?? '').replace(/`([^`]+)`/g, '<code>$1</code>')}</p>
<p><a href="/api/openapi.json">openapi.json</a></p>${sections.join('')}</body></html>`;
}

function callBlock({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const parameters = operation.parameters ?? [];
  const body = schemaOf(operation.requestBody);
  const responses = Object.entries(operation.responses ?? {});
  return `<details class="call"><summary><span class="method">${text(method.toUpperCase())}</span><code>${text(path)}</code><span>${text(operation.summary ?? '')}</span></summary>
${parameters.length > 0 ? `<table><tr><th>parameter</th><th>in</th><th></th></tr>${parameters.map((parameter) => `<tr><td><code>${text(parameter.name)}</code>${parameter.required ? '' : ' (optional)'}</td><td>${text(parameter.in)}</td><td>${text(parameter.description ?? '')}</td></tr>`).join('')}</table>` : ''}
${body === undefined ? '' : `<h4>Body</h4>${schemaBlock(body)}`}
${responses.map(([status, response]) => `<h4>${text(status)} ${text(response.description === 'Default Response' ? '' : (response.description ?? ''))}</h4>${Number(status) < 400 ? schemaBlock(schemaOf(response)) : ''}`).join('')}</details>`;
}

const schemaOf = (holder: { content?: Record<string, { schema?: unknown }> } | undefined): unknown =>
  Object.values(holder?.content ?? {})[0]?.schema;

const schemaBlock = (schema: unknown): string =>
  schema === undefined
    ? ''
    : `<details><summary>schema</summary><pre>${text(JSON.stringify(schema, null, 2))}</pre></details>`;

const text = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
