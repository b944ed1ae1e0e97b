import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDashboard } from '../browser/build.js';

let built: Awaited<ReturnType<typeof buildDashboard>>;
/** name → text of every script */
let scripts: Map<string, string>;
beforeAll(async () => {
  built = await buildDashboard();
  const folder = path.join(built.dist, 'assets');
  const names = readdirSync(folder).filter((name) => name.endsWith('.js'));
  scripts = new Map(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}, 120_000);
afterAll(() => built.remove());

describe('the dashboard that browsers fetch', () => {
  it('holds no library of schemas: words and tables of the contracts need none', () => {
    for (const [name, text] of scripts) expect(text.includes('TypeBox'), name).toBe(false);
  });

  it('brings the first page within 1.25 s of a line of 1.6 Mbit/s', () => {
    const page = readFileSync(path.join(built.dist, 'index.html'), 'utf8');
    const names = [
      'index.html',
      ...[...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, name]) => name ?? ''),
    ];
    expect(names.length).toBeGreaterThanOrEqual(3);
    const bytes = names.map((name) => statSync(path.join(built.dist, `${name}.br`)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000);
  });

  it('fetches calendar, settings and installation only when somebody goes there', () => {
    const page = readFileSync(path.join(built.dist, 'index.html'), 'utf8');
    const first = [...scripts].filter(([name]) => page.includes(name));
    const others = [...scripts].filter(([name]) => !page.includes(name));
    for (const mark of ['data-upload', 'data-person-form', 'data-enrol', 'data-day']) {
      expect(
        others.some(([, text]) => text.includes(mark)),
        mark,
      ).toBe(true);
      expect(
        first.some(([, text]) => text.includes(mark)),
        mark,
      ).toBe(false);
    }
  });
});
