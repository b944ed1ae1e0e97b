import { HOUR_MS, MINUTE_MS, minuteOf } from '@aisle/contracts';
import { LIVE_HEAT_MS } from '../people/live-heat.js';
import { knownPart, VERSION_UNKNOWN, type Stay, type StayPart } from '../people/visits.js';

/** What somebody has counted is taken back at most this far, event time. */
export const TAKEN_BACK_MS = 2 * HOUR_MS;

export interface LedgerVisit {
  zoneId: string;
  stay: Stay;
  /** counted as a visitor */
  first: boolean;
}

/** A step over a line, and the store file that it counted under. */
export interface LedgerCrossing {
  lineId: string;
  version: number;
  ts: number;
  direction: 1 | -1;
}

/** Milliseconds by cell in one minute under one store file. */
export interface LedgerHeat {
  minute: number;
  version: number;
  cells: Map<number, number>;
}

interface Saved {
  visits: {
    zoneId: string;
    first: boolean;
    open: boolean;
    enter: number;
    version: number;
    last: number;
    pieces: StayPart[];
  }[];
  crossings: LedgerCrossing[];
  heat: [minute: number, version: number, cells: [number, number][]][];
  recent: [cell: number, from: number, to: number][];
  trimmed: number;
  /** left out for none, and by 0.2 */
  stood?: [fixtureId: string, from: number, to: number][];
}

/**
 * What one person has counted so far, so that it can be taken back when they turn out to be staff, or the same person as
 * somebody else. Kept only where one of the two can still happen.
 */
export class Ledger {
  readonly visits: LedgerVisit[] = [];
  readonly crossings: LedgerCrossing[] = [];
  heat: LedgerHeat[] = [];
  /** the last minute's pieces of the live heat: cell, from, to */
  readonly recent: [cell: number, from: number, to: number][] = [];
  /** Where they stood, should they turn out to be staff: fixture, from, to */
  readonly standing: [fixtureId: string, from: number, to: number][] = [];
  private trimmed = 0;

  visit(zoneId: string, stay: Stay, first: boolean): void {
    this.visits.push({ zoneId, stay, first });
  }

  crossing(lineId: string, version: number, ts: number, direction: 1 | -1): void {
    this.crossings.push({ lineId, version, ts, direction });
  }

  /** The visits that began after `since`, which the ledger forgets. */
  takeVisits(since: number): LedgerVisit[] {
    const at = this.visits.findIndex(({ stay }) => stay.enter > since);
    return at < 0 ? [] : this.visits.splice(at);
  }

  /** What was stepped over until then counts, whoever it was. */
  keepCrossings(until: number): void {
    dropWhile(this.crossings, ({ ts }) => ts <= until);
  }

  stood(fixtureId: string, from: number, to: number): void {
    const last = this.standing.findLast((one) => one[0] === fixtureId);
    if (last && last[2] >= from) last[2] = to;
    else this.standing.push([fixtureId, from, to]);
  }

  warm(version: number, cell: number, from: number, to: number): void {
    for (let at = from; at < to;) {
      const minute = minuteOf(at);
      const end = Math.min(to, minute + MINUTE_MS);
      let heat = this.heat.findLast((one) => one.minute === minute && one.version === version);
      if (!heat) this.heat.push((heat = { minute, version, cells: new Map() }));
      heat.cells.set(cell, (heat.cells.get(cell) ?? 0) + end - at);
      at = end;
    }
    const last = this.recent.at(-1);
    if (last && last[0] === cell && last[2] === from) last[2] = to;
    else this.recent.push([cell, from, to]);
    this.trim(to);
  }

  /** The grid of the live heat is another: it has begun anew. */
  regrid(): void {
    this.recent.length = 0;
  }

  /** Forgets what lies too far back, once a minute. */
  private trim(ts: number): void {
    const minute = minuteOf(ts);
    if (minute === this.trimmed) return;
    this.trimmed = minute;
    const oldest = minute - TAKEN_BACK_MS;
    this.heat = this.heat.filter((one) => one.minute >= oldest);
    dropWhile(this.recent, (piece) => piece[2] < ts - LIVE_HEAT_MS);
    dropWhile(this.crossings, (crossing) => crossing.ts < oldest);
    dropWhile(this.visits, ({ stay }) => stay.last < oldest);
    dropWhile(this.standing, ([, , until]) => until < oldest);
  }

  save(isOpen: (visit: LedgerVisit) => boolean): Saved {
    return {
      visits: this.visits.map((visit) => {
        const { enter, version, last, pieces = [] } = visit.stay;
        const { zoneId, first } = visit;
        return { zoneId, first, open: isOpen(visit), enter, version, last, pieces: structuredClone(pieces) };
      }),
      crossings: structuredClone(this.crossings),
      heat: this.heat.map(({ minute, version, cells }) => [minute, version, [...cells]]),
      recent: structuredClone(this.recent),
      trimmed: this.trimmed,
      ...(this.standing.length > 0 && { stood: structuredClone(this.standing) }),
    };
  }

  /**
   * @param open the stay that goes on in a zone, to be shared with the track
   * @param versionIn for what 0.1 has saved: the version of a zone's window, by any time of its minute
   */
  static restore(
    json: unknown,
    open: (zoneId: string) => Stay | undefined,
    versionIn: (zoneId: string, ts: number) => number,
    inForce: number,
  ): Ledger {
    const saved = structuredClone(json as Saved);
    const ledger = new Ledger();
    const known = (version: number): number => (version === VERSION_UNKNOWN ? inForce : version);
    for (const { zoneId, first, open: isOpen, enter, version, last, pieces } of saved.visits) {
      const zoneVersion = (ts: number): number => versionIn(zoneId, ts);
      const ended: Stay = {
        ...{ enter, last, outside: -1, visit: true },
        version: version === VERSION_UNKNOWN ? zoneVersion(enter) : version,
      };
      const stay = (isOpen ? open(zoneId) : undefined) ?? ended;
      stay.pieces = pieces.map((piece) => knownPart(piece, zoneVersion));
      ledger.visits.push({ zoneId, stay, first });
    }
    for (const crossing of saved.crossings) ledger.crossings.push({ ...crossing, version: known(crossing.version) });
    ledger.heat = saved.heat.map(([minute, version, cells]) => ({
      minute,
      version: known(version),
      cells: new Map(cells),
    }));
    ledger.recent.push(...saved.recent);
    ledger.standing.push(...(saved.stood ?? []));
    ledger.trimmed = saved.trimmed;
    return ledger;
  }

  /** A ledger of 0.1, which named zones and lines by their place in the store file. */
  static migrate(saved: unknown, zoneIds: readonly string[], lineIds: readonly string[]): Saved {
    type Saved01 = [
      visits: [number, boolean, boolean, number, number, number[]][],
      crossings: [line: number, ts: number, direction: 1 | -1][],
      heat: [number, [number, number][]][],
      recent: [number, number, number][],
      trimmed: number,
    ];
    const [visits, crossings, heat, recent, trimmed] = structuredClone(saved) as Saved01;
    return {
      visits: visits.map(([zone, first, open, enter, last, flat]) => {
        const pieces: StayPart[] = [];
        for (let at = 0; at < flat.length; at += 2)
          pieces.push([flat[at] as number, VERSION_UNKNOWN, flat[at + 1] as number]);
        return { zoneId: zoneIds[zone] ?? '', first, open, enter, version: VERSION_UNKNOWN, last, pieces };
      }),
      crossings: crossings.map(([line, ts, direction]) => ({
        ...{ lineId: lineIds[line] ?? '', ts, direction },
        version: VERSION_UNKNOWN,
      })),
      heat: heat.map(([minute, cells]) => [minute, VERSION_UNKNOWN, cells]),
      recent,
      trimmed,
    };
  }
}

function dropWhile<T>(list: T[], old: (item: T) => boolean): void {
  let count = 0;
  while (count < list.length && old(list[count] as T)) count += 1;
  if (count > 0) list.splice(0, count);
}
