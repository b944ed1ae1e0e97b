import {
  DAY_MS,
  normalCode,
  type AvailabilityRow,
  type BestArrangement,
  type ProposalSilence,
  type ProposalsView,
  type SlotFunnelRow,
} from '@aisle/contracts';
import { storeTime, type Insight } from '../insight/index.js';
import type { Clock, StoreVersion } from '../ports/index.js';
import { arrange, type ShelfLevel } from './arrange.js';
import { movesOf, type Standing } from './moves.js';
import { SILENCES, nameIn, proposed, tooLittle } from './proposal-words.js';
import { EXPECTED, eyeLevelOf } from './shelf-model.js';
import { SolverFailed, Solver } from './solve.js';

const WEEKS = 4;
/** Of fewer units a week's sales are chance for more than a quarter. */
const LEAST_UNITS = 30;
/** A product is moved only where it brings so much of what the fixture sells. */
const WORTH_MOVING = 0.001;
/** An answer is good for so long: its figures are of whole days. */
const KEPT_MS = 5 * 60_000;
const cents = (value: number): number => Math.round(value * 100) / 100 + 0;

type Spells = Parameters<Insight['availability']>[2];

export interface ProposalParts {
  insight: Pick<Insight, 'slotFunnel' | 'availability'>;
  clock: Pick<Clock, 'now' | 'after'>;
  log: { warn(about: object, message: string): void };
}

/** What would help a fixture: asks for the figures of the last four weeks, and has the pure parts say it. */
export class Proposals {
  readonly #kept = new Map<string, { until: number; view: Promise<ProposalsView> }>();

  readonly #solver: Solver;

  constructor(private readonly parts: ProposalParts) {
    this.#solver = new Solver(parts.clock);
  }

  /** Ends the solver's thread. */
  close(): Promise<void> {
    return this.#solver.close();
  }

  /** undefined: the shop has no such fixture */
  async of(store: StoreVersion, fixtureId: string, spells: Spells): Promise<ProposalsView | undefined> {
    const fixture = (store.storeFile.fixtures ?? []).find(({ id }) => id === fixtureId);
    if (!fixture) return undefined;
    const now = this.parts.clock.now();
    const key = [store.storeId, store.version, fixtureId].join('|');
    const kept = this.#kept.get(key);
    if (kept && kept.until > now) return kept.view;
    for (const [old, { until }] of this.#kept) if (until <= now) this.#kept.delete(old);
    const view = this.#ask(store, fixture, spells);
    this.#kept.set(key, { until: now + KEPT_MS, view });
    view.catch(() => this.#kept.delete(key));
    return view;
  }

  async #ask(store: StoreVersion, fixture: Fixture, spells: Spells): Promise<ProposalsView> {
    const time = storeTime(store.storeFile.store.timezone);
    const to = time.day(this.parts.clock.now()).from;
    const from = time.day(to - WEEKS * 7 * DAY_MS + DAY_MS / 2).from;
    const period = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    const placed = (fixture.slots ?? []).filter(({ gtin }) => gtin !== undefined);
    const levels = levelsOf(fixture);
    const { currency } = store.storeFile.store;
    const base = {
      ...{ fixtureId: fixture.id, from: time.iso(from), to: time.iso(to), currency },
      assumptions: {
        ...{ moreSpace: EXPECTED.moreSpace, lessSpace: EXPECTED.lessSpace, bestToWorstLevel: EXPECTED.bestToWorst },
        eyeLevel: eyeLevelOf(levels.map(({ level }) => level)),
      },
    };
    const silent = (why: ProposalSilence, sentence: ProposalsView['sentence'], left: string[] = []): ProposalsView => ({
      ...{ ...base, salesNet: null, why, sentence, proposals: [], best: null, left },
    });
    if (placed.length === 0) return silent('nothingPlaced', SILENCES.nothingPlaced);
    if ((fixture.slots ?? []).some(({ level }) => level === undefined)) return silent('noLevels', SILENCES.noLevels);

    const funnel = await this.parts.insight.slotFunnel(store, period, spells);
    const stock = new Map(
      (await this.parts.insight.availability(store, period, spells)).map((row) => [row.slotId, row]),
    );
    const items = placed.map((slot) => standing(slot, fixture.id, { store, funnel, stock: stock.get(slot.id) }));
    const left = items.filter(({ isFixed }) => isFixed).map(({ id }) => id);
    if (left.length === items.length) return silent('salesUnknown', SILENCES.salesUnknown, left);
    const units = items.reduce((sum, item) => sum + item.units, 0);
    if (units < LEAST_UNITS) return silent('tooLittleSold', tooLittle(Math.round(units * 10) / 10, LEAST_UNITS), left);

    const sales = items.reduce((sum, item) => sum + item.sales, 0);
    const proposals = movesOf(items, levels, currency);
    // moves are worth having also where the solver is not to be had
    const best = await bestOf(this.#solver, items, levels, sales).catch((error: unknown) => {
      if (!(error instanceof SolverFailed)) throw error;
      this.parts.log.warn({ store: store.storeId, fixture: fixture.id, reason: error.message }, 'the solver failed');
      return null;
    });
    return {
      ...{ ...base, salesNet: cents(sales), why: null, proposals, best, left },
      sentence: proposed(proposals.length, best, currency),
    };
  }
}

type Fixture = NonNullable<StoreVersion['storeFile']['fixtures']>[number];
type Slot = NonNullable<Fixture['slots']>[number];

/** Levels are as wide as the facings that they have now, of empty slots as well: the store file knows no other width. */
function levelsOf({ slots = [] }: Fixture): ShelfLevel[] {
  const widths = new Map<number, number>();
  for (const { level, facings = 1 } of slots)
    if (level !== undefined) widths.set(level, (widths.get(level) ?? 0) + facings);
  return [...widths].map(([level, width]) => ({ level, width })).sort((a, b) => a.level - b.level);
}

function standing(
  slot: Slot,
  fixtureId: string,
  from: { store: StoreVersion; funnel: readonly SlotFunnelRow[]; stock: AvailabilityRow | undefined },
): Standing {
  const { id, gtin = '', facings = 1, level = 1, capacity } = slot;
  const code = normalCode(gtin) ?? gtin;
  const isSame = (other: string | null): boolean => other !== null && (normalCode(other) ?? other) === code;
  const row = from.funnel.find(
    (one) => one.slotId === id && one.fixtureId === fixtureId && one.level === level && isSame(one.gtin),
  );
  const perFacing = row?.salesPerFacingDay ?? null;
  const units = Math.max(0, row?.units ?? 0);
  const stock = from.stock && isSame(from.stock.gtin) ? from.stock.availability : null;
  const product = (from.store.storeFile.products ?? []).find((one) => isSame(one.gtin));
  const unitsPerFacing = capacity === undefined ? undefined : capacity / facings;
  return {
    ...{ id, gtin, level, facings, name: nameIn(product?.name ?? row?.name, gtin) },
    // what came back may be more than what went: no place makes that better
    sales: perFacing === null ? 0 : Math.max(0, perFacing * facings * 7),
    isFixed: perFacing === null,
    units: perFacing === null ? 0 : units,
    emptyShare: stock === null ? null : 1 - stock,
    unitsPerFacing,
    // a day's sales fit, where they do so now
    leastUnits: unitsPerFacing === undefined ? undefined : Math.min(units / (WEEKS * 7), unitsPerFacing * facings),
  };
}

async function bestOf(
  solver: Solver,
  items: readonly Standing[],
  levels: readonly ShelfLevel[],
  sales: number,
): Promise<BestArrangement | null> {
  const { arrangement, value, gap, proven } = await arrange(items, levels, {
    solver,
    worthMoving: WORTH_MOVING * sales,
  });
  if (arrangement === null) return null;
  const byId = new Map(items.map((item) => [item.id, item]));
  return {
    arrangement: arrangement.map(({ id, level, facings }) => {
      const item = byId.get(id) as Standing;
      return {
        ...{ slotId: id, gtin: item.gtin, from: { level: item.level, facings: item.facings } },
        to: { level, facings },
      };
    }),
    ...{ value: cents(value), gain: cents(value - sales), gap, proven },
  };
}
