import { problem, type Problem, type ProblemCode, type RefusalReason } from '@aisle/contracts';
import type { EnginePart } from './engine-part.js';

/** What a reason means, where nothing closer is known. */
export const reasonProblem = (reason: RefusalReason): Problem => problem('', MEANING[reason]);
const MEANING = {
  malformed: 'refusedMalformed',
  unknownDevice: 'refusedUnknownDevice',
  unknownSubject: 'refusedUnknownSubject',
  topic: 'refusedTopic',
  unsupported: 'refusedUnsupported',
  late: 'refusedLate',
  tooOld: 'refusedTooOld',
  future: 'refusedFuture',
  replay: 'refusedReplay',
  duplicate: 'refusedDuplicate',
  conflict: 'refusedConflict',
  picture: 'refusedPicture',
  busy: 'refusedBusy',
} as const satisfies Record<RefusalReason, ProblemCode>;

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
