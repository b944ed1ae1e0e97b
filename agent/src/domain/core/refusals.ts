import type { RefusalReason } from '@aisle/contracts';
import type { EnginePart } from './engine-part.js';

/** What each reason means, for people. */
export const WORDS: Record<RefusalReason, string> = {
  malformed: 'not a message of this topic',
  unknownDevice: 'not a device of the store file in force',
  unknownSubject: 'names a slot or entrance that the store file does not have, or that is not at this device',
  topic: 'not a topic that the sender may use',
  unsupported: 'this agent does not read such messages yet',
  late: 'older than the newest message of its device and channel',
  tooOld: 'more than 35 days behind the newest of its device',
  future: 'more than 24 hours ahead of its arrival',
  replay: 'an encrypted advertisement whose counter does not rise: heard before, or played back',
  duplicate: 'the same message again',
  conflict: 'contradicts what was said before of the same receipt, or of the same slot at the same time',
  picture: 'no picture that can be looked at',
  busy: 'the agent cannot take it now',
};

/** How many messages were refused, by device and reason. */
export class Refusals implements EnginePart {
  readonly name = 'refusals';
  readonly version = 1;
  private readonly devices = new Map<string, Map<RefusalReason, number>>();

  count(deviceId: string, reason: RefusalReason): void {
    let reasons = this.devices.get(deviceId);
    if (!reasons) this.devices.set(deviceId, (reasons = new Map()));
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }

  counts(): ReadonlyMap<string, ReadonlyMap<RefusalReason, number>> {
    return new Map([...this.devices].map(([device, reasons]) => [device, new Map(reasons)]));
  }

  save(): unknown {
    return [...this.devices].map(([device, reasons]) => [device, [...reasons]]);
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    for (const [device, reasons] of json as [string, [RefusalReason, number][]][])
      this.devices.set(device, new Map(reasons));
  }
}
