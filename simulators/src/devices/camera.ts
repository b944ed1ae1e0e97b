import type { Random } from '../random.js';
import { message, metres, type Message } from './message.js';
import type { DeviceSettings } from './settings.js';

export interface Seen {
  readonly personId: number;
  readonly position: { readonly x: number; readonly y: number };
}

/** A ceiling camera that sees everybody, blurred: it errs by some centimetres, blinks, and mixes people up who come close. */
export class Camera {
  private readonly trackIds = new Map<number, number>();
  /** pairs `${lower}/${higher}` of persons that are close now */
  private close = new Set<string>();

  constructor(
    readonly deviceId: string,
    private readonly settings: DeviceSettings['camera'],
    private readonly random: Random,
    private nextTrackId: number,
  ) {}

  sample(ts: number, people: readonly Seen[]): Message {
    this.forgetGone(people);
    if (this.settings.breakShare > 0) this.mixUpClose(people);
    const { sigmaMetres, missingShare } = this.settings;
    const seen: { id: string; x: number; y: number }[] = [];
    for (const person of people) {
      const id = this.trackIdOf(person.personId);
      if (missingShare > 0 && this.random.chance(missingShare)) continue;
      const [dx, dy] =
        sigmaMetres > 0 ? [this.random.normal() * sigmaMetres, this.random.normal() * sigmaMetres] : [0, 0];
      seen.push({ id: String(id), x: metres(person.position.x + dx), y: metres(person.position.y + dy) });
    }
    return message(this.deviceId, 'camera/positions', { ts, people: seen });
  }

  private trackIdOf(personId: number): number {
    let id = this.trackIds.get(personId);
    if (id === undefined) {
      id = this.nextTrackId++;
      this.trackIds.set(personId, id);
    }
    return id;
  }

  private forgetGone(people: readonly Seen[]): void {
    const here = new Set(people.map((person) => person.personId));
    for (const personId of this.trackIds.keys()) if (!here.has(personId)) this.trackIds.delete(personId);
  }

  private mixUpClose(people: readonly Seen[]): void {
    const close = new Set<string>();
    people.forEach((a, index) => {
      for (const b of people.slice(index + 1)) {
        if (Math.hypot(a.position.x - b.position.x, a.position.y - b.position.y) >= this.settings.closeMetres) continue;
        const pair = `${Math.min(a.personId, b.personId)}/${Math.max(a.personId, b.personId)}`;
        close.add(pair);
        if (!this.close.has(pair) && this.random.chance(this.settings.breakShare)) this.mixUp(a.personId, b.personId);
      }
    });
    this.close = close;
  }

  private mixUp(a: number, b: number): void {
    if (this.random.chance(this.settings.swapShare)) {
      const [idA, idB] = [this.trackIdOf(a), this.trackIdOf(b)];
      this.trackIds.set(a, idB);
      this.trackIds.set(b, idA);
    } else this.trackIds.set(this.random.chance(0.5) ? a : b, this.nextTrackId++);
  }
}
