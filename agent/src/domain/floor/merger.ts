import type { PlacedSample } from '../people/placed.js';
import { associate, GONE_MS, HAND_OVER_MS, isKept } from './association.js';
import { putRight } from './contradictions.js';
import type { FloorFrame, FloorPerson } from './frames.js';
import {
  aheadOf,
  apart,
  detach,
  isActive,
  move,
  opposed,
  othersOf,
  placeOf,
  restorePeople,
  savePeople,
} from './people.js';
import type { Person, Seen, View } from './people.js';

/** Two cameras' views of one person may drift this far apart, mm beside their spreads, for so long before they are two people. */
const SPLIT_MM = 800;
const SPLIT_AFTER_MS = 600;
/** From here on it is doubted, and after so long put right if it can be. */
const DOUBT_MM = 350;
const DOUBT_MS = 300;
/** Two people whom different cameras see as near as this, mm beside half their spreads, for so long are one. */
const MERGE_MM = 500;
const MERGE_AFTER_MS = 1_000;
/** Beyond this share of it they are not near any more. */
const NEAR_ENDS = 1.4;
/** Surely not near. */
const FAR_MM = 5_000;
/** Cameras place one person differently; what they are off by is learnt this slowly, ms, so that nobody zigzags. */
const AGREE_MS = 1_500;
const SPEED_MS = 500;
/** A gap is filled with a place this often, ms. */
const FILL_MS = 1_000;

export interface Merged {
  samples: PlacedSample[];
  /** ids of people who turned out to be somebody else: they count no more, and what they counted goes */
  absorbed: string[];
}

/**
 * Makes one person of what several cameras see of them. Frames come in order of event time; everything follows from them.
 * Whoever only one camera has ever seen is exactly where that camera says.
 */
export class Merger {
  private readonly people = new Map<number, Person>();
  private readonly views = new Map<string, View>();
  /** since when two people have been near enough to be one: by `${elder}|${younger}` */
  private readonly near = new Map<string, number>();
  private next = 1;

  /** @param isOutside whether a place (millimetres) lies beyond an entrance */
  constructor(private readonly isOutside: (x: number, y: number) => boolean) {}

  take(frame: FloorFrame): Merged {
    const { deviceId, ts, made } = frame;
    const merged: Merged = { samples: [], absorbed: [] };
    let view = this.views.get(deviceId);
    if (!view) this.views.set(deviceId, (view = { ts, seen: new Map() }));
    const previous = view.ts;
    view.ts = ts;
    for (const seen of view.seen.values()) if (ts - seen.ts > HAND_OVER_MS) detach(this.people, this.views, seen);
    const before = new Map<FloorPerson, number>();
    for (const given of frame.people) {
      const { id, x, y, spread } = given;
      const seen = view.seen.get(id);
      if (seen && made && seen.ts < previous && ts - seen.ts > GONE_MS) {
        // Lost and found again: the camera may have taken somebody else for them.
        before.set(given, seen.person);
        detach(this.people, this.views, seen);
      } else if (seen) move(seen, ts, x, y, spread);
    }
    for (const { id } of frame.people) this.split(view.seen.get(id), ts);
    const fresh = frame.people.filter(({ id }) => !view.seen.has(id));
    const joined =
      fresh.length > 0 ? associate(frame, fresh, this.people.values(), this.views, this.isOutside, before) : undefined;
    for (const given of frame.people) {
      const seen = view.seen.get(given.id);
      const known = joined?.get(given);
      if (!seen) {
        if (known || !given.doubtful) this.begin(merged, frame, view, given, known);
      } else {
        const person = this.people.get(seen.person) as Person;
        // One camera's word as it is; of several what they say together, or the person would jump between them.
        const alone = othersOf(person, deviceId, this.views).length === 0;
        const [x, y] = alone ? [seen.x - seen.ox, seen.y - seen.oy] : placeOf(person, this.views, ts);
        this.state(merged, person, ts, x, y);
        this.agree(person, seen, ts);
      }
    }
    this.mergeNear(merged, view, ts);
    this.sweep(ts);
    return merged;
  }

  /** A new track of a camera: somebody known, or somebody new. */
  private begin(merged: Merged, frame: FloorFrame, view: View, given: FloorPerson, known: Person | undefined): void {
    const { deviceId: device, ts, made } = frame;
    const { id, x, y, spread, earlier = [] } = given;
    const person = known ?? this.newPerson(frame, given);
    const old = person.seen.get(device);
    if (old) detach(this.people, this.views, old);
    let [ox, oy] = [0, 0];
    if (othersOf(person, device, this.views).length > 0) {
      // No jump where a second camera joins.
      const [atX, atY] = placeOf(person, this.views, ts);
      [ox, oy] = [x - atX, y - atY];
    }
    const seen: Seen = {
      device,
      id,
      ts,
      x,
      y,
      vx: 0,
      vy: 0,
      spread,
      person: person.id,
      ox,
      oy,
      since: ts,
      apart: -1,
      parted: -1,
      agreed: ts,
    };
    person.made ||= made || person.first !== device;
    if (known) this.fillGap(merged, person, earlier.find(([at]) => at > person.ts) ?? [ts, x, y], ox, oy);
    person.seen.set(device, seen);
    view.seen.set(id, seen);
    for (const [at, wasX, wasY] of earlier)
      if (at < ts && (known === undefined || at > person.ts)) this.state(merged, person, at, wasX - ox, wasY - oy);
    this.state(merged, person, ts, x - ox, y - oy);
  }

  /** Somebody who was hidden for longer than a track may pause was where they stood: their stay goes on. */
  private fillGap(merged: Merged, person: Person, [to, x, y]: [number, number, number], ox: number, oy: number): void {
    const [from, fromX, fromY] = [person.ts, person.x, person.y];
    if (to - from <= HAND_OVER_MS) return;
    for (let at = from + FILL_MS; at < to; at += FILL_MS) {
      const way = (at - from) / (to - from);
      this.state(merged, person, at, fromX + (x - ox - fromX) * way, fromY + (y - oy - fromY) * way);
    }
  }

  private newPerson({ deviceId, ts, made }: FloorFrame, { x, y, earlier }: FloorPerson): Person {
    const [since, atX, atY] = earlier?.[0] ?? [ts, x, y];
    const person: Person = {
      id: this.next,
      ts: since,
      x: atX,
      y: atY,
      vx: 0,
      vy: 0,
      since,
      made,
      first: deviceId,
      seen: new Map(),
    };
    this.next += 1;
    this.people.set(person.id, person);
    return person;
  }

  /** The person is there at `ts`. */
  private state({ samples }: Merged, person: Person, ts: number, x: number, y: number): void {
    const ms = ts - person.ts;
    if (ms > 0) {
      const share = 1 - Math.exp(-ms / SPEED_MS);
      person.vx += (((x - person.x) * 1000) / ms - person.vx) * share;
      person.vy += (((y - person.y) * 1000) / ms - person.vy) * share;
    }
    person.x = x;
    person.y = y;
    person.ts = ts;
    // Never minus zero, which JSON does not keep.
    samples.push({ id: idOf(person), ts, x: Math.round(x) + 0, y: Math.round(y) + 0, made: person.made });
  }

  /** Learns what this camera is off by, against what all that see the person say together; alone it is right. */
  private agree(person: Person, seen: Seen, ts: number): void {
    const others = othersOf(person, seen.device, this.views);
    let [wantedX, wantedY] = [0, 0];
    if (others.length > 0) {
      let [weight, x, y] = [0, 0, 0];
      for (const one of [seen, ...others]) {
        const [atX, atY] = aheadOf(one, ts);
        const w = 1 / one.spread ** 2;
        weight += w;
        x += w * atX;
        y += w * atY;
      }
      [wantedX, wantedY] = [seen.x - x / weight, seen.y - y / weight];
    }
    const share = 1 - Math.exp((seen.agreed - ts) / AGREE_MS);
    seen.agreed = ts;
    seen.ox += (wantedX - seen.ox) * share;
    seen.oy += (wantedY - seen.oy) * share;
  }

  /** What has drifted apart for a while is two people: two cameras have mixed them up, or the one that joined later lets go. */
  private split(seen: Seen | undefined, ts: number): void {
    const person = seen && this.people.get(seen.person);
    if (!person) return;
    let [far, most]: [Seen | undefined, number] = [undefined, DOUBT_MM];
    for (const other of othersOf(person, seen.device, this.views)) {
      const distance = apart(seen, other, ts) - seen.spread - other.spread;
      if (distance > most) [far, most] = [other, distance];
    }
    if (most <= SPLIT_MM) seen.parted = -1;
    else if (seen.parted < 0) seen.parted = ts;
    if (!far) seen.apart = -1;
    else if (seen.apart < 0) seen.apart = ts;
    else if (ts - seen.apart >= DOUBT_MS && putRight(this.people, this.views, seen, far, ts))
      [seen.apart, seen.parted] = [-1, -1];
    else if (seen.parted >= 0 && ts - seen.parted >= SPLIT_AFTER_MS) {
      detach(this.people, this.views, far.since > seen.since ? far : seen);
      // What they were thought to be off by came from mixing two people up.
      for (const left of person.seen.values()) [left.ox, left.oy] = [0, 0];
    }
  }

  private mergeNear(merged: Merged, view: View, ts: number): void {
    for (const { ts: at, person: id } of [...view.seen.values()]) {
      const person = this.people.get(id);
      if (at !== ts || !person) continue;
      for (const other of [...this.people.values()]) {
        if (other === person || !this.people.has(person.id)) continue;
        if (this.near.size === 0 && Math.hypot(other.x - person.x, other.y - person.y) > FAR_MM) continue;
        const [elder, younger] = other.id < person.id ? [other, person] : [person, other];
        if (this.areOne(elder, younger, ts)) {
          this.absorb(elder, younger, ts);
          merged.absorbed.push(idOf(younger));
        }
      }
    }
  }

  /** Whether two people, whom no camera sees both, have been in one place for long enough. */
  private areOne(elder: Person, younger: Person, ts: number): boolean {
    const key = `${elder.id}|${younger.id}`;
    const since = this.near.get(key);
    const limit = MERGE_MM * (since === undefined ? 1 : NEAR_ENDS);
    const seen = [...younger.seen.values()].filter((one) => isActive(one, this.views));
    const others = [...elder.seen.values()].filter((one) => isActive(one, this.views));
    let near = seen.length > 0 && others.length > 0;
    near &&= !seen.some((one) => others.some((other) => other.device === one.device));
    if (near) {
      const [ax, ay] = placeOf(elder, this.views, ts);
      const [bx, by] = placeOf(younger, this.views, ts);
      const spread = ((seen[0] as Seen).spread + (others[0] as Seen).spread) / 2;
      near = Math.hypot(ax - bx, ay - by) <= limit + spread && !opposed(elder, younger);
    }
    if (!near) this.near.delete(key);
    else if (since === undefined) this.near.set(key, ts);
    return near && since !== undefined && ts - since >= MERGE_AFTER_MS;
  }

  private absorb(elder: Person, younger: Person, ts: number): void {
    const [atX, atY] = placeOf(elder, this.views, ts);
    for (const seen of younger.seen.values()) {
      const old = elder.seen.get(seen.device);
      if (old && old.ts >= seen.ts) {
        this.views.get(seen.device)?.seen.delete(seen.id);
        continue;
      }
      if (old) detach(this.people, this.views, old);
      const [x, y] = aheadOf(seen, ts);
      seen.person = elder.id;
      [seen.ox, seen.oy] = [x - atX, y - atY];
      elder.seen.set(seen.device, seen);
    }
    elder.made = true;
    this.people.delete(younger.id);
    this.forgetNear(younger.id);
  }

  private sweep(ts: number): void {
    for (const person of this.people.values()) {
      if (isKept(person, ts, this.isOutside)) continue;
      for (const seen of person.seen.values()) detach(this.people, this.views, seen);
      this.people.delete(person.id);
      this.forgetNear(person.id);
    }
  }

  private forgetNear(id: number): void {
    for (const key of this.near.keys()) if (key.split('|').includes(String(id))) this.near.delete(key);
  }

  /** The person whom a camera's track belongs to, as `samples` name them. */
  personOf(deviceId: string, trackId: string): string | undefined {
    const person = this.people.get(this.views.get(deviceId)?.seen.get(trackId)?.person ?? 0);
    return person && idOf(person);
  }

  save(): unknown {
    return { ...(savePeople(this.people, this.views) as object), near: [...this.near], next: this.next };
  }

  restore(json: unknown): void {
    const saved = json as { near: [string, number][]; next: number };
    restorePeople(json, this.people, this.views);
    for (const [key, ts] of saved.near) this.near.set(key, ts);
    this.next = saved.next;
  }
}

const idOf = (person: Person): string => `p${person.id}`;
