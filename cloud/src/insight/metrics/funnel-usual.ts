import { round6, type UsualStep } from '@aisle/contracts';
import { outliers, twoSided, usualRange } from '../usual/counts.js';
import { Peers, type Cell } from '../usual/peers.js';
import { sensorsOf, type Slice } from '../slices.js';
import { passersOf, type Facing, type SensedShares } from './facings.js';

/** With at most this chance any slot is named that is nothing but chance. */
const NAMED_BY_CHANCE = 0.05;
const MICRO = 1e6;
/** A sensor that was silent for more than half of the time senses nothing in it (SEMANTICS §19). */
const ENOUGH = 0.5;

/** What a facing did, as far as it is known. */
export interface Steps {
  passed: number | null;
  stopped: number | null;
  pickups: number | null;
  returned: number | null;
  units: number | null;
}
export interface Usual {
  /** other slots of its category and level */
  slots: number;
  stopped: UsualStep | null;
  pickups: UsualStep | null;
  returned: UsualStep | null;
  units: UsualStep | null;
}

type Named = 'pickups' | 'returned' | 'units';
const NAMED: readonly Named[] = ['pickups', 'returned', 'units'];

/** The steps of a facing. What no sensor has seen is null. */
export function stepsOf(facing: Facing, shares: SensedShares, areTillsThere: boolean): Steps {
  const people = passersOf(facing);
  const onGoods = goodsShare(facing, shares);
  const isSensed = onGoods === null ? anything(facing) : onGoods >= ENOUGH;
  const quantity = facing.sold.reduce((all, { sum }) => all + sum.quantityMicro, 0);
  return {
    passed: people && people.passed,
    stopped: people && people.stopped,
    pickups: isSensed ? facing.moves.pickups : null,
    returned: isSensed ? facing.moves.putbacks : null,
    units: areTillsThere || quantity !== 0 ? quantity / MICRO : null,
  };
}

export const goodsShare = ({ slotId, slices }: Facing, shares: SensedShares): number | null =>
  shares.of(slices, (edition) => {
    const slot = edition.slot(slotId);
    return slot && sensorsOf(slices, [slot])[0];
  });
const anything = ({ moves }: Facing): boolean => moves.pickups + moves.putbacks + moves.refilled > 0;

/** What is usual, by what slots did in other times and other slots in this one. */
export class UsualFunnel {
  readonly #cells = {
    stopped: [] as Cell[],
    pickups: [] as Cell[],
    returned: [] as Cell[],
    units: [] as Cell[],
  };
  #peers: Record<keyof UsualFunnel['cells'], Peers> | undefined;

  private get cells() {
    return this.#cells;
  }

  /** Takes a stretch of time in, such as a day of the past. */
  learn(facings: readonly Facing[], shares: SensedShares, areTillsThere: boolean): void {
    const zones = new Set<string>();
    for (const facing of facings) {
      const steps = stepsOf(facing, shares, areTillsThere);
      for (const step of NAMED) {
        const { count, of } = asked(step, facing, steps);
        if (count !== null && of > 0)
          this.#cells[step].push({ id: facing.slotId, groups: groupsOf(facing), count, of });
      }
      const { zoneId } = facing;
      if (zoneId === null || zones.has(zoneId) || !steps.passed) continue;
      zones.add(zoneId);
      this.#cells.stopped.push({ id: zoneId, groups: [''], count: steps.stopped ?? 0, of: steps.passed });
    }
  }

  of(facing: Facing, steps: Steps): Usual {
    const groups = groupsOf(facing);
    this.#peers ??= {
      stopped: new Peers(this.#cells.stopped, 'share'),
      pickups: new Peers(this.#cells.pickups, 'rate'),
      returned: new Peers(this.#cells.returned, 'share'),
      units: new Peers(this.#cells.units, 'rate'),
    };
    const peers = this.#peers;
    const step = (name: Named, isNamed: boolean): UsualStep | null => {
      const { count, of } = asked(name, facing, steps);
      return of > 0 ? usualStep(peers[name], groups, facing.slotId, isNamed ? count : null, of) : null;
    };
    return {
      slots: Math.max(...NAMED.map((name) => peers[name].others(groups, facing.slotId))),
      // it is of the zone and not of the slot: it names none
      stopped: this.#stops(peers.stopped, facing.zoneId, steps),
      // what is wanted more or less, or was empty for a while, is not wrong with the slot: it names none either
      pickups: step('pickups', false),
      returned: step('returned', true),
      units: step('units', true),
    };
  }

  /** All slots of a zone share it. */
  #stops(peers: Peers, zoneId: string | null, { passed }: Steps): UsualStep | null {
    if (!passed || zoneId === null) return null;
    const key = `${passed} ${zoneId}`;
    const known = this.#ofZone.get(key);
    if (known !== undefined) return known;
    const step = usualStep(peers, [''], zoneId, null, passed);
    this.#ofZone.set(key, step);
    return step;
  }
  readonly #ofZone = new Map<string, UsualStep | null>();
}

/** Marks what stands out, of all that was asked together. */
export function nameOutliers(rows: readonly { steps: Steps; usual: Usual }[]): void {
  const told = rows.flatMap(({ steps, usual }) =>
    NAMED.flatMap((name) => {
      const step = usual[name];
      return step && step.p !== null ? [{ step, count: steps[name] ?? 0, p: step.p }] : [];
    }),
  );
  const isNamed = outliers(
    told.map(({ p }) => p),
    NAMED_BY_CHANCE,
  );
  told.forEach(({ step, count }, at) => {
    if (isNamed[at]) step.standsOut = count > step.value ? 'more' : 'fewer';
  });
}

/** @param count null: it names nothing, however far it is from the usual */
function usualStep(
  peers: Peers,
  groups: readonly string[],
  id: string,
  count: number | null,
  of: number,
): UsualStep | null {
  const law = peers.law(groups, id, of);
  if (!law) return null;
  return {
    value: round6(law.mean),
    ...usualRange(law),
    rate: round6(law.rate),
    standsOut: null,
    p: count === null ? null : Number(twoSided(law, Math.round(count)).toPrecision(3)),
  };
}

/** The count of a step, and what it is held against. */
function asked(step: Named, { neighbours }: Facing, { passed, pickups, returned, units }: Steps) {
  switch (step) {
    case 'pickups':
      return { count: pickups, of: (passed ?? 0) / Math.max(1, neighbours) };
    case 'returned':
      // something may have been taken just before the period and come back in it
      return { count: returned === null ? null : Math.min(returned, pickups ?? 0), of: pickups ?? 0 };
    case 'units':
      return { count: units === null ? null : Math.max(0, units), of: pickups ?? 0 };
  }
}

const groupsOf = ({ category, level }: Facing): string[] => [
  `${category ?? ''}|${level ?? ''}`,
  `${category ?? ''}|`,
  '',
];

/** Whether tills told of the time at all. */
export const tillsThere = (onSales: number | null, slices: readonly Slice[]): boolean =>
  onSales === null ? slices.some(({ tallies }) => tallies.sale.receipts > 0) : onSales >= 0.005;
