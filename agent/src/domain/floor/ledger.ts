import { HOUR_MS, minuteOf } from '@aisle/contracts';
import { LIVE_HEAT_MS } from '../people/live-heat.js';
import type { Stay } from '../people/visits.js';

/** What somebody has counted is taken back at most this far, event time. */
export const TAKEN_BACK_MS = 2 * HOUR_MS;

export interface LedgerVisit {
  /** index of the zone */
  zone: number;
  stay: Stay;
  /** counted as a visitor */
  first: boolean;
}

/** [line index, event time, direction] */
export type LedgerCrossing = [line: number, ts: number, direction: 1 | -1];

/**
 * What one person has counted so far, so that it can be taken back when they turn out to be staff, or the same person as
 * somebody else. Kept only where one of the two can still happen.
 */
export class Ledger {
  readonly visits: LedgerVisit[] = [];
  readonly crossings: LedgerCrossing[] = [];
  /** milliseconds by minute and cell */
  readonly heat = new Map<number, Map<number, number>>();
  /** the last minute's pieces of the live heat: cell, from, to */
  readonly recent: [cell: number, from: number, to: number][] = [];
  private trimmed = 0;

  visit(zone: number, stay: Stay, first: boolean): void {
    this.visits.push({ zone, stay, first });
  }

  crossing(line: number, ts: number, direction: 1 | -1): void {
    this.crossings.push([line, ts, direction]);
  }

  warm(cell: number, from: number, to: number): void {
    for (let at = from; at < to;) {
      const minute = minuteOf(at);
      const end = Math.min(to, minute + 60_000);
      let cells = this.heat.get(minute);
      if (!cells) this.heat.set(minute, (cells = new Map()));
      cells.set(cell, (cells.get(cell) ?? 0) + end - at);
      at = end;
    }
    const last = this.recent.at(-1);
    if (last && last[0] === cell && last[2] === from) last[2] = to;
    else this.recent.push([cell, from, to]);
    this.trim(to);
  }

  /** Forgets what lies too far back, once a minute. */
  private trim(ts: number): void {
    const minute = minuteOf(ts);
    if (minute === this.trimmed) return;
    this.trimmed = minute;
    const oldest = minute - TAKEN_BACK_MS;
    for (const at of this.heat.keys()) if (at < oldest) this.heat.delete(at);
    dropWhile(this.recent, (piece) => piece[2] < ts - LIVE_HEAT_MS);
    dropWhile(this.crossings, (crossing) => crossing[1] < oldest);
    dropWhile(this.visits, ({ stay }) => stay.last < oldest);
  }

  save(isOpen: (visit: LedgerVisit) => boolean): unknown {
    return [
      this.visits.map((visit) => {
        const { enter, last, pieces } = visit.stay;
        return [visit.zone, visit.first, isOpen(visit), enter, last, [...(pieces ?? [])]];
      }),
      structuredClone(this.crossings),
      [...this.heat].map(([minute, cells]) => [minute, [...cells]]),
      structuredClone(this.recent),
      this.trimmed,
    ];
  }

  /** @param open the stay that goes on in a zone, to be shared with the track */
  static restore(json: unknown, open: (zone: number) => Stay | undefined): Ledger {
    type Saved = [
      [number, boolean, boolean, number, number, number[]][],
      LedgerCrossing[],
      [number, [number, number][]][],
      [number, number, number][],
      number,
    ];
    const [visits, crossings, heat, recent, trimmed] = json as Saved;
    const ledger = new Ledger();
    for (const [zone, first, isOpen, enter, last, pieces] of visits) {
      const ended: Stay = { enter, last, outside: -1, visit: true, minute: -1, index: -1 };
      const stay = (isOpen ? open(zone) : undefined) ?? ended;
      stay.pieces = [...pieces];
      ledger.visits.push({ zone, stay, first });
    }
    ledger.crossings.push(...structuredClone(crossings));
    for (const [minute, cells] of heat) ledger.heat.set(minute, new Map(cells));
    ledger.recent.push(...structuredClone(recent));
    ledger.trimmed = trimmed;
    return ledger;
  }
}

function dropWhile<T>(list: T[], old: (item: T) => boolean): void {
  let count = 0;
  while (count < list.length && old(list[count] as T)) count += 1;
  if (count > 0) list.splice(0, count);
}
