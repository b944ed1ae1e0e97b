import { DAY_MS, normalCode, type Slot, type StoreFile } from '@aisle/contracts';
import { createInsight } from '../../../cloud/src/insight/index.js';
import { withSlots } from '../../../cloud/src/planograms/placing.js';
import { WhatIfs } from '../../../cloud/src/planograms/what-if.js';
import type { SeriesRow } from '../../../cloud/src/ports/series-store.js';
import { readBehaviour, readStore, shopFile } from '../../../simulators/src/adapters/files.js';
import { historyOf } from '../../../simulators/src/history/history.js';
import { Random } from '../../../simulators/src/random.js';
import type { Behaviour } from '../../../simulators/src/settings/behaviour.js';
import { memorySeries } from '../../support/memory-series.js';

/** a Monday of the shop */
const START = Date.parse('2026-03-02T00:00:00+08:00');
export const WEEKS_AHEAD = 2;
/** A shop that is open for three hours a day, and sells some dozens to hundreds of each product a week. */
const HOURS: NonNullable<StoreFile['hours']> = [
  { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], open: '10:00', close: '13:00' },
];
const PER_HOUR = 400;
/** What the cloud is asked about rests on sales and on who stops where; shelves sense besides, and that is nothing of this. */
const KINDS: ReadonlySet<string> = new Set(['inForce', 'zone', 'sale', 'coverage']);

/** What came out of one move: what was expected of the product that was moved, and what the twin then sold, units a week. */
export interface Outcome {
  kind: MoveKind;
  gtin: string;
  /** sales stay as they were */
  now: number;
  expected: number;
  low: number;
  high: number;
  real: number;
}
export const MOVE_KINDS = ['level', 'facings', 'place'] as const;
export type MoveKind = (typeof MOVE_KINDS)[number];

/** The twin's demo shop, whose people see a shelf in a way of their own. The cloud is told none of this. */
function behaviourOf(random: Random): Behaviour {
  const behaviour = readBehaviour(shopFile('behaviour.yaml'));
  return {
    ...behaviour,
    arrivals: { ...behaviour.arrivals, perHour: PER_HOUR, passersByPerHour: 0 },
    noticing: {
      ...{ looks: random.between(2, 7), eyeMetres: random.between(1.1, 1.5), spreadMetres: random.between(0.45, 0.9) },
      ...{ foundAnyway: random.between(0.4, 0.95), passingPull: random.between(0, 3) },
    },
  };
}

/** One shop of the twin with its past, and moves in it that are simulated anew. */
export class TwinShop {
  private readonly storeFile: StoreFile;
  private readonly behaviour: Behaviour;
  private readonly whatIfs: WhatIfs;
  private readonly random: Random;

  constructor(
    private readonly seed: number,
    private readonly shop: number,
    /** whole weeks of its past */
    private readonly weeksBefore = 4,
  ) {
    this.random = Random.stream(seed, `what-if ${shop}`);
    const demo = readStore(shopFile('demo.yaml'));
    this.storeFile = { ...demo, store: { ...demo.store, id: `twin-${shop}` }, hours: HOURS, content: [] };
    this.behaviour = behaviourOf(this.random);
    const to = this.changeTs;
    const rows: SeriesRow[] = [];
    for (const facts of this.history(this.storeFile, START, to, 'past'))
      for (const fact of facts)
        if (KINDS.has(fact.kind) && !fact.subject.startsWith('shelf-'))
          rows.push({ storeId: this.storeFile.store.id, epoch: 1, fact });
    const clock = {
      now: () => to + 60_000,
      monotonicMs: () => 0,
      after: () => () => undefined,
      every: () => () => undefined,
    };
    const insight = createInsight({ series: memorySeries(rows), clock });
    this.whatIfs = new WhatIfs({ insight, clock });
    this.ready = insight.maintainRollups(this.context);
  }

  private readonly ready: Promise<unknown>;

  private get changeTs(): number {
    return START + this.weeksBefore * 7 * DAY_MS;
  }

  private get context() {
    const { storeFile } = this;
    return { storeId: storeFile.store.id, version: 1, storeFile, validFrom: START } as Parameters<WhatIfs['of']>[0];
  }

  /** A random move, what the cloud expects of it, and what the twin sells once it is made. */
  async move(number: number): Promise<Outcome> {
    await this.ready;
    const kind = this.random.pick([...MOVE_KINDS]);
    const { file, gtin } = this.moved(kind);
    const view = await this.whatIfs.of(this.context, file, WEEKS_AHEAD, async () => []);
    const told = view.products.find((product) => product.gtin === gtin);
    if (!told?.units) throw new Error(`nothing is said of ${gtin} (${kind}): ${told?.why ?? view.why}`);
    return { kind, gtin, ...told.units, real: this.sold(file, gtin, number) / WEEKS_AHEAD };
  }

  private *history(storeFile: StoreFile, from: number, to: number, name: string) {
    const seed = Random.stream(this.seed, `${this.shop} ${name}`).integer(1, 2 ** 31);
    yield* historyOf({ storeFile, behaviour: this.behaviour, seed, from, to, slots: 'changed', outagesPerDay: 0 });
  }

  private sold(file: StoreFile, gtin: string, move: number): number {
    const from = this.changeTs;
    const code = normalCode(gtin);
    let units = 0;
    for (const facts of this.history(file, from, from + WEEKS_AHEAD * 7 * DAY_MS, `move ${move}`))
      for (const { kind, value } of facts)
        if (kind === 'sale')
          for (const line of value.lines) if (normalCode(line.gtin) === code) units += line.quantityMicro / 1e6;
    return units;
  }

  /** Two products change places (within a fixture, or with another one), or one gets more or fewer facings. */
  private moved(kind: MoveKind): { file: StoreFile; gtin: string } {
    const { random } = this;
    const fixtures = (this.storeFile.fixtures ?? []).map(({ id, slots = [] }) => ({
      id,
      slots: slots.map((slot) => ({ ...slot })),
    }));
    const counts = new Map<string, number>();
    for (const { slots } of fixtures) for (const { gtin = '' } of slots) counts.set(gtin, (counts.get(gtin) ?? 0) + 1);
    const isAlone = ({ gtin }: Slot): boolean => gtin !== undefined && counts.get(gtin) === 1;
    for (;;) {
      const fixture = random.pick(fixtures);
      const own = random.pick(fixture.slots);
      if (!isAlone(own)) continue;
      const gtin = own.gtin as string;
      if (kind === 'facings') {
        const facings = random.integer(1, 2 * (own.facings ?? 1) + 1);
        if (facings === (own.facings ?? 1)) continue;
        own.facings = facings;
      } else {
        const other = kind === 'level' ? fixture : random.pick(fixtures);
        const swapped = random.pick(other.slots);
        if ((kind === 'place') === (other === fixture) || swapped === own || !isAlone(swapped)) continue;
        if (kind === 'level' && swapped.level === own.level) continue;
        [own.gtin, swapped.gtin] = [swapped.gtin as string, gtin];
      }
      return { file: withSlots(this.storeFile, new Map(fixtures.map(({ id, slots }) => [id, slots]))), gtin };
    }
  }
}
