import type { FloorFrame } from './frames.js';
import { Merger, type Merged } from './merger.js';

/**
 * A group never waits longer than this for a camera, ms of event time. Raising it forgives cameras whose pictures take long to
 * look at and shows everybody later; lowering it refuses what such cameras see.
 */
export const WAIT_MS = 2_000;
/** A camera that says it is there and has been silent for so long against the others is not waited for. */
const SILENT_MS = 30_000;

interface Member {
  /** newest frame, null before the first */
  newest: number | null;
  /** when its next frame was first due, where it has said that it is there */
  due: number | null;
}

/**
 * Puts the frames of cameras that are merged in order of event time: they come from several connections, and what the people on
 * the floor did must not depend on which was faster. A frame is taken once every camera that is waited for has come as far, and
 * at the latest when the newest frame is two seconds ahead of it.
 */
export class Group {
  private readonly members = new Map<string, Member>();
  private buffer: FloorFrame[] = [];
  private newest = -Infinity;
  /** of the newest frame taken: older ones come too late */
  private settled = -Infinity;
  private merger: Merger;

  /**
   * @param isOnline whether a camera has said that it is there, or at least not that it is gone
   * @param isOutside whether a place (millimetres) lies beyond an entrance
   */
  constructor(
    private readonly isOnline: (deviceId: string) => boolean,
    private readonly isOutside: (x: number, y: number) => boolean,
  ) {
    this.merger = new Merger(isOutside);
  }

  /** Event time of the oldest frame not yet taken, Infinity without one. */
  get oldest(): number {
    return this.buffer[0]?.ts ?? Infinity;
  }
  get waiting(): readonly FloorFrame[] {
    return this.buffer;
  }

  isLate(ts: number): boolean {
    return ts < this.settled;
  }

  push(frame: FloorFrame): void {
    if (this.newest === -Infinity) for (const member of this.members.values()) member.due ??= frame.ts;
    this.newest = Math.max(this.newest, frame.ts);
    const member = this.member(frame.deviceId);
    member.newest = Math.max(member.newest ?? -Infinity, frame.ts);
    let at = this.buffer.length;
    while (at > 0 && isBefore(frame, this.buffer[at - 1] as FloorFrame)) at -= 1;
    this.buffer.splice(at, 0, frame);
  }

  /** A camera has said that it is there: from now on it is waited for. */
  online(deviceId: string): void {
    this.member(deviceId).due = Number.isFinite(this.newest) ? this.newest : null;
  }

  /** Takes what nobody waits for any more, oldest first. */
  *release(): Iterable<[FloorFrame, Merged]> {
    yield* this.takeUpTo(this.watermark());
  }

  /** Takes all that waits: another store file, or a clock set back. */
  *flush(): Iterable<[FloorFrame, Merged]> {
    yield* this.takeUpTo(Infinity);
  }

  private *takeUpTo(mark: number): Iterable<[FloorFrame, Merged]> {
    let count = 0;
    while (count < this.buffer.length && (this.buffer[count] as FloorFrame).ts <= mark) count += 1;
    for (const frame of this.buffer.splice(0, count)) {
      this.settled = Math.max(this.settled, frame.ts);
      yield [frame, this.merger.take(frame)];
    }
  }

  private watermark(): number {
    let mark = Infinity;
    for (const [id, { newest, due }] of this.members) {
      if (!this.isOnline(id)) continue;
      const reached = Math.max(newest ?? -Infinity, due ?? -Infinity);
      if (reached !== -Infinity && this.newest - reached > SILENT_MS) continue;
      mark = Math.min(mark, newest ?? -Infinity);
    }
    return Math.min(this.newest, Math.max(mark, this.newest - WAIT_MS));
  }

  /** The clock of a camera was set back: the order begins anew. */
  restart(): void {
    this.members.clear();
    this.newest = -Infinity;
    this.settled = -Infinity;
    this.merger = new Merger(this.isOutside);
  }

  personOf(deviceId: string, trackId: string): string | undefined {
    return this.merger.personOf(deviceId, trackId);
  }

  private member(id: string): Member {
    let member = this.members.get(id);
    if (!member) this.members.set(id, (member = { newest: null, due: null }));
    return member;
  }

  save(): unknown {
    const finite = (ts: number) => (Number.isFinite(ts) ? ts : null);
    return {
      members: [...this.members].map(([id, member]) => [id, { ...member }]),
      buffer: structuredClone(this.buffer),
      newest: finite(this.newest),
      settled: finite(this.settled),
      merger: this.merger.save(),
    };
  }

  restore(json: unknown): void {
    const saved = json as {
      members: [string, Member][];
      buffer: FloorFrame[];
      newest: number | null;
      settled: number | null;
      merger: unknown;
    };
    for (const [id, member] of saved.members) this.members.set(id, { ...member });
    this.buffer = structuredClone(saved.buffer);
    this.newest = saved.newest ?? -Infinity;
    this.settled = saved.settled ?? -Infinity;
    this.merger.restore(saved.merger);
  }
}

/** By event time; at one moment by camera, so that the order of arrival does not matter. */
const isBefore = (a: FloorFrame, b: FloorFrame): boolean => a.ts < b.ts || (a.ts === b.ts && a.deviceId < b.deviceId);
