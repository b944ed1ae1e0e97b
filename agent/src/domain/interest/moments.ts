import type { InterestSample } from '../engine/engine-api.js';
import { HORIZON_SECONDS } from './features.js';

export const HORIZON_MS = HORIZON_SECONDS * 1000;
/** A label is settled once its camera's event time has passed the moment by the horizon and this, ms: shelves take their time. */
const LABEL_MARGIN_MS = 15_000;
/** An answer that comes later than this much event time of its camera counts for nothing any more, ms. */
export const ANSWER_WITHIN_MS = 180_000;
/** Samples that nobody takes are bounded: the oldest go. */
const UNTAKEN_LIMIT = 20_000;
const NOT_YET = -1;

/** A moment of a stay that the model is asked about, and that later turns out one way or the other. */
export interface Moment {
  n: number;
  person: number;
  zoneId: string;
  category: string;
  /** of the store file that it was asked under, which its answer counts for */
  version: number;
  /** of the sample that it rests on, epoch ms */
  ts: number;
  /** what an answer weighs: the time of the stay from here … */
  from: number;
  /** … up to this whole second, epoch ms */
  to: number;
  features: number[];
  /** −1: not answered */
  ppm: number;
  /** something of the category was taken within the horizon */
  taken: boolean;
  /** somebody took something, and it may have been this person: no label is better than a wrong one */
  unclear: boolean;
  labelled: boolean;
}

/** The open questions of all cameras, in order; what was answered and labelled is forgotten. */
export class Moments {
  private readonly bySource = new Map<string, Moment[]>();
  private readonly byNumber = new Map<number, Moment>();
  private fresh: Moment[] = [];
  private samples: InterestSample[] = [];
  private next = 1;

  /** Whether the goods of a category were weighed up to a time, so that "nothing was taken" is known. */
  constructor(private readonly isSensed: (category: string, untilTs: number) => boolean) {}

  pose(source: string, moment: Omit<Moment, 'n' | 'ppm' | 'taken' | 'unclear' | 'labelled'>): void {
    const posed: Moment = { ...moment, n: this.next, ppm: NOT_YET, taken: false, unclear: false, labelled: false };
    this.next += 1;
    const list = this.bySource.get(source);
    if (list) list.push(posed);
    else this.bySource.set(source, [posed]);
    this.byNumber.set(posed.n, posed);
    this.fresh.push(posed);
    if (this.fresh.length > UNTAKEN_LIMIT) this.fresh.splice(0, UNTAKEN_LIMIT / 2);
  }

  /** The moment of a question that still waits for its answer. */
  open(n: number): Moment | undefined {
    const moment = this.byNumber.get(n);
    return moment?.ppm === NOT_YET ? moment : undefined;
  }

  /** The moments of a person that an item taken at `ts` is the outcome of. */
  *before(source: string, person: number, category: string, ts: number): Iterable<Moment> {
    for (const moment of this.bySource.get(source) ?? []) {
      if (moment.person === person && moment.category === category && moment.ts < ts && ts - moment.ts <= HORIZON_MS)
        yield moment;
    }
  }

  /** The camera's event time has come to `ts`: settles labels, forgets what is done with. */
  settle(source: string, ts: number): void {
    const list = this.bySource.get(source);
    if (!list) return;
    let due = 0;
    for (const moment of list) {
      if (ts - moment.ts < HORIZON_MS + LABEL_MARGIN_MS) break;
      if (!moment.labelled) this.label(moment);
      if (moment.ppm !== NOT_YET || ts - moment.ts > ANSWER_WITHIN_MS) this.byNumber.delete(moment.n);
      due += 1;
    }
    if (due === 0) return;
    const waiting = list.slice(0, due).filter((moment) => this.byNumber.has(moment.n));
    if (waiting.length < due) list.splice(0, due, ...waiting);
  }

  private label(moment: Moment): void {
    moment.labelled = true;
    if (!moment.taken && (moment.unclear || !this.isSensed(moment.category, moment.ts + HORIZON_MS))) return;
    const { n, ts, features, ppm } = moment;
    this.samples.push({ n, ts, features, taken: moment.taken, ppm: ppm === NOT_YET ? null : ppm });
    if (this.samples.length > UNTAKEN_LIMIT) this.samples.splice(0, UNTAKEN_LIMIT / 2);
  }

  /** Unanswered questions not taken before; after a restart, all unanswered ones. */
  takeFresh(): Moment[] {
    const { fresh } = this;
    if (fresh.length === 0) return fresh;
    this.fresh = [];
    return fresh.filter((moment) => this.byNumber.has(moment.n) && moment.ppm === NOT_YET);
  }

  takeSamples(): InterestSample[] {
    const { samples } = this;
    this.samples = [];
    return samples;
  }

  /** The person does not count: their questions are closed. @returns those that had been answered and not yet forgotten */
  withdraw(source: string, person: number): Moment[] {
    const list = this.bySource.get(source) ?? [];
    const own = list.filter((moment) => moment.person === person);
    if (own.length === 0) return own;
    this.bySource.set(
      source,
      list.filter((moment) => moment.person !== person),
    );
    for (const { n } of own) this.byNumber.delete(n);
    return own.filter(({ ppm }) => ppm !== NOT_YET);
  }

  /** Those whose answers may still be taken back. */
  *answered(): Iterable<Moment> {
    for (const list of this.bySource.values()) for (const moment of list) if (moment.ppm !== NOT_YET) yield moment;
  }

  forget(source: string): void {
    for (const moment of this.bySource.get(source) ?? []) this.byNumber.delete(moment.n);
    this.bySource.delete(source);
  }

  /** Zones that are gone, or are for other goods: what was asked of them is closed. */
  close(isClosed: (moment: Moment) => boolean): void {
    for (const [source, list] of this.bySource) {
      for (const moment of list) if (isClosed(moment)) this.byNumber.delete(moment.n);
      this.bySource.set(
        source,
        list.filter((moment) => !isClosed(moment)),
      );
    }
  }

  save(): { next: number; moments: [source: string, list: Moment[]][] } {
    return { next: this.next, moments: [...this.bySource].map(([source, list]) => [source, structuredClone(list)]) };
  }

  restore(json: unknown): void {
    const saved = json as ReturnType<Moments['save']>;
    this.next = saved.next;
    for (const [source, list] of saved.moments) {
      const own = structuredClone(list);
      this.bySource.set(source, own);
      for (const moment of own) this.byNumber.set(moment.n, moment);
    }
    this.fresh = [...this.byNumber.values()].filter((moment) => moment.ppm === NOT_YET).sort((a, b) => a.n - b.n);
  }
}
