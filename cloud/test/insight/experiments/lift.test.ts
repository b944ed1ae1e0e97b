import { describe, expect, it } from 'vitest';
import { alwaysValid, sequenceFactor } from '../../../src/insight/experiments/always-valid.js';
import { LEAST_BLOCKS, sampleOf, type BlockOutcome } from '../../../src/insight/experiments/blocks.js';
import { fixedHorizon } from '../../../src/insight/experiments/randomisation.js';
import { neededFor } from '../../../src/insight/experiments/power.js';
import { carryOver, novelty } from '../../../src/insight/experiments/over-time.js';
import { chanceOf, madeBlocks, type Made } from './made-blocks.js';

const SHOP: Made = { days: 14, blocksPerDay: 20, holdout: 0.3, mean: 4, lift: () => 0.2 };

function block(arm: BlockOutcome['arm'], outcome: number, more: Partial<BlockOutcome> = {}): BlockOutcome {
  return { arm, stratum: 'a', week: 0, previousArm: null, shoppers: 10, outcome, usual: null, ...more };
}

describe('the lift of a campaign', () => {
  it('is the ratio of outcomes per shopper where nothing is to be adjusted', () => {
    const blocks = [12, 11, 13, 12, 12].map((outcome) => block('treated', outcome));
    blocks.push(...[10, 9, 11, 10, 10].map((outcome) => block('heldOut', outcome)));
    expect(fixedHorizon(sampleOf(blocks), chanceOf(1))?.lift).toBeCloseTo(0.2, 6);
  });

  it('has the p of all drawings there are, where they can be counted', () => {
    // 3 of 6 treated, all three above all others: 2 of the 20 drawings are as far, this one and its mirror
    const blocks = [9, 10, 11].map((outcome) => block('treated', outcome));
    blocks.push(...[3, 4, 5].map((outcome) => block('heldOut', outcome)));
    const found = fixedHorizon(sampleOf(blocks), chanceOf(2), 4000);
    expect(found?.p).toBeGreaterThan(0.08);
    expect(found?.p).toBeLessThan(0.12);
  });

  it('of a single week takes two blocks of either arm', () => {
    const week = (of: number, treated: number) => [
      ...Array.from({ length: treated }, (_, i) => block('treated', 12 + i, { week: of })),
      ...[10, 9, 11].map((outcome) => block('heldOut', outcome, { week: of })),
    ];
    const { weeks } = novelty([...week(0, 2), ...week(1, 1), ...week(2, 3)], chanceOf(1), 9);
    expect(weeks.map(({ week }) => week)).toEqual([0, 2]);
  });

  it('that changes counts what was drawn among the drawings: p is never 0, and never above 1', () => {
    const of = Array.from({ length: 20 }, (_, run) => novelty(madeBlocks(SHOP, chanceOf(run + 1)), chanceOf(run), 1).p);
    expect([...new Set(of)].sort()).toEqual([0.5, 1]);
  });

  it('holds the truth in about 95 of 100 campaigns', () => {
    let covered = 0;
    const runs = 200;
    for (let run = 0; run < runs; run += 1) {
      const chance = chanceOf(run + 1);
      const found = fixedHorizon(sampleOf(madeBlocks({ ...SHOP, days: 7 }, chance)), chance, 199);
      if (found && found.low <= 0.2 && 0.2 <= found.high) covered += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.9);
    expect(covered / runs).toBeLessThan(0.99);
  });

  it('is narrower by what the same hour of the past says', () => {
    const chance = chanceOf(3);
    // two kinds of hours within a day, and the past knows which is which
    const blocks = madeBlocks({ ...SHOP, mean: 3 }, chance).map((one, index) => {
      const busy = index % 3 === 0;
      return { ...one, outcome: busy ? one.outcome * 4 : one.outcome, usual: busy ? 1.2 : 0.3 };
    });
    const width = (of: BlockOutcome[]): number => {
      const found = fixedHorizon(sampleOf(of), chanceOf(4));
      return (found?.high ?? NaN) - (found?.low ?? NaN);
    };
    expect(width(blocks)).toBeLessThan(0.7 * width(blocks.map((one) => ({ ...one, usual: null }))));
  });

  it('is not said of an arm without blocks or without any outcome', () => {
    expect(fixedHorizon(sampleOf([block('treated', 3), block('treated', 4)]), chanceOf(1))).toBeUndefined();
    const nothing = [block('treated', 3), block('treated', 2), block('heldOut', 0), block('heldOut', 0)];
    expect(fixedHorizon(sampleOf(nothing), chanceOf(1))).toBeUndefined();
  });

  it('leaves out blocks in which nobody came near', () => {
    const blocks = madeBlocks(SHOP, chanceOf(5));
    const empty = blocks.map((one) => ({ ...one, shoppers: 0, outcome: 7 }));
    expect(fixedHorizon(sampleOf([...blocks, ...empty]), chanceOf(6))).toEqual(
      fixedHorizon(sampleOf(blocks), chanceOf(6)),
    );
  });
});

describe('bounds that may be looked at every day', () => {
  it('say nothing below twenty blocks in an arm', () => {
    const few = Array.from({ length: LEAST_BLOCKS }, (_, i) => block('treated', 3 + (i % 3)));
    few.push(...Array.from({ length: LEAST_BLOCKS - 1 }, (_, i) => block('heldOut', 3 + (i % 2))));
    expect(alwaysValid(sampleOf(few), { treated: 100, heldOut: 100 })).toBeUndefined();
    expect(alwaysValid(sampleOf([...few, block('heldOut', 3)]), { treated: 100, heldOut: 100 })).toBeDefined();
  });

  it('are wider than what may be read once, and narrow to nothing', () => {
    for (const seen of [20, 100, 1000, 100_000])
      expect(sequenceFactor(seen, 0.05, 100) * Math.sqrt(seen)).toBeGreaterThan(1.96);
    expect(sequenceFactor(1_000_000, 0.05, 100)).toBeLessThan(0.01);
  });

  it('are tightest, in standard errors, where it was planned', () => {
    const inErrors = (seen: number): number => sequenceFactor(seen, 0.025, 300) * Math.sqrt(seen);
    expect(inErrors(300)).toBeLessThan(inErrors(30));
    expect(inErrors(300)).toBeLessThan(inErrors(6000));
  });

  it('miss the truth on any day in fewer than 5 of 100 campaigns', () => {
    let missed = 0;
    const runs = 150;
    for (let run = 0; run < runs; run += 1) {
      const blocks = madeBlocks({ ...SHOP, days: 20 }, chanceOf(run + 900));
      const looks = Array.from({ length: 20 }, (_, day) => sampleOf(blocks.slice(0, (day + 1) * SHOP.blocksPerDay)));
      if (looks.some((sample) => misses(alwaysValid(sample, { treated: 280, heldOut: 120 })))) missed += 1;
    }
    expect(missed / runs).toBeLessThanOrEqual(0.05);
  });
});

function misses(bounds: { low: number; high: number } | undefined): boolean {
  return bounds !== undefined && (bounds.low > 0.2 || bounds.high < 0.2);
}

describe('how long a campaign needs', () => {
  const past = sampleOf(madeBlocks({ ...SHOP, lift: () => 0, days: 28, holdout: 1 }, chanceOf(7)));

  it('is what a campaign of that length then finds in four of five', () => {
    const needed = neededFor(past, 0.2, SHOP.blocksPerDay, SHOP.holdout);
    const days = Math.round(needed?.days ?? NaN);
    let found = 0;
    const runs = 120;
    for (let run = 0; run < runs; run += 1) {
      const chance = chanceOf(run + 300);
      if ((fixedHorizon(sampleOf(madeBlocks({ ...SHOP, days }, chance)), chance, 199)?.p ?? 1) <= 0.05) found += 1;
    }
    expect(found / runs).toBeGreaterThan(0.68);
    expect(found / runs).toBeLessThan(0.92);
  });

  it('is four times as long for about half the lift, and longest with little held out', () => {
    const days = (lift: number, holdout: number): number => neededFor(past, lift, 20, holdout)?.days ?? NaN;
    expect(days(0.05, 0.5) / days(0.1, 0.5)).toBeCloseTo((Math.log(1.1) / Math.log(1.05)) ** 2, 6);
    expect(days(0.1, 0.2) / days(0.1, 0.5)).toBeCloseTo(1.5625, 6);
  });

  it('is not said without any outcome, block or holdout', () => {
    expect(neededFor(sampleOf([block('heldOut', 0), block('heldOut', 0)]), 0.05, 20, 0.2)).toBeUndefined();
    expect(neededFor(past, 0.05, 0, 0.2)).toBeUndefined();
    expect(neededFor(past, 0.05, 20, 0)).toBeUndefined();
  });
});

describe('a lift over time', () => {
  const long: Made = { ...SHOP, days: 56, holdout: 0.5, mean: 8 };

  it('that fades is told from one that stays', () => {
    const fading = novelty(
      madeBlocks({ ...long, lift: (week) => 0.5 * (1 - week / 7) }, chanceOf(11)),
      chanceOf(12),
      199,
    );
    expect(fading.p).toBeLessThanOrEqual(0.05);
    expect(fading.slope).toBeLessThan(0);
    expect(fading.weeks).toHaveLength(8);
    expect(fading.weeks[0]?.lift).toBeGreaterThan(fading.weeks[7]?.lift ?? NaN);
    let alarms = 0;
    for (let run = 0; run < 60; run += 1) {
      const { p } = novelty(madeBlocks({ ...long, days: 28, lift: () => 0.5 }, chanceOf(run + 40)), chanceOf(run), 99);
      if (p !== null && p <= 0.05) alarms += 1;
    }
    expect(alarms).toBeLessThanOrEqual(9);
  });

  it('has no trend within one week', () => {
    expect(novelty(madeBlocks({ ...SHOP, days: 7 }, chanceOf(13)), chanceOf(14), 99)).toMatchObject({
      p: null,
      slope: null,
    });
  });

  it('that the block before still shows is found, and none is found where there is none', () => {
    const carried = carryOver(
      sampleOf(madeBlocks({ ...long, lift: () => 0.4, carried: 0.5 }, chanceOf(15))),
      chanceOf(16),
      199,
    );
    expect(carried?.p).toBeLessThanOrEqual(0.05);
    expect(carried?.effect).toBeGreaterThan(0.03);
    let alarms = 0;
    for (let run = 0; run < 60; run += 1) {
      const sample = sampleOf(madeBlocks({ ...long, days: 28, lift: () => 0.4 }, chanceOf(run + 70)));
      if ((carryOver(sample, chanceOf(run), 99)?.p ?? 0) <= 0.05) alarms += 1;
    }
    expect(alarms).toBeLessThanOrEqual(9);
  });
});
