import { MINUTE_MS, SECTIONS, minuteOf, type Fact, type StoreFile } from '@aisle/contracts';
import { Random } from '../random.js';
import type { Behaviour } from '../settings/behaviour.js';
import { Goods, Outages } from './goods.js';
import { Minutes, heatValue, zoneValue, type MinuteSums, type Stated } from './minute-sums.js';
import { Places } from './places.js';
import { Rhythm, poisson } from './rhythm.js';
import { Screens } from './screens.js';
import { Tills } from './tills.js';
import { Trips, type Astray } from './trips.js';

export interface HistoryOptions {
  storeFile: StoreFile;
  behaviour: Behaviour;
  seed: number;
  /** epoch ms, whole minutes: `from` inclusive, `to` exclusive */
  from: number;
  to: number;
  /** the version of the store file that everything is stated under; 1 when left out */
  configVersion?: number;
  /**
   * `sensed`, when left out: a slot is stated for every minute in which it was sensed, as agents do. `changed`: for the minutes in
   * which anything happened there, and once an hour: a tenth of the rows for the same figures.
   */
  slots?: 'sensed' | 'changed';
  /** times a day that one device fails for a while; 0.02 when left out */
  outagesPerDay?: number;
  /** a slot at which something is wrong; none when left out */
  astray?: Astray;
}

/** A slot that nobody touched is stated at least so often. */
const STATE_EVERY_MS = 60 * MINUTE_MS;
/** Shoppers come before the first minute, so that the shop is not empty in it. */
const WARM_UP_MS = 20 * MINUTE_MS;

/**
 * A plausible past of a shop: what its agent would have stated, minute by minute, from one seed. The same options give the same
 * facts, and no clock is read. Facts of a minute come together, each once and final; they fit each other (what is sold was taken
 * from a slot by somebody who came in by a door), but no person is followed from second to second as in the twin.
 */
export function* historyOf(options: HistoryOptions): Generator<Fact[]> {
  const { from, to, configVersion = 1 } = options;
  const shop = new PastShop(options);
  let seq = 0;
  for (let minute = minuteOf(from) - WARM_UP_MS; minute < to; minute += MINUTE_MS) {
    const stated = shop.minute(minute);
    if (minute < from) continue;
    seq += 1;
    if (seq === 1) stated.unshift(inForce(from, configVersion));
    const facts = stated.map(
      ({ kind, subject, ts, value }) => ({ kind, subject, ts, seq, generation: 1, configVersion, value }) as Fact,
    );
    if (facts.length > 0) yield facts;
  }
}

const inForce = (ts: number, version: number): Stated => ({
  kind: 'inForce',
  subject: `${version}@${ts}`,
  ts,
  value: { version, before: version - 1, sections: [...SECTIONS] },
});

class PastShop {
  private readonly places: Places;
  private readonly rhythm: Rhythm;
  private readonly minutes: Minutes;
  private readonly goods: Goods;
  private readonly tills: Tills;
  private readonly trips: Trips;
  private readonly screens: Screens;
  private readonly outages: Outages;
  private readonly arrivals: Random;
  /** by coverage group */
  private readonly devices: ReadonlyMap<string, readonly string[]>;

  constructor(private readonly options: HistoryOptions) {
    const { storeFile, behaviour, seed, from, to, outagesPerDay = 0.02 } = options;
    const stream = (name: string): Random => Random.stream(seed, `history/${storeFile.store.id}/${name}`);
    this.places = new Places(storeFile, behaviour.arrivals.entranceWeights);
    this.rhythm = new Rhythm(storeFile, behaviour.arrivals, seed);
    this.devices = new Map(this.places.groups.map(({ name, devices }) => [name, devices]));
    this.minutes = new Minutes(this.places);
    this.arrivals = stream('arrivals');
    this.goods = new Goods(this.places, behaviour.stock, this.minutes, stream('goods'), to);
    this.tills = new Tills(this.places, behaviour.till, stream('tills'), `H${Math.floor(from / MINUTE_MS)}-`);
    const judges = (storeFile.zones ?? []).some(({ category }) => category !== undefined);
    this.trips = new Trips(
      this.places,
      behaviour,
      this.minutes,
      this.goods,
      this.tills,
      stream('trips'),
      judges,
      options.astray,
    );
    this.screens = new Screens(this.places.screens, storeFile.content ?? [], stream('screens'), from);
    const sensing = [...new Set(this.places.groups.flatMap(({ devices }) => devices))];
    this.outages = new Outages(sensing, stream('outages'), outagesPerDay);
  }

  /** Everything that is stated of a minute. Minutes come in rising order, each once. */
  minute(minute: number): Stated[] {
    const { minutes, rhythm, arrivals } = this;
    for (let count = poisson(rhythm.shoppers(minute), arrivals); count > 0; count -= 1)
      this.trips.begin(minute + arrivals.integer(0, MINUTE_MS - 1));
    for (const { id } of this.places.passersBy)
      for (let count = poisson(rhythm.passersBy(minute), arrivals); count > 0; count -= 1)
        minutes.crossed(id, arrivals.chance(0.5) ? 'in' : 'out', minute);
    this.happen(minute);
    const sums = minutes.take(minute);
    this.outages.begin(minute);
    const stated: Stated[] = [];
    const isOpen = rhythm.isOpen(minute);
    this.people(minute, sums, stated);
    this.shelves(minute, isOpen, stated);
    stated.push(...this.tills.sales.splice(0), ...this.goods.incidents.splice(0));
    if (!isOpen) return stated;
    for (const { name, devices } of this.places.groups)
      if (!this.outages.isDown(devices, minute))
        stated.push({ kind: 'coverage', subject: name, ts: minute, value: { sensedMs: MINUTE_MS } });
    stated.push(...this.screens.play(minute, minute + MINUTE_MS));
    return stated;
  }

  /** What was planned for this minute, in the order of time; it may bring more of the same minute. */
  private happen(minute: number): void {
    const { happens } = this.minutes.at(minute);
    while (happens.length > 0) {
      happens.sort((a, b) => a.ts - b.ts);
      for (const { run } of happens.splice(0)) run();
    }
  }

  private people(minute: number, sums: MinuteSums, stated: Stated[]): void {
    const isSensed = (group: string): boolean => group !== '' && !this.isDown(group, minute);
    for (const { id, group } of [...this.places.doors, ...this.places.passersBy]) {
      const crossed = sums.crossings.get(id);
      if (crossed && isSensed(group))
        stated.push({ kind: 'crossings', subject: id, ts: minute, value: { ...crossed, source: 'tracks' } });
    }
    this.places.zones.forEach(({ id, group }, at) => {
      const zone = sums.zones.get(at);
      if (zone && isSensed(group))
        stated.push({ kind: 'zone', subject: id, ts: minute, value: zoneValue(zone, zone.ppmMs > 0) });
    });
    if (sums.heat.size > 0)
      stated.push({ kind: 'heat', subject: 'floor', ts: minute, value: heatValue(sums, this.places.grid) });
  }

  private isDown(group: string, minute: number): boolean {
    return this.outages.isDown(this.devices.get(group) ?? [], minute);
  }

  private shelves(minute: number, isOpen: boolean, stated: Stated[]): void {
    const everyMinute = (this.options.slots ?? 'sensed') === 'sensed';
    this.places.slots.forEach(({ id, group }, at) => {
      if (group === '' || this.isDown(group, minute)) return this.goods.forget(at);
      const isDue = isOpen && (everyMinute || minute % STATE_EVERY_MS === 0);
      if (isDue || this.goods.isTouched(at))
        stated.push({ kind: 'slot', subject: id, ts: minute, value: this.goods.state(at) });
    });
  }
}
