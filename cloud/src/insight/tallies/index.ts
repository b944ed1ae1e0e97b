import { minuteOf, type FactKind } from '@aisle/contracts';
import type { StoredFact } from '../../ports/index.js';
import type { OpeningHours } from '../opening-hours.js';
import { CoverageTally } from './coverage-tally.js';
import { CrossingsTally } from './crossings-tally.js';
import { HeatTally } from './heat-tally.js';
import { InForceTally } from './in-force-tally.js';
import { SaleTally } from './sale-tally.js';
import { SlotTally } from './slot-tally.js';
import type { Tally } from './tally.js';
import { ZoneTally } from './zone-tally.js';

export { mergeEpochs } from './merge-epochs.js';
export { UNPLACED } from './sale-tally.js';

export const ROLLED_KINDS = ['crossings', 'zone', 'heat', 'slot', 'coverage', 'sale', 'inForce'] as const;
export type RolledKind = (typeof ROLLED_KINDS)[number];

/** One tally of each kind that is rolled up: what was made under one version of the store file. */
export class Tallies {
  readonly crossings = new CrossingsTally();
  readonly zone = new ZoneTally();
  readonly heat = new HeatTally();
  readonly slot = new SlotTally();
  readonly coverage: CoverageTally;
  readonly sale = new SaleTally();
  readonly inForce = new InForceTally();
  /** by kind: the minute of the first fact, epoch ms */
  readonly first = new Map<RolledKind, number>();

  constructor(hours: () => OpeningHours) {
    this.coverage = new CoverageTally(hours);
  }

  /** From when on the version held, as far as these facts tell, epoch ms; undefined without any. */
  get since(): number | undefined {
    const { since } = this.inForce;
    // measurements are of the version in force; records that come late are of the version of their own time
    const measured = this.#firstOf('coverage') ?? this.#firstOf('zone', 'heat', 'slot');
    if (since !== undefined && (measured === undefined || measured >= minuteOf(since))) return since;
    return measured ?? this.#firstOf('crossings', 'sale');
  }

  noteFirst(kind: RolledKind, minute: number): void {
    const known = this.first.get(kind);
    if (known === undefined || minute < known) this.first.set(kind, minute);
  }

  #firstOf(...kinds: RolledKind[]): number | undefined {
    const firsts = kinds.flatMap((kind) => this.first.get(kind) ?? []);
    return firsts.length > 0 ? Math.min(...firsts) : undefined;
  }
}

/** What a rollup holds of one kind: for each version its first minute and its sums. */
type PackedVersion = [version: number, first: number, packed: unknown];

/** Everything gathered of one stretch of time, by the version of the store file that it was made under. */
export class VersionTallies {
  readonly byVersion = new Map<number, Tallies>();

  /** @param hoursOf opening hours of a version: asked only where facts are added one by one */
  constructor(private readonly hoursOf: (version: number) => OpeningHours) {}

  of(version: number): Tallies {
    let tallies = this.byVersion.get(version);
    if (!tallies) this.byVersion.set(version, (tallies = new Tallies(() => this.hoursOf(version))));
    return tallies;
  }

  addPayload(kind: RolledKind, payload: string): void {
    for (const [version, first, packed] of JSON.parse(payload) as PackedVersion[]) {
      const tallies = this.of(version);
      tallies.noteFirst(kind, first);
      tallyOf(tallies, kind).addPacked(packed);
    }
  }

  payload(kind: RolledKind): string {
    const packed: PackedVersion[] = [];
    for (const [version, tallies] of this.byVersion) {
      const first = tallies.first.get(kind);
      if (first !== undefined) packed.push([version, first, tallyOf(tallies, kind).packed()]);
    }
    return JSON.stringify(packed);
  }
}

/** A tally takes facts of its own kind only; callers pass no others, which the type system cannot follow through a table. */
export const tallyOf = (tallies: Tallies, kind: RolledKind): Tally<FactKind> =>
  tallies[kind] as unknown as Tally<FactKind>;

/** The version that a fact belongs to. */
export const versionOf = (fact: StoredFact): number =>
  fact.kind === 'inForce' ? fact.value.version : fact.configVersion;

/** A statement that takes back what was said before is as good as none. */
export function saysNothing(fact: StoredFact): boolean {
  switch (fact.kind) {
    case 'crossings':
      return fact.value.in === 0 && fact.value.out === 0;
    case 'coverage':
      return fact.value.sensedMs === 0;
    case 'heat':
      return fact.value.cells.length === 0;
    case 'sale':
      return fact.value.lines.length === 0;
    case 'zone': {
      const { visits, visitors, overlapMs, maxOpen, interest } = fact.value;
      return visits === 0 && visitors === 0 && overlapMs === 0 && maxOpen === 0 && !interest?.ms;
    }
    default:
      return false;
  }
}
