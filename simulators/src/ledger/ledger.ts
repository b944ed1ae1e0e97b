import { MINUTE_MS, minorDigits, minuteOf, type StoreFile } from '@aisle/contracts';
import { amount } from '../devices/message.js';
import type { Item, TagMove } from '../world/items.js';
import type { Moved } from '../world/screens.js';
import type { Handled } from '../world/shelves.js';
import type { Sold } from '../world/world.js';
import { Returned } from './returned.js';
import { Reading, type Crossing, type TrueSample, type Visit } from './reading.js';

export interface LedgerHead {
  readonly seed: number;
  readonly storeId: string;
  readonly startTs: number;
  readonly noise: boolean;
  readonly sampleMs: number;
  /** people inside, and units per slot, at the start */
  readonly inside: number;
  readonly stock: Readonly<Record<string, number>>;
}

/**
 * The ground truth, one JSON object a line, in the order in which it became known; docs/simulators.md describes each
 * type. Holds only what is open, so a run may be as long as it likes.
 */
export class Ledger {
  private readonly reading: Reading;
  private readonly returned: Returned;
  private readonly digits: number;
  private readonly counts = new Map<string, { in: number; out: number }>();
  private passed = 0;
  private inside: number;
  private minute: number;
  /** units per slot, to tell when one is empty */
  private readonly units: Map<string, number>;

  constructor(
    private readonly store: StoreFile,
    head: LedgerHead,
    private readonly write: (line: string) => void,
  ) {
    this.reading = new Reading(store, {
      onCrossing: (crossing) => this.crossed(crossing),
      onVisit: (visit) => this.visited(visit),
    });
    this.returned = new Returned(store);
    this.digits = minorDigits(store.store.currency);
    this.inside = head.inside;
    this.units = new Map(Object.entries(head.stock));
    this.minute = minuteOf(head.startTs);
    this.clearCounts();
    this.line({
      type: 'run',
      version: 1,
      ...head,
      // Whoever names staff does not count them among the visitors.
      ...(store.staff && { staffApart: true }),
      entrances: (store.entrances ?? []).map((entrance) => entrance.id),
      zones: (store.zones ?? []).map((zone) => zone.id),
      products: Object.fromEntries(
        (store.fixtures ?? []).flatMap((fixture) => (fixture.slots ?? []).map((slot) => [slot.id, slot.gtin ?? null])),
      ),
    });
  }

  private line(value: object): void {
    this.write(JSON.stringify(value));
  }

  private clearCounts(): void {
    for (const entrance of this.store.entrances ?? []) this.counts.set(entrance.id, { in: 0, out: 0 });
    this.passed = 0;
  }

  /** True positions at a sample time of the camera. */
  sample(ts: number, people: readonly TrueSample[]): void {
    this.turnMinute(ts);
    this.returned.sample(ts, people);
    this.reading.sample(ts, people);
  }

  private turnMinute(ts: number): void {
    while (minuteOf(ts) > this.minute) {
      const entrances = Object.fromEntries([...this.counts].map(([id, count]) => [id, { ...count }]));
      this.line({
        type: 'minute',
        ts: this.minute,
        entrances,
        passed: this.passed,
        inside: this.inside,
        openSince: this.reading.openSince(),
      });
      this.clearCounts();
      this.minute += MINUTE_MS;
    }
  }

  private crossed({ ts, lineId, direction }: Crossing): void {
    if (direction === null) {
      this.passed += 1;
      this.line({ type: 'passed', ts, lineId });
      return;
    }
    const count = this.counts.get(lineId);
    if (count) count[direction] += 1;
    this.inside += direction === 'in' ? 1 : -1;
    this.line({ type: 'crossing', ts, entranceId: lineId, direction });
  }

  private visited({ zoneId, personId, enterTs, leaveTs }: Visit): void {
    this.line({ type: 'visit', zoneId, person: personId, enterTs, leaveTs, ...(personId < 0 && { staff: true }) });
  }

  handled(handled: Handled): void {
    const { ts, slotId, gtin, zoneId, units, staff } = handled;
    this.turnMinute(ts);
    const returned = this.returned.of(handled);
    this.line({
      type: units < 0 ? 'pickup' : 'putback',
      ts,
      slotId,
      gtin,
      zoneId,
      units: Math.abs(units),
      ...(units >= 0 && { returned }),
      ...(staff && { staff }),
    });
    const before = this.units.get(slotId) ?? 0;
    this.units.set(slotId, before + units);
    if (before + units <= 0 && before > 0) this.line({ type: 'empty', ts, slotId, gtin, zoneId });
    else if (before <= 0 && before + units > 0) this.line({ type: 'filled', ts, slotId, units: before + units });
  }

  /** Units of the pickup before this line that nobody would have taken without what a screen showed. */
  moved({ ts, ...moved }: Moved): void {
    this.turnMinute(ts);
    this.line({ type: 'moved', ts, ...moved });
  }

  /** The tags of the slots that are read one by one, at the start. */
  tags(ts: number, items: readonly Item[]): void {
    const slots: Record<string, string[]> = {};
    for (const { slotId, epc } of items) if (slotId !== null) (slots[slotId] ??= []).push(epc);
    if (items.length > 0) this.line({ type: 'tags', ts, slots });
  }

  /** Slots that are to stand empty for a while. */
  planned(ts: number, plan: readonly { slotId: string; fromTs: number; toTs: number }[]): void {
    for (const entry of plan) this.line({ type: 'planned', ts, ...entry });
  }

  tagMoved({ ts, ...move }: TagMove): void {
    this.turnMinute(ts);
    this.line({ type: 'tag', ts, ...move });
  }

  sold({ ts, tillId, receipt }: Sold, number: string): void {
    this.turnMinute(ts);
    const lines = receipt.lines.map(({ gtin, quantity, netMinor }) => ({
      gtin,
      quantity,
      net: amount(netMinor, this.digits),
    }));
    this.line({ type: 'sale', ts, till: tillId, receipt: number, lines });
  }

  /** Ends the run at `endTs`, exclusive. */
  finish(endTs: number, stock: Readonly<Record<string, number>>): void {
    this.reading.finish();
    this.turnMinute(endTs);
    this.line({ type: 'end', ts: endTs, inside: this.inside, stock });
  }
}
