import path from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
let eslint: ESLint;

beforeAll(() => {
  eslint = new ESLint({ cwd: root });
});

/** Lints `code` as if it stood at `file`; returns the rules that refuse it. */
async function refusals(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
  return (result?.messages ?? []).map((message) => message.ruleId ?? '');
}

describe('the lint refuses imports that run the wrong way', () => {
  it.each([
    ['contracts/src/units.ts', '@aisle/cloud'],
    ['agent/src/domain/engine/engine.ts', '../../ports/clock.js'],
    ['agent/src/domain/engine/engine.ts', '../../adapters/files.js'],
    ['agent/src/domain/engine/engine.ts', 'node:fs'],
    ['agent/src/domain/engine/engine.ts', 'mqtt'],
    ['agent/src/ports/broker.ts', '../pipeline/pipeline.js'],
    ['agent/src/devices/till/aisle.ts', '../../adapters/libsql.js'],
    ['agent/src/pipeline/pipeline.ts', '../adapters/libsql.js'],
    ['agent/src/pipeline/pipeline.ts', 'libsql'],
    ['agent/src/adapters/libsql.ts', '../pipeline/pipeline.js'],
    ['agent/src/main.ts', '@aisle/cloud'],
    ['agent/src/main.ts', '../../simulators/src/cli.js'],
    ['cloud/src/insight/zones.ts', '../adapters/duckdb.js'],
    ['cloud/src/insight/zones.ts', '@duckdb/node-api'],
    ['cloud/src/http/routes.ts', 'libsql'],
    ['cloud/src/main.ts', '@aisle/agent'],
    ['dashboard/src/main.ts', '@aisle/cloud'],
    ['dashboard/src/lib/figures/places.ts', '../../routes/Place.svelte'],
    ['dashboard/src/lib/components/Card.svelte.ts', '../../routes/devices/DeviceLine.svelte'],
    ['agent/src/fleet/rhythm.ts', '../pipeline/pipeline.js'],
    ['agent/src/vision/eyes.ts', '../app/agent.js'],
    ['simulators/src/cli.ts', '@aisle/agent'],
    ['simulators/src/world/walk.ts', '../../../agent/src/domain/geometry.js'],
  ])('%s must not import %s', async (file, target) => {
    expect(await refusals(file, `import * as forbidden from '${target}';\nexport const used = forbidden;\n`)).toContain(
      'no-restricted-imports',
    );
  });

  it.each([
    ['agent/src/domain/engine/engine.ts', '@aisle/contracts'],
    ['agent/src/domain/engine/engine.ts', '../core/geometry.js'],
    ['agent/src/pipeline/pipeline.ts', '../journal/journal.js'],
    ['agent/src/adapters/libsql.ts', 'libsql'],
    ['agent/src/adapters/libsql.ts', '../ports/database.js'],
    ['cloud/src/http/routes.ts', '../insight/index.js'],
    ['simulators/src/cli.ts', '@aisle/contracts'],
  ])('%s may import %s', async (file, target) => {
    expect(await refusals(file, `import * as allowed from '${target}';\nexport const used = allowed;\n`)).not.toContain(
      'no-restricted-imports',
    );
  });

  it('refuses tests that wait for a time, but not limits, and not what waits for conditions', async () => {
    for (const wait of [
      'await new Promise((resolve) => setTimeout(resolve, 50));',
      'await new Promise<void>((done) => setTimeout(() => done(), 50));',
      "import { setTimeout as sleep } from 'node:timers/promises';\nawait sleep(50);",
      'await page.waitForTimeout(50);',
    ]) {
      for (const file of [
        'agent/test/runtime/uplink.test.ts',
        'tests/e2e/shop.test.ts',
        'dashboard/test/browser/a.test.ts',
      ])
        expect(await refusals(file, `${wait}\n`), wait).toContain('no-restricted-syntax');
      expect(await refusals('tests/support/system.ts', `${wait}\n`), wait).not.toContain('no-restricted-syntax');
    }
    expect(await refusals('tests/e2e/shop.test.ts', 'setTimeout(() => child.kill(), 5000);\n')).toEqual([]);
  });

  it('refuses the wall clock and chance outside adapters', async () => {
    expect(await refusals('agent/src/domain/engine/engine.ts', 'export const now = () => Date.now();\n')).toContain(
      'no-restricted-properties',
    );
    expect(await refusals('cloud/src/insight/zones.ts', 'export const chance = () => Math.random();\n')).toContain(
      'no-restricted-properties',
    );
    expect(await refusals('agent/src/screens/chooser.ts', 'setTimeout(() => {}, 5);\n')).toContain(
      'no-restricted-globals',
    );
  });
});
