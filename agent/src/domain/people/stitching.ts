import { isTouched, type EnginePart, type ModelChange } from '../core/engine-part.js';
import { restartsOf } from '../core/restarts.js';
import type { StoreModel } from '../core/store-model.js';
import { END_MS, exchanged, missBetween, STITCH_MS, type At, type Ways } from './same-person.js';

/** An id that was not seen for longer has ended (SEMANTICS §12): only then another can be who it was. */
const GONE_MS = 2_000;
/** A new id is looked at for so long before it is judged whose it is. */
const LOOKED_AT_MS = 1_000;
/** Whoever stands further off is never looked at, mm. */
const NEAR_MM = 5_000;
/** Two who may have exchanged their ids were no further apart, mm; so much speaks for it, as a logarithm of likelihoods. */
const TOUCHING_MM = 1_200;
const SURE = 8;
/** Whom staff met within so much is remembered, and so many of them: one of them may go on under their id. */
const MET_MS = 900_000;
const MOST_MET = 64;
/** At most so many new ids of a camera wait to be judged, with so many places each; more are taken as they are. */
const MOST_WAITING = 128;
const MOST_PLACES = 128;
/** Whom a new id may be: so many who were nearest. */
const MOST_MAYBE = 8;

/** An id that was there within so much is nobody new: the camera knows it again. So many such ids are remembered. */
const KNOWN_MS = 60_000;
const MOST_KNOWN = 2_000;
/** Parts of the store file that say what a way counts. */
const COUNTED_BY = ['floor', 'zones', 'entrances', 'passersBy', 'staff'] as const;

/** One id of a camera, while it is seen. */
interface Thread {
  id: string;
  /** whom it is followed as: its own id, or that of who it turned out to be */
  name: string;
  ts: number;
  /** the end of its way */
  trail: At[];
  /** only of staff, and of who may be: whom they met lately, by name, the longest ago first */
  met?: [name: string, ts: number][];
  /** only while it waits to be judged: its whole way so far, and the names of who it may be */
  waits?: { way: At[]; maybe: string[]; due: number };
}

/** What is known of a camera. */
interface View {
  /** by id */
  threads: Map<string, Thread>;
  /** when ids that are gone were last seen, the longest gone first */
  known: Map<string, number>;
}

/** `name` has turned out to be `into`, who went this way since. */
export interface Join {
  name: string;
  into: string;
  way: readonly At[];
}

/** Two have got their own ways back, which they had not had since they met, event time. */
export interface Exchanged {
  name: string;
  since: number;
}

export interface Seen {
  joins: Join[];
  /** whom each of the people is followed as, in their order */
  names: string[];
}

type Saved = [source: string, threads: Thread[], known: [id: string, ts: number][]][];

/**
 * Joins what cameras break: where an id vanishes and another appears beside it within 1.5 s they are one person. A new id counts
 * at once, as somebody new; when it is known whose it was, what it has counted is taken back and counted for that person, so
 * that nothing waits and figures come out as if the id had never changed. It knows after 2 to 2.5 s of event time: by then
 * the old id cannot come back, and the new one has shown where it goes.
 */
export class Stitching implements EnginePart {
  readonly name = 'stitching';
  readonly version = 1;
  private readonly views = new Map<string, View>();

  /** A camera tells who is where. Times of a camera do not fall. @param mayBeStaff by the name that somebody is followed as */
  see(
    source: string,
    ts: number,
    people: readonly (readonly [id: string, x: number, y: number])[],
    mayBeStaff: (name: string) => boolean,
  ): Seen {
    let view = this.views.get(source);
    if (!view) this.views.set(source, (view = { threads: new Map(), known: new Map() }));
    const joins = judge(view, ts);
    sweep(view, ts);
    const { threads } = view;
    const here = new Set(people.map(([id]) => id));
    const gone = [...threads.values()].filter((one) => one.ts < ts && ts - one.ts <= STITCH_MS && !here.has(one.id));
    for (const id of here) if (mayBeStaff(threads.get(id)?.name ?? '')) giveBack(threads, here, id, ts);
    const names = people.map(([id, x, y]) => {
      const thread = threads.get(id);
      if (thread) goOn(thread, [ts, x, y]);
      return (thread ?? begin(view, gone, id, [ts, x, y])).name;
    });
    return { joins, names };
  }

  /** Whether somebody may turn out to be somebody else, or somebody else them: what they count may be taken back, or go on. */
  concerns(source: string, name: string): boolean {
    for (const thread of this.views.get(source)?.threads.values() ?? [])
      if (thread.waits && (thread.name === name || thread.waits.maybe.includes(name))) return true;
    return false;
  }

  /**
   * A badge says that `name` is somebody else by now, and one of the others it: whom they met lately they have exchanged ids with.
   * @returns the name of who that was, and when they met, if anybody
   */
  exchange(source: string, name: string, others: readonly string[]): Exchanged | undefined {
    const threads = [...(this.views.get(source)?.threads.values() ?? [])];
    const astray = threads.find((thread) => thread.name === name);
    const met = new Map(astray?.met);
    const found = others.find((one) => met.has(one));
    const other = threads.find((thread) => thread.name === found);
    if (!astray || !other || astray.waits || other.waits) return undefined;
    const since = met.get(other.name) ?? 0;
    exchangeNames(astray, other);
    return { name: astray.name, since };
  }

  restart(source: string): void {
    this.views.delete(source);
  }

  /**
   * A camera that begins anew, or whose ids are to be taken as they are. Where the floor, its zones and lines or the rule for staff
   * change, what was counted before stays counted: whoever waits is taken as they are.
   */
  configure(change: ModelChange): void {
    if (COUNTED_BY.some((what) => isTouched(change, what)))
      for (const { threads } of this.views.values()) for (const thread of threads.values()) delete thread.waits;
    for (const id of restartsOf(change).cameras) this.views.delete(id);
    for (const id of this.views.keys()) if (!isStitched(change.after, id)) this.views.delete(id);
  }

  save(): Saved {
    return structuredClone(
      [...this.views].map(([source, { threads, known }]) => [source, [...threads.values()], [...known]]),
    );
  }

  restore(json: unknown): void {
    for (const [source, threads, known] of structuredClone((json ?? []) as Saved))
      this.views.set(source, { threads: new Map(threads.map((one) => [one.id, one])), known: new Map(known) });
  }
}

/** Whether a camera's ids may be joined; its entry in the store file says. */
export const isStitched = (model: StoreModel, deviceId: string): boolean =>
  model.devices.get(deviceId)?.stitch !== false;

function goOn(thread: Thread, at: At): void {
  const { trail, waits } = thread;
  const [ts] = at;
  thread.ts = ts;
  trail.push(at);
  while ((trail[0] as At)[0] < ts - 2 * END_MS || trail.length > MOST_PLACES) trail.shift();
  if (waits && waits.way.push(at) > MOST_PLACES) delete thread.waits;
}

/**
 * Staff, and who may be, who met somebody a moment ago and have gone on under the other's id get their own back: else the shopper would count
 * for nothing, and they for a shopper, until one of the two leaves. Others who exchange their ids harm no figure much, and are left alone.
 */
function giveBack(threads: ReadonlyMap<string, Thread>, here: ReadonlySet<string>, id: string, ts: number): void {
  const staff = threads.get(id) as Thread;
  const at = staff.trail.find(([seen]) => seen >= ts - END_MS);
  if (!at || staff.waits) return;
  for (const otherId of here) {
    const other = threads.get(otherId);
    if (!other || other === staff || other.waits) continue;
    const beside = other.trail.find(([seen]) => seen >= at[0]);
    if (!beside || Math.hypot(beside[1] - at[1], beside[2] - at[2]) > TOUCHING_MM) continue;
    meet(staff, other.name, ts);
    if (exchanged(waysAt(staff, at[0]), waysAt(other, at[0])) <= SURE) continue;
    for (const one of [staff, other]) one.trail = one.trail.filter(([seen]) => seen >= at[0]);
    exchangeNames(staff, other);
    return;
  }
}

/** Whom staff met stays with the staff. */
function exchangeNames(staff: Thread, other: Thread): void {
  [staff.name, other.name] = [other.name, staff.name];
  const met = (staff.met ?? []).map(([name, ts]): [string, number] => [name === other.name ? staff.name : name, ts]);
  delete staff.met;
  other.met = met;
}

function meet(staff: Thread, name: string, ts: number): void {
  const met = (staff.met ?? []).filter(([known, last]) => known !== name && ts - last <= MET_MS);
  met.push([name, ts]);
  staff.met = met.slice(-MOST_MET);
}

const waysAt = ({ trail }: Thread, ts: number): Ways => ({
  before: trail.filter(([seen]) => seen < ts),
  after: trail.filter(([seen]) => seen >= ts),
});

/** @param gone who was seen a moment ago and is not now */
function begin({ threads, known }: View, gone: readonly Thread[], id: string, at: At): Thread {
  const [ts] = at;
  const thread: Thread = { id, name: freeName(threads, id), ts, trail: [at] };
  const isNew = ts - (known.get(id) ?? -Infinity) > KNOWN_MS;
  const near = isNew ? nearest(gone, at) : [];
  if (near.length > 0 && countWaiting(threads) < MOST_WAITING) {
    const due = Math.max(ts + LOOKED_AT_MS, ...near.map((one) => one.ts + GONE_MS));
    thread.waits = { way: [at], maybe: near.map(({ name }) => name), due };
  }
  threads.set(id, thread);
  return thread;
}

function nearest(gone: readonly Thread[], [, x, y]: At): Thread[] {
  const near: { one: Thread; distance: number }[] = [];
  for (const one of gone) {
    const [, lastX, lastY] = one.trail.at(-1) as At;
    const distance = Math.hypot(x - lastX, y - lastY);
    if (distance <= NEAR_MM) near.push({ one, distance });
  }
  near.sort((a, b) => a.distance - b.distance || (a.one.id < b.one.id ? -1 : 1));
  return near.slice(0, MOST_MAYBE).map(({ one }) => one);
}

function countWaiting(threads: ReadonlyMap<string, Thread>): number {
  let count = 0;
  for (const { waits } of threads.values()) if (waits) count += 1;
  return count;
}

/** An id that comes back while somebody else goes on under its name is somebody else. */
function freeName(threads: ReadonlyMap<string, Thread>, id: string): string {
  const isTaken = (name: string): boolean => {
    for (const thread of threads.values()) if (thread.name === name) return true;
    return false;
  };
  let name = id;
  for (let n = 2; isTaken(name); n += 1) name = `${id}~${n}`;
  return name;
}

/** Judges whom it is time for. Who fits best belongs together; a new id that is not due yet keeps whom it fits best. */
function judge({ threads, known }: View, ts: number): Join[] {
  const due: Thread[] = [];
  for (const thread of threads.values()) if (thread.waits && ts > thread.waits.due) due.push(thread);
  if (due.length === 0) return [];
  const pairs = new Map(bestFits(threads).map(({ old, young }) => [young, old]));
  const joins: Join[] = [];
  // Elder ones first: somebody may have been broken twice.
  for (const young of due.sort((a, b) => firstOf(a) - firstOf(b) || (a.id < b.id ? -1 : 1))) {
    const old = pairs.get(young);
    const way = young.waits?.way ?? [];
    delete young.waits;
    if (!old) continue;
    joins.push({ name: young.name, into: old.name, way });
    end(old, threads, known);
    for (const { waits } of threads.values())
      if (waits) waits.maybe = waits.maybe.map((name) => (name === young.name ? old.name : name));
    young.name = old.name;
    if (old.met) young.met = old.met;
    for (const { met } of threads.values())
      for (const one of met ?? []) if (one[0] === joins.at(-1)?.name) one[0] = old.name;
  }
  return joins;
}

const firstOf = ({ waits }: Thread): number => waits?.way[0]?.[0] ?? 0;

function bestFits(threads: ReadonlyMap<string, Thread>): { old: Thread; young: Thread }[] {
  const byName = new Map([...threads.values()].map((thread) => [thread.name, thread]));
  const fits: { old: Thread; young: Thread; miss: number }[] = [];
  for (const young of threads.values())
    for (const name of young.waits?.maybe ?? []) {
      const old = byName.get(name);
      if (!old || old === young) continue;
      const miss = missBetween(old.trail, young.waits?.way ?? []);
      if (miss !== undefined) fits.push({ old, young, miss });
    }
  fits.sort((a, b) => a.miss - b.miss || (a.young.id < b.young.id ? -1 : 1));
  const [olds, youngs] = [new Set<Thread>(), new Set<Thread>()];
  return fits.filter(({ old, young }) => {
    if (olds.has(old) || youngs.has(young)) return false;
    olds.add(old);
    youngs.add(young);
    return true;
  });
}

/** Forgets who is gone, and nobody may be. */
function sweep({ threads, known }: View, ts: number): void {
  let wanted: Set<string> | undefined;
  for (const thread of threads.values()) {
    if (ts - thread.ts <= GONE_MS || thread.waits) continue;
    wanted ??= new Set([...threads.values()].flatMap(({ waits }) => waits?.maybe ?? []));
    if (!wanted.has(thread.name)) end(thread, threads, known);
  }
  for (const [id, last] of known) {
    if (ts - last <= KNOWN_MS && known.size <= MOST_KNOWN) break;
    known.delete(id);
  }
}

function end({ id, ts }: Thread, threads: Map<string, Thread>, known: Map<string, number>): void {
  threads.delete(id);
  known.delete(id);
  known.set(id, ts);
}
