import { describe, expect, it } from 'vitest';
import type { Goal, StoreFile } from '@aisle/contracts';
import { liftOf, type Block, type Question } from '../../src/campaigns/proof.js';
import { chanceOf } from './experiments/made-blocks.js';

const FILE = {
  store: { id: 'demo', name: 'Demo', timezone: 'Asia/Shanghai', currency: 'CNY' },
} as unknown as StoreFile;
const question = (goal: Goal, more: Partial<Question> = {}): Question => ({
  ...{ campaignId: 'c-1', seed: 7, isOver: false, plannedDays: 28 },
  settings: { goal, holdout: 0.3, gtins: ['milk'], category: null, content: [], policy: 'bandit' },
  ...more,
});
const FIRST = Date.parse('2026-03-02T08:00:00+08:00');

/** Blocks of 20 minutes, 36 a day, whose outcomes a shop of known lift would give. */
function blocksOf(days: number, mean: number, lift: number, seed: number): Block[] {
  const chance = chanceOf(seed);
  return Array.from({ length: days * 36 }, (_, index): Block => {
    const fromTs = FIRST + Math.floor(index / 36) * 86_400_000 + (index % 36) * 1_200_000;
    const arm = chance() < 0.3 ? 'heldOut' : 'treated';
    const shoppers = 5 + Math.floor(chance() * 20);
    let outcome = 0;
    for (let one = 0; one < shoppers * 10; one += 1)
      if (chance() < (mean / 10) * (arm === 'treated' ? 1 + lift : 1)) outcome += 1;
    const moved = { pickups: outcome, unitsMicro: outcome * 1_000_000, netMinor: outcome * 250 };
    return {
      ...{ campaignId: 'c-1', groupId: 'screen-1', screens: ['screen-1'], fromTs, toTs: fromTs + 1_200_000 },
      ...{ countedFromTs: fromTs + 300_000, arm, probabilityMicro: 700_000, counted: true, why: null },
      ...{ sensedMs: 900_000, opportunities: shoppers, watchers: 1, stops: outcome, scans: 0 },
      ...{ featured: moved, category: moved, store: moved },
    };
  });
}
const ask = (about: Question, blocks: Block[]) => liftOf(about, [{ storeId: 'demo', storeFile: FILE, blocks }]);

describe('the lift of a campaign', () => {
  it('says only how many blocks are missing below 20 an arm, and counts none that count for neither', () => {
    const blocks = blocksOf(1, 0.5, 0, 1).map((block, at) =>
      at < 6 ? { ...block, counted: false, why: 'pinned' } : block,
    );
    const view = ask(question('stops'), blocks);
    expect(view.treated.blocks + view.heldOut.blocks).toBe(30);
    expect(view).toMatchObject({ lift: null, low: null, p: null, alwaysLow: null, neededDays: null, weeks: [] });
    expect(view.sentence.en).toContain(`${20 - view.heldOut.blocks} more without it`);
    expect(view.sentence.zh).toContain(`${20 - view.heldOut.blocks} 个对照时段`);
  });

  it('finds a planted effect, with both intervals around the truth, and says so in words', () => {
    const view = ask(question('stops'), blocksOf(21, 0.4, 0.5, 3));
    expect(view.low as number).toBeLessThan(0.5);
    expect(view.high as number).toBeGreaterThan(0.5);
    expect(view.alwaysLow as number).toBeGreaterThan(0);
    expect(view.alwaysLow as number).toBeLessThanOrEqual(view.low as number);
    expect(view.p as number).toBeLessThan(0.01);
    expect(view.weeks).toHaveLength(3);
    expect(view.weeks[1]?.from).toBe('2026-03-09T08:00:00+08:00');
    expect(view.sentence.en).toMatch(/^\d+ % more stops with it/);
    expect(view.sentence.zh).toMatch(/^投放使停留增加 \d+%/);
    // asked again, it says the same
    expect(ask(question('stops'), blocksOf(21, 0.4, 0.5, 3))).toEqual(view);
  });

  it('says how many days are missing while nothing is seen, and what cannot be shown within a year', () => {
    const soon = ask(question('pickups'), blocksOf(7, 0.5, 0, 5));
    expect(soon.neededDays as number).toBeGreaterThan(0);
    expect(soon.sentence.en).toBe(`No difference can be seen yet; about ${soon.neededDays} more days at this rate.`);
    const never = ask(question('sales'), blocksOf(14, 0.004, 0, 6));
    expect(never.sentence.en).toBe(
      'In this shop a 5 % change of sales cannot be shown within a year: measure pickups, or run it in more shops.',
    );
    expect(never.sentence.zh).toContain('改为衡量拿取');
  });

  it('claims a difference where there is none in at most one of sixteen campaigns', { timeout: 60_000 }, () => {
    let claimed = 0;
    for (let run = 0; run < 16; run += 1) {
      const { alwaysLow, alwaysHigh } = ask(question('stops'), blocksOf(6, 0.2, 0, 100 + run));
      if ((alwaysLow as number) > 0 || (alwaysHigh as number) < 0) claimed += 1;
    }
    expect(claimed).toBeLessThanOrEqual(1);
  });

  it('says before any block how long it will take at the usual rate, or that a year is too short', () => {
    const notes = (perDay: number, dispersion = 1) =>
      ask(question('sales', { usual: { perDay, dispersion } }), []).notes?.map(({ en }) => en);
    // 7.85 ÷ ln²(1.05) × (1 ÷ 0.3 + 1 ÷ 0.7) = 15,700 units
    expect(notes(1_000)).toEqual([
      'At the usual rate of this shop a change of sales of 5 % shows after about 16 days.',
    ]);
    expect(notes(1_000, 2)?.[0]).toContain('about 32 days');
    expect(notes(20)).toEqual([
      'In this shop a 5 % change of sales cannot be shown within a year: measure pickups, or run it in more shops.',
    ]);
    expect(ask(question('sales'), []).notes).toEqual([]);
    // its own blocks tell better
    expect(ask(question('sales', { usual: { perDay: 20, dispersion: 1 } }), blocksOf(14, 0.5, 0, 3)).notes).toEqual([]);
  });

  it('says that an effect fades, and that the block before still shows', () => {
    const early = blocksOf(28, 1, 1, 5);
    const late = blocksOf(28, 1, 0, 5);
    const fading = early.map((block, at) => (at < 14 * 36 ? block : (late[at] as Block)));
    expect(
      ask(question('pickups'), fading)
        .notes?.map(({ en }) => en)
        .join(' '),
    ).toMatch(/The effect fades: \+\d+ %/);
    const carried = blocksOf(28, 1, 0.3, 7).map((block, at, all) => {
      const before = all[at - 1];
      if (before?.arm !== 'treated' || before.toTs !== block.fromTs) return block;
      const more = Math.round(block.featured.pickups * 1.5);
      return { ...block, featured: { ...block.featured, pickups: more } };
    });
    expect(
      ask(question('pickups'), carried)
        .notes?.map(({ en }) => en)
        .join(' '),
    ).toContain('block before');
  });
});
