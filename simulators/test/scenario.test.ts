import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readScenario } from '../src/commands/run-scenario.js';
import { faultsOption } from '../src/commands/run-faults.js';
import { readStore } from '../src/adapters/files.js';
import { NOISY } from '../src/devices/settings.js';
import { changed, parseScenario } from '../src/scenario/scenario.js';

const refusal = (text: string): string => {
  try {
    parseScenario(text, 's.yaml');
  } catch (error) {
    return (error as Error).message;
  }
  return 'taken';
};

describe('a scenario file', () => {
  it.each([
    ['an unknown key', 'store: a.yaml\nstroe: b.yaml', 's.yaml: stroe is not a known key'],
    [
      'an unknown key of a setting',
      'store: a.yaml\nsettings: {rfid: {missed: 1}}',
      's.yaml: settings.rfid.missed is not a known key',
    ],
    ['an unknown fault', 'store: a.yaml\nfaults: {line: {lots: 1}}', 's.yaml: faults.line.lots is not a known key'],
    [
      'a fault that ends before it begins',
      'store: a.yaml\nfaults: {extends: default, dead: [{device: shelf-3, fromMinute: 4, toMinute: 2}]}',
      's.yaml: faults.dead[0].toMinute expected more than fromMinute',
    ],
    [
      'an empty slot that is filled before',
      'store: a.yaml\noutOfStock: [{slot: s, fromMinute: 4, toMinute: 4}]',
      's.yaml: outOfStock[0].toMinute expected more than fromMinute',
    ],
    [
      'a start that is none',
      'store: a.yaml\nstart: noon',
      's.yaml: start expected a time such as 2026-03-02T09:00:00+08:00',
    ],
    ['a speed that is none', 'store: a.yaml\nspeed: fast', 's.yaml: speed expected a factor, or max, got "fast"'],
    ['no store', 'minutes: 5', 's.yaml: store is missing'],
  ])('is refused for %s, with the path of the key', (_, text, message) => {
    expect(refusal(text)).toBe(message);
  });

  it.each(['all-dialects', 'default', 'outage'])('%s.yaml is one, and names files that are there', (name) => {
    const file = path.join(import.meta.dirname, '../scenarios', `${name}.yaml`);
    const scenario = readScenario(file);
    const store = readStore(scenario.store);
    const slots = (store.fixtures ?? []).flatMap((fixture) => fixture.slots ?? []).map(({ id }) => id);
    for (const { slot } of scenario.outOfStock ?? []) expect(slots).toContain(slot);
    const startTs = Date.parse(scenario.start ?? '');
    expect(() => faultsOption(scenario.faults, { store, seed: 1, startTs })).not.toThrow();
  });

  it('takes the default faults and changes some of them', () => {
    const file = path.join(import.meta.dirname, '../scenarios/outage.yaml');
    const scenario = readScenario(file);
    const startTs = Date.parse(scenario.start ?? '');
    const plan = faultsOption(scenario.faults, { store: readStore(scenario.store), seed: 1, startTs });
    expect(plan?.faults.line?.lost).toBe(0.002);
    expect(plan?.isCloudCut(startTs + 5 * 60_000)).toBe(true);
    expect(plan?.isCloudCut(startTs + 13 * 60_000)).toBe(false);
    expect(plan?.isOff('shelf-03', startTs + 11 * 60_000)).toBe(true);
  });

  it('changes single settings of the devices and leaves the others', () => {
    const settings = changed(NOISY, { shelf: { sigmaGrams: 20 }, stateIntervalMs: 5000 });
    expect(settings.shelf).toEqual({ ...NOISY.shelf, sigmaGrams: 20 });
    expect(settings.stateIntervalMs).toBe(5000);
    expect(settings.rfid).toEqual(NOISY.rfid);
  });
});
