import { HOUR_MS, MINUTE_MS, type DomainEvent, type ReadsEvent, type SaleEvent } from '@aisle/contracts';
import type { EnginePart, ModelChange } from '../core/engine-part.js';
import type { Incidents } from '../core/incidents.js';
import type { Interest } from '../interest/interest.js';
import type { Sales } from '../goods/sales.js';
import type { SlotWindows } from '../goods/slot-windows.js';
import type { StockWatch } from '../goods/stock-watch.js';
import type { StoreModel } from '../core/store-model.js';
import { Alarms } from './alarms.js';
import { concernsTags } from './concerns.js';
import { RfidPlaces } from './places.js';
import { ReaderPresence, type Heard, type Stay, type TagCounts } from './presence.js';
import { SLOWEST_MS, requireTagWindows } from './require.js';
import { presenceOf } from './settings.js';
import { ShelfWatch } from './shelf-watch.js';
import { SlotStock } from './slot-stock.js';
import { TagBook } from './tag-book.js';
import { holdsUntil } from './timeline.js';
import { trim, wayOf, type Effect, type Surroundings, type Tag } from './tag.js';

/** Joins between readers, and of tags with sales, reach back so far behind the slowest reader. */
const REACH_MS = 2 * HOUR_MS + 10 * MINUTE_MS;
const TIDY_MS = 10 * MINUTE_MS;
const MOST_STAYS = 48;

export interface RfidParts {
  slots: SlotWindows;
  stock: StockWatch;
  sales: Sales;
  interest: Interest;
  incidents: Incidents;
  /** whether windows of this time may have to be fetched */
  reaches(ts: number): boolean;
}

/** Goods with tags: where each is, what was taken and put back, what lies in the slots, what lies wrong or left unpaid. */
export class Rfid implements EnginePart {
  readonly name = 'rfid';
  readonly version = 1;
  private readonly readers = new Map<string, ReaderPresence>();
  private readonly tags = new TagBook();
  /** open stays: reader → EPC → stay */
  private readonly open = new Map<string, Map<string, Stay>>();
  private readonly stock: SlotStock;
  private readonly shelves: ShelfWatch;
  private readonly alarms: Alarms;
  private model: StoreModel | undefined;
  private places: RfidPlaces | undefined;
  private around: Surroundings | undefined;
  private tidiedTs = 0;
  private frozenTs = 0;

  constructor(private readonly parts: RfidParts) {
    this.stock = new SlotStock(parts.slots);
    this.shelves = new ShelfWatch(this.stock, parts.stock, parts.interest);
    this.alarms = new Alarms(parts.incidents);
  }

  /** A change of what readers stand for, or of what is sold where; any other leaves all as it is. */
  configure(change: ModelChange): void {
    if (concernsTags(change)) this.recount(change.after);
    else this.prepare(change.after);
  }

  /** What the old store file measured stays; everything is counted anew from where it lies. */
  private recount(model: StoreModel): void {
    const before = this.model;
    const now = this.newest();
    if (before) this.alarms.clear(now);
    this.prepare(model);
    for (const id of [...this.readers.keys()]) if (!this.places?.readers.has(id)) this.forget(id);
    const isSame = (id: string) => before !== undefined && before.slots.get(id)?.gtin === model.slots.get(id)?.gtin;
    this.stock.reset(isSame, now);
    this.shelves.restart(isSame);
    for (const tag of this.tags.all()) this.rebase(tag);
    this.countOpen();
    for (const tag of this.tags.all()) this.follow(tag);
  }

  private prepare(model: StoreModel): void {
    const places = new RfidPlaces(model);
    this.model = model;
    this.places = places;
    this.around = {
      placeOf: (stay) => places.readers.get(stay.reader)?.placeOf(stay.antenna),
      homeOf: (gtin, place) => places.homeOf(gtin, place),
      isWeighed: (slotId) => places.isWeighed(slotId),
      hysteresisOf: (reader) => (places.readers.get(reader)?.presence ?? presenceOf(undefined)).hysteresisCdb,
    };
  }

  /** The clock of a reader was set back: what it heard before is over, and its tags come anew. Rare, so all is counted anew. */
  restart(readerId: string): void {
    this.forget(readerId);
    if (this.model) this.recount(this.model);
  }

  private forget(readerId: string): void {
    this.readers.delete(readerId);
    this.shelves.forget(readerId);
    for (const epc of this.open.get(readerId)?.keys() ?? []) {
      const tag = this.tags.get(epc);
      if (tag) tag.stays = tag.stays.filter((stay) => stay.reader !== readerId || stay.ended !== null);
    }
    this.open.delete(readerId);
  }

  /** What was stated of the tag stays; it goes on with the stays that are open, each from its reader's present on. */
  private rebase(tag: Tag): void {
    const last = wayOf(tag, this.around as Surroundings).after.at(-1) ?? tag.before;
    tag.before = last === 'shelf' ? 'inside' : last;
    tag.effects = [];
    tag.stays = tag.stays.filter((stay) => stay.ended === null);
    for (const stay of tag.stays) stay.from = stay.last = Math.max(stay.last, this.readers.get(stay.reader)?.ts ?? 0);
  }

  require(keys: string[], event: DomainEvent): void {
    const { readers, tags, open, places, model } = this;
    requireTagWindows(keys, event, this.parts, this.alarms, {
      readers,
      tags,
      open,
      places,
      model,
      newest: this.newest(),
    });
  }

  /** A message of a reader whose time is in order. */
  apply(event: ReadsEvent): void {
    const model = this.places?.readers.get(event.deviceId);
    if (!this.places || !model) return;
    let reader = this.readers.get(event.deviceId);
    if (!reader) this.readers.set(event.deviceId, (reader = new ReaderPresence(event.deviceId)));
    const { presence } = model;
    reader.listen(event.ts, presence);
    this.parts.sales.heard(event.ts, event.receivedTs);
    const touched = new Set<Tag>();
    const changed = (epc: string, heard: Heard) => this.take(event.deviceId, epc, heard, touched);
    for (const [epc, antenna, cdbm, ageMs] of event.reads) {
      const gtin = model.placeOf(antenna) && this.tags.gtinOf(epc);
      if (!gtin || !this.places.sells(gtin)) continue;
      const sighted = reader.sight(epc, antenna, cdbm, ageMs, presence);
      if (sighted?.change === 'stay') changed(epc, sighted.heard);
      else if (sighted?.change === 'longer') this.goesOn(epc, sighted.heard, touched);
    }
    const scanned = reader.scan(presence, changed);
    for (const tag of touched) this.follow(tag);
    this.shelves.heard(model, reader, scanned, (id) => this.model?.slots.get(id));
    this.tidy(event.ts);
  }

  /** A stay began or ended. */
  private take(readerId: string, epc: string, { stay }: Heard, touched: Set<Tag>): void {
    let open = this.open.get(readerId);
    if (!open) this.open.set(readerId, (open = new Map()));
    const before = open.get(epc);
    if (before === stay) return;
    const tag = this.tags.getOrAdd(epc);
    if (before) {
      open.delete(epc);
      this.shelve(tag, before, -1, before.last);
    }
    if (stay) {
      open.set(epc, stay);
      tag.stays.push(stay);
      this.shelve(tag, stay, 1, stay.from);
      if (tag.stays.length > MOST_STAYS)
        trim(tag, (tag.stays[MOST_STAYS / 2] as Stay).from, this.around as Surroundings);
    }
    touched.add(tag);
  }

  /** A stay that goes on says something new only where another reader hears the tag too, or where it lies wrong. */
  private goesOn(epc: string, { stay }: Heard, touched: Set<Tag>): void {
    const tag = this.tags.get(epc);
    if (!tag || !stay) return;
    const waits = tag.lying.some((span) => span.until === null) || tag.exits.some((exit) => exit.until === null);
    if (waits || tag.stays.some((other) => other !== stay && holdsUntil(other) >= stay.from)) touched.add(tag);
  }

  private shelve(tag: Tag, stay: Stay, items: 1 | -1, ts: number): void {
    const place = this.around?.placeOf(stay);
    const home = place?.role === 'shelf' ? this.around?.homeOf(tag.gtin, place) : undefined;
    if (!home || this.places?.isWeighed(home.id)) return;
    this.shelves.count(home.id, items, ts);
  }

  /** Reads the way of a tag anew and states what is other than before. */
  private follow(tag: Tag): void {
    const way = wayOf(tag, this.around as Surroundings);
    const before = new Set(tag.effects.map(String));
    const now = new Set(way.effects.map(String));
    for (const effect of tag.effects) if (!now.has(String(effect))) this.effect(effect, true);
    for (const effect of way.effects) {
      if (before.has(String(effect))) continue;
      this.effect(effect, false);
      if (effect[0] === 'take') this.tell(tag, effect);
    }
    tag.effects = way.effects;
    const judged = tag.lying.length + tag.exits.length + way.lying.length + way.exits.length > 0;
    tag.lying = way.lying;
    tag.exits = way.exits;
    if (judged) this.judge(tag.gtin);
  }

  private judge(gtin: string): void {
    const { places } = this;
    if (!places) return;
    const tags = this.tags.ofGtin(gtin);
    // Without a slot anywhere it cannot lie wrong.
    const judged = places.hasSlot(gtin) ? tags : [...tags].map((tag) => ({ ...tag, lying: [] }));
    this.alarms.judge(gtin, places.written(gtin), judged, this.frozenTs);
  }

  private effect([what, slotId, ts]: Effect, back: boolean): void {
    const slot = this.model?.slots.get(slotId);
    if (!slot) return;
    if (what === 'in' || what === 'out') {
      const first = !this.stock.knows(slotId) || ts < this.stock.since(slotId);
      this.stock.step(slotId, ts, (what === 'in') === back ? -1 : 1);
      if (first && this.places) this.shelves.stateSince(slot, this.places.readers);
      this.stock.restate(slot, ts, this.newest());
      return;
    }
    const taken = what === 'take' ? 1 : -1;
    for (const change of this.parts.slots.tagMoved(slot, ts, taken, back, this.newest()))
      this.parts.sales.moved(slot.id, change);
    this.stock.restate(slot, ts, ts);
  }

  /** Who watches shoppers hears of a pickup once; when it was known must not hang on which reader was heard first. */
  private tell(tag: Tag, [, slotId, ts]: Effect): void {
    if (ts <= tag.toldTs) return;
    tag.toldTs = ts;
    const holdOffMs = Math.max(...[...(this.places?.readers.values() ?? [])].map(({ presence }) => presence.holdOffMs));
    this.parts.interest.pickup(slotId, ts, ts + holdOffMs);
  }

  /** Units of these products were sold: what left the shop is paid for. */
  sold(event: SaleEvent): void {
    if (!this.places || this.places.readers.size === 0) return;
    for (const { gtin: code, quantityMicro } of event.lines) {
      const gtin = this.places.itemOf(code);
      const units = Math.round(quantityMicro / 1e6);
      if (units <= 0 || event.ts < this.frozenTs) continue;
      this.alarms.sell(gtin, event.ts, units);
      this.judge(gtin);
    }
  }

  /** Every ten minutes: what is beyond the reach of all joins is let go of. */
  private tidy(ts: number): void {
    if (ts < this.tidiedTs + TIDY_MS) return;
    this.tidiedTs = ts;
    const newest = this.newest();
    let slowest = newest;
    for (const reader of this.readers.values())
      if (reader.ts > newest - SLOWEST_MS) slowest = Math.min(slowest, reader.ts);
    const frozen = slowest - REACH_MS;
    if (frozen <= this.frozenTs) return;
    this.frozenTs = frozen;
    this.stock.fold(frozen);
    this.alarms.fold(frozen);
    for (const tag of this.tags.all()) {
      trim(tag, frozen, this.around as Surroundings);
      if (tag.stays.some((stay) => stay.ended === null || stay.last >= frozen)) continue;
      this.tags.delete(tag);
    }
    this.shelves.fold(frozen);
  }

  private newest(): number {
    let newest = 0;
    for (const reader of this.readers.values()) newest = Math.max(newest, reader.ts);
    return newest;
  }

  private countOpen(): void {
    for (const open of this.open.values())
      for (const [epc, stay] of open) {
        const tag = this.tags.get(epc);
        if (tag) this.shelve(tag, stay, 1, stay.from);
      }
    this.shelves.settle();
  }

  /** Tags that appeared, went and moved, by reader. */
  events(): ReadonlyMap<string, Readonly<TagCounts>> {
    return new Map([...this.readers].map(([id, reader]) => [id, { ...reader.counts }]));
  }

  save(): unknown {
    return {
      readers: [...this.readers].map(([id, reader]) => [id, reader.save()]),
      tags: structuredClone(this.tags.all()),
      stock: this.stock.save(),
      alarms: this.alarms.save(),
      ...this.shelves.save(),
      tidiedTs: this.tidiedTs,
      frozenTs: this.frozenTs,
    };
  }

  restore(json: unknown, model: StoreModel | undefined): void {
    if (model) this.prepare(model);
    if (!json) return;
    type Saved = {
      readers: [string, unknown][];
      tags: Tag[];
      stock: unknown;
      alarms: unknown;
      minutes: [string, number[]][];
      known: string[];
      changed: [string, number][];
      tidiedTs: number;
      frozenTs: number;
    };
    const saved = json as Saved;
    for (const tag of structuredClone(saved.tags)) this.tags.add(tag);
    for (const [id, state] of saved.readers) {
      const open = new Map<string, Stay>();
      for (const tag of this.tags.all())
        for (const stay of tag.stays) if (stay.reader === id && stay.ended === null) open.set(tag.epc, stay);
      this.open.set(id, open);
      const reader = new ReaderPresence(id);
      reader.restore(state, (epc) => open.get(epc));
      this.readers.set(id, reader);
    }
    this.stock.restore(saved.stock);
    this.alarms.restore(saved.alarms);
    this.shelves.restore(saved, () => this.countOpen());
    this.tidiedTs = saved.tidiedTs;
    this.frozenTs = saved.frozenTs;
  }
}
