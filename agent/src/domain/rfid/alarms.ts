import { HOUR_MS, type IncidentKind } from '@aisle/contracts';
import type { Incident, Incidents } from '../core/incidents.js';
import type { Exit, Span, Tag } from './tag.js';

/** An item must lie where its product does not belong for so long. Higher: fewer alarms of what is about to be put away. */
export const MISPLACED_AFTER_MS = 60_000;
/** A sale covers an item that leaves up to so long after it, or a little before: tills tell late, and their clocks differ. */
const SALE_REACH_MS = HOUR_MS;
const SALE_AFTER_MS = 2 * 60_000;
/** Items of a product that go out within this are one incident, though the reader should fall silent in between. */
const APART_MS = 60_000;

/** Items that lie where they do not belong, and items that left without a sale: incidents of a product, never of an item. */
export class Alarms {
  /** what has been stated: `${kind}|${gtin}` → incidents */
  private readonly stated = new Map<string, Incident[]>();
  /** units sold by product, rising times */
  private readonly sold = new Map<string, [ts: number, units: number][]>();

  constructor(private readonly incidents: Incidents) {}

  sell(gtin: string, ts: number, units: number): void {
    const sales = this.sold.get(gtin) ?? [];
    sales.push([ts, units]);
    sales.sort((a, b) => a[0] - b[0]);
    this.sold.set(gtin, sales);
  }

  /** Looks at all items of a product. @param written its GTIN as the store file writes it. @param frozenTs older items are forgotten: what began before stays as it is */
  judge(gtin: string, written: string, tags: Iterable<Tag>, frozenTs: number): void {
    const lying: Span[] = [];
    const exits: Exit[] = [];
    for (const tag of tags) {
      for (const span of tag.lying) if (span.last - span.from >= MISPLACED_AFTER_MS) lying.push(span);
      exits.push(...tag.exits);
    }
    this.state('misplaced', gtin, written, unionOf(lying, Infinity), frozenTs);
    this.state('unpaid', gtin, written, unionOf(this.unpaid(gtin, exits), APART_MS), frozenTs);
  }

  /** Exits in their order each take the oldest unit sold that is left; one seen at a till needs none. */
  private unpaid(gtin: string, exits: Exit[]): Exit[] {
    const left = (this.sold.get(gtin) ?? []).map(([ts, units]) => ({ ts, units }));
    const unpaid: Exit[] = [];
    exits.sort((a, b) => a.from - b.from || Number(b.paid) - Number(a.paid));
    for (const exit of exits) {
      if (!exit.known) continue;
      const sale = left.find(
        ({ ts, units }) => units > 0 && ts >= exit.from - SALE_REACH_MS && ts <= exit.from + SALE_AFTER_MS,
      );
      if (sale) sale.units -= 1;
      else if (!exit.paid) unpaid.push(exit);
    }
    return unpaid;
  }

  private state(what: IncidentKind, gtin: string, subject: string, unions: Union[], frozenTs: number): void {
    const key = `${what}|${gtin}`;
    const known = this.stated.get(key) ?? [];
    if (known.length === 0 && unions.length === 0) return;
    const next = unions.map(({ since, until, count, zoneId }): Incident => ({
      what,
      subject,
      zoneId,
      since,
      until,
      count,
    }));
    for (const old of known) {
      if (next.some(({ since }) => since === old.since)) continue;
      if (old.since < frozenTs) next.push(old);
      else this.incidents.state({ ...old, until: old.since });
    }
    // Closed ones first: at most one of a kind and subject is open.
    next.sort((a, b) => Number(a.until === null) - Number(b.until === null) || a.since - b.since);
    for (const incident of next) this.incidents.state(incident);
    const kept = next.filter(({ until, since }) => until === null || since >= frozenTs);
    if (kept.length > 0) this.stated.set(key, kept);
    else this.stated.delete(key);
  }

  require(keys: string[], gtin: string, written: string): void {
    for (const what of ['misplaced', 'unpaid'] as const)
      for (const { since } of this.stated.get(`${what}|${gtin}`) ?? [])
        this.incidents.requireOne(keys, what, written, since);
  }

  /** Another store file: what is open ends, and is judged anew. */
  clear(ts: number): void {
    for (const incidents of this.stated.values())
      for (const incident of incidents)
        if (incident.until === null) this.incidents.state({ ...incident, until: Math.max(incident.since, ts) });
    this.stated.clear();
  }

  fold(ts: number): void {
    for (const [gtin, sales] of this.sold) {
      const kept = sales.filter(([at]) => at >= ts);
      if (kept.length > 0) this.sold.set(gtin, kept);
      else this.sold.delete(gtin);
    }
  }

  save(): unknown {
    return structuredClone({ stated: [...this.stated], sold: [...this.sold] });
  }

  restore(json: unknown): void {
    const saved = structuredClone(json as { stated: [string, Incident[]][]; sold: [string, [number, number][]][] });
    for (const [key, incidents] of saved.stated) this.stated.set(key, incidents);
    for (const [gtin, sales] of saved.sold) this.sold.set(gtin, sales);
  }
}

interface Union {
  since: number;
  until: number | null;
  newest: number;
  /** items: of an open one those that are still there */
  count: number;
  zoneId: string | null;
}

/** Times that overlap are one. @param apartMs one that begins so long after the newest sighting of an open one is another */
function unionOf(spans: Span[], apartMs: number): Union[] {
  const unions: Union[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from || (a.until ?? Infinity) - (b.until ?? Infinity))) {
    const last = unions.at(-1);
    if (last?.until === null && span.from > last.newest + apartMs) last.until = last.newest;
    if (!last || (last.until !== null && span.from > last.until)) {
      const { from, until, last: newest, zoneId } = span;
      unions.push({ since: from, until, newest, count: 1, zoneId });
      continue;
    }
    const open = span.until === null;
    if (open && last.until !== null) last.count = 1;
    else if (open === (last.until === null)) last.count += 1;
    last.until = open || last.until === null ? null : Math.max(last.until, span.until as number);
    last.newest = Math.max(last.newest, span.last);
  }
  return unions;
}
