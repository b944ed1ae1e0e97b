import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/system.js';
import { runTwin } from '../support/twin-run.js';

const simulators = path.join(root, 'simulators');
const run = {
  scenario: path.join(simulators, 'scenarios/all-dialects.yaml'),
  store: path.join(simulators, 'shops/all-dialects.yaml'),
  minutes: 6,
  timeoutMs: 170_000,
};

describe('the twin against the whole system', () => {
  it('six minutes of every dialect with the default faults reach what is expected of them', async () => {
    const expectations = path.join(simulators, 'scenarios/expect/minutes.yaml');
    const { code, output, rows, junit } = await runTwin({ ...run, seed: 1, expect: expectations });
    expect(code, output).toBe(0);
    expect(output).toMatch(/All \d+ figures are within their limits/);
    // There was something to be right about.
    const truth = (key: string) => rows.find((row) => row.key === key)?.truth ?? 0;
    expect(truth('entries')).toBeGreaterThan(5);
    expect(truth('sales.transactions')).toBeGreaterThan(5);
    expect(truth('pickups.f1')).toBeGreaterThan(40);
    expect(truth('outOfStock.planted')).toBe(1);
    expect(output).toMatch(/faults: [1-9]\d* lost/);
    expect(junit).toContain(`tests="${rows.length}" failures="0"`);
  }, 240_000);
});
