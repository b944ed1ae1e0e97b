import { MINUTE_MS, minuteOf } from '@aisle/contracts';
import type { StoreModel } from '../core/store-model.js';
import type { WindowKind, WindowStore } from '../core/window-store.js';
import { nearestOf, rectangleOf, type Rectangle } from '../interest/places.js';

/** Who fills a fixture stands at most so far from it, millimetres: an arm, and others who stand before it. */
const REACH_MM = 1_300;
/** A scale settles, and tags are missed, a moment before or after somebody is seen, ms. */
const AROUND_MS = 1_000;
const SECOND_MS = 1_000;

/**
 * In which seconds staff stood at which fixture: what comes onto a shelf then is no shopper's (SEMANTICS §19). Known for the last
 * two hours of event time, which is as long as staff's places are of use to anybody.
 */
export class Attendance {
  private readonly windows: WindowKind<{ seconds: number[] }>;
  private fixtures: [fixtureId: string, place: Rectangle][] = [];
  private model: StoreModel | undefined;
  private readonly listeners: ((fixtureId: string, from: number, to: number) => void)[] = [];

  constructor(private readonly store: WindowStore) {
    this.windows = store.kind<{ seconds: number[] }>({
      name: 'attended',
      create: () => ({ seconds: [] }),
      save: ({ seconds }) => [...seconds],
      restore: (json) => ({ seconds: [...(json as number[])] }),
      dropped: true,
    });
  }

  /** Hears when staff is found to have stood at a fixture, and the times [from, to] for which that says something. */
  onAttended(listener: (fixtureId: string, from: number, to: number) => void): void {
    this.listeners.push(listener);
  }

  /** The fixtures that somebody at a place, whole millimetres, is at. */
  fixturesAt(model: StoreModel, x: number, y: number): string[] {
    if (this.model !== model) this.prepare(model);
    return this.fixtures.flatMap(([id, place]) =>
      nearestOf({ fixtures: [place], corners: [] }, x, y).distance > REACH_MM ? [] : [id],
    );
  }

  /** Somebody of the staff stood at a fixture in [from, to], event time; what is older than two hours is of no use any more. */
  stood(fixtureId: string, from: number, to: number): void {
    for (let minute = minuteOf(from); minute <= to; minute += MINUTE_MS) {
      if (this.store.isPaged(minute)) continue;
      const [first, last] = [Math.max(from, minute), Math.min(to, minute + MINUTE_MS - 1)];
      const window = this.windows.get(minute, fixtureId);
      const { seconds } = window.data;
      const known = seconds.length;
      for (let second = secondIn(minute, first); second <= secondIn(minute, last); second += 1)
        if (!seconds.includes(second)) seconds.push(second);
      if (seconds.length === known) continue;
      this.store.changed(window);
      for (const listener of this.listeners) listener(fixtureId, first - AROUND_MS, last + AROUND_MS);
    }
  }

  at(fixtureId: string, ts: number): boolean {
    for (let minute = minuteOf(ts - AROUND_MS); minute <= ts + AROUND_MS; minute += MINUTE_MS)
      for (const second of this.windows.peek(minute, fixtureId)?.data.seconds ?? [])
        if (Math.abs(minute + second * SECOND_MS - ts) <= AROUND_MS) return true;
    return false;
  }

  private prepare(model: StoreModel): void {
    this.model = model;
    this.fixtures = (model.storeFile.fixtures ?? []).flatMap((fixture) => {
      const zone = model.storeFile.zones?.find(({ id }) => id === fixture.zone);
      const place = rectangleOf(fixture, zone);
      return place ? [[fixture.id, place]] : [];
    });
  }
}

const secondIn = (minute: number, ts: number): number => Math.floor((ts - minute) / SECOND_MS);
