import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openapiDocument } from '../../cloud/src/http/openapi-document.js';

const page = readFileSync(new URL('../../docs/planograms.md', import.meta.url), 'utf8');
type Operation = { parameters?: { name: string; in: string }[] };
const { paths } = (await openapiDocument()) as unknown as { paths: Record<string, Record<string, Operation>> };
const shapeOf = (path: string): string => path.replace(/\{[^}]*\}/g, '{}');
const known = new Map(Object.entries(paths).map(([path, methods]) => [shapeOf(path), methods]));
const calls = [...page.matchAll(/`(GET|PUT|POST) (\/api\/v1\/[^`?]*)(?:\?([^`]*))?`/g)].map(
  ([, method, path, query]) => ({
    ...{ method: method!.toLowerCase(), path: path! },
    names: (query ?? '').split('&').flatMap((part) => part.split('=')[0] || []),
  }),
);

describe('docs/planograms.md', () => {
  it('names calls that there are, with the questions that they take', () => {
    expect(calls.length).toBeGreaterThanOrEqual(7);
    for (const { method, path, names } of calls) {
      const operation = known.get(shapeOf(path))?.[method];
      expect(operation, `${method} ${path}`).toBeDefined();
      const taken = (operation?.parameters ?? []).filter((each) => each.in === 'query').map(({ name }) => name);
      expect(taken, `${method} ${path}`).toEqual(expect.arrayContaining(names));
    }
  });

  it('names commands and pages that there are', () => {
    const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const commands = [...page.matchAll(/`npm run ([\w:]+)/g)].map(([, name]) => name as string);
    expect(commands.length).toBeGreaterThanOrEqual(3);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(commands));
    for (const [, name] of page.matchAll(/`(docs\/decisions\/[\w-]+\.md)`/g))
      expect(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8').length).toBeGreaterThan(100);
  });
});
