import type { EngineObserver, ObservedVisit } from '../engine/engine-api.js';
import type { ZoneWindows } from './zone-windows.js';

/** A stay is a visit from the first inside sample this long after its first one. */
export const VISIT_AFTER_MS = 600;
/** A stay ends when this much has passed from the first outside sample without an inside one. */
export const OUTING_ENDS_AFTER_MS = 1_500;

/** Where an interval of a stay lies: in the zone's window of a minute under a store file, at this place. */
export type StayPart = [minute: number, version: number, index: number];

/** One stay of somebody in a zone, open until an outing of 1.5 s or the end of who is followed. */
export interface Stay {
  enter: number;
  /** of the store file in force at its first inside sample */
  version: number;
  /** last inside sample */
  last: number;
  /** first outside sample of the outing that goes on, -1 while inside */
  outside: number;
  visit: boolean;
  /** its newest interval */
  part?: StayPart;
  observed?: ObservedVisit;
  /** all its intervals; kept only where they may be taken back */
  pieces?: StayPart[];
}

/** Somebody who stays in zones: all by zone id. */
export interface Visitor {
  readonly stays: Map<string, Stay>;
  /** milliseconds of visits so far; set from the first visit on */
  readonly dwell: Map<string, number>;
  /** only where what they counted may have to be taken back */
  readonly ledger?: { visit(zoneId: string, stay: Stay, first: boolean): void } | undefined;
}

/** The visit rule (SEMANTICS §12), for whoever says who is inside: by places on the floor, or in a camera's own words. */
export class VisitRule {
  private readonly engagedListeners: ((zoneId: string, enterTs: number, times: 1 | -1) => void)[] = [];

  constructor(
    private readonly zones: ZoneWindows,
    private readonly observer: EngineObserver,
    /** of the store file in force */
    private readonly version: () => number,
    /** from what dwell on a visit of a zone is engaged, ms */
    private readonly engagedAfterMs: (zoneId: string) => number = () => Infinity,
  ) {}

  /** @param listener hears when a stay has become engaged; −1: it turned out to be nobody's that counts */
  onEngaged(listener: (zoneId: string, enterTs: number, times: 1 | -1) => void): void {
    this.engagedListeners.push(listener);
  }

  /** The visitor was seen at `ts`, inside the zone or not. Times of one visitor rise. */
  look(visitor: Visitor, zoneId: string, ts: number, inside: boolean): void {
    const stay = visitor.stays.get(zoneId);
    if (stay && stay.outside >= 0 && ts - stay.outside >= OUTING_ENDS_AFTER_MS) visitor.stays.delete(zoneId);
    else if (stay) {
      if (inside) this.goOn(visitor, zoneId, stay, ts);
      else if (stay.outside < 0) stay.outside = ts;
      return;
    }
    if (inside) visitor.stays.set(zoneId, { enter: ts, version: this.version(), last: ts, outside: -1, visit: false });
  }

  private goOn(visitor: Visitor, zoneId: string, stay: Stay, ts: number): void {
    const from = stay.last;
    stay.last = ts;
    stay.outside = -1;
    const engagedMs = this.engagedAfterMs(zoneId);
    if (from - stay.enter < engagedMs && ts - stay.enter >= engagedMs)
      for (const listener of this.engagedListeners) listener(zoneId, stay.enter, 1);
    const known = visitor.dwell.get(zoneId);
    if (stay.visit) {
      if (ts === from) return;
      this.zones.extend(zoneId, stay, from);
      visitor.dwell.set(zoneId, (known ?? 0) + ts - from);
      if (stay.observed) stay.observed.leaveTs = ts;
    } else if (ts - stay.enter >= VISIT_AFTER_MS) {
      stay.visit = true;
      const first = known === undefined;
      if (visitor.ledger) {
        stay.pieces = [];
        visitor.ledger.visit(zoneId, stay, first);
      }
      this.zones.begin(zoneId, stay, first);
      visitor.dwell.set(zoneId, (known ?? 0) + ts - stay.enter);
      if (this.observer.visit) this.observer.visit((stay.observed = { zoneId, enterTs: stay.enter, leaveTs: ts }));
    }
  }

  /** A visit was nobody's that counts. */
  takeBack(zoneId: string, stay: Stay, first: boolean): void {
    this.zones.takeBack(zoneId, stay, first);
    if (stay.last - stay.enter >= this.engagedAfterMs(zoneId))
      for (const listener of this.engagedListeners) listener(zoneId, stay.enter, -1);
    if (stay.observed) this.observer.visitTakenBack?.(stay.observed);
  }
}

/** As JSON data. What an observer has heard stays with it. */
export type SavedStay = Omit<Stay, 'observed' | 'pieces'>;
export const saveStay = ({ enter, version, last, outside, visit, part }: Stay): SavedStay => ({
  enter,
  version,
  last,
  outside,
  visit,
  ...(part && { part: [...part] as StayPart }),
});

/** In stays of 0.1, which knew no versions: the one of the window that they are in. */
export const VERSION_UNKNOWN = -1;

/** @param version used where it is not known */
export function restoreStay(saved: SavedStay, versionIn: (minuteTs: number) => number): Stay {
  const stay: Stay = { ...saved };
  if (stay.version === VERSION_UNKNOWN) stay.version = versionIn(stay.enter);
  if (stay.part) stay.part = knownPart(stay.part, versionIn);
  return stay;
}

export const knownPart = ([minute, version, index]: StayPart, versionIn: (ts: number) => number): StayPart => [
  minute,
  version === VERSION_UNKNOWN ? versionIn(minute) : version,
  index,
];
