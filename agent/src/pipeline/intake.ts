import { parseDeviceTopic } from '@aisle/contracts';
import { isFrameChannel, readFrame } from '../devices/camera/aisle-frame.js';
import type { DeviceDecoder } from '../devices/registry.js';
import type { StoreIndex } from '../devices/decode.js';
import type { Journal } from '../journal/journal.js';
import type { BrokerMessage, Verdict } from '../ports/broker.js';
import type { Clock } from '../ports/clock.js';
import type { DeviceBook } from './device-book.js';
import { UNKNOWN_DEVICE, type Refusals } from './refusals.js';

/** Bytes waiting for the disk above which new messages are turned away, instead of filling the memory. */
const MAX_QUEUED_BYTES = 32 << 20;

/** Where pictures go: see pipeline/vision. */
export interface FrameTaker {
  put(cameraId: string, picture: Uint8Array, ts: number, receivedTs: number, name: string): void;
  refused(cameraId: string): void;
}

/** From the broker into the journal: rights, decoding, sequence; the acknowledgement follows the commit. */
export class Intake {
  #accepted = 0;

  constructor(
    private readonly decoder: DeviceDecoder,
    private readonly journal: Journal,
    private readonly config: () => StoreIndex | undefined,
    private readonly devices: DeviceBook,
    private readonly refusals: Refusals,
    private readonly clock: Clock,
    private readonly frames: FrameTaker,
  ) {}

  /** Messages that went into the journal since the start. */
  get accepted(): number {
    return this.#accepted;
  }

  receive({ sender, topic, payload, qos }: BrokerMessage, done: (verdict: Verdict) => void): void {
    const receivedTs = this.clock.now();
    const store = this.config();
    const address = parseDeviceTopic(topic);
    const speaker = sender.kind === 'device' ? sender.deviceId : (address?.deviceId ?? UNKNOWN_DEVICE);
    const label = store?.devices.has(speaker) ? speaker : UNKNOWN_DEVICE;
    if (label !== UNKNOWN_DEVICE) this.devices.heard(label, receivedTs);
    const drop = (reason: Parameters<Refusals['add']>[1], sample: string) => {
      this.refusals.add(label, reason, sample, receivedTs);
      // Behind what the same connection sent before, so that acknowledgements keep their order.
      this.journal.barrier(() => done('drop'));
    };
    if (!address || (sender.kind === 'device' && address.deviceId !== sender.deviceId))
      return drop('topic', 'is outside the rights of its sender');
    if (isFrameChannel(address.channel)) {
      const read = readFrame({ ...address, bytes: payload.length, receivedTs }, store);
      if (read.ok) {
        this.frames.put(read.cameraId, payload, read.ts, receivedTs, topic);
        // Acknowledged without waiting for what is found in it, and given to nobody else.
        return this.journal.barrier(() => done('drop'));
      }
      if (store?.devices.get(address.deviceId)?.family === 'camera') this.frames.refused(address.deviceId);
      return drop(read.reason, `camera/frame: ${read.field ? `${read.field} ` : ''}${read.message}`);
    }
    const decoded = this.decoder.decode({ ...address, topic, payload, receivedTs }, store);
    if (!decoded.ok)
      return drop(
        decoded.reason,
        `${address.channel.slice(0, 60)}: ${decoded.field ? `${decoded.field} ` : ''}${decoded.message}`,
      );
    const full = this.journal.queuedBytes > MAX_QUEUED_BYTES;
    if (full || (qos === 0 && this.journal.blocked)) {
      this.refusals.add(label, 'busy', full ? 'too much waits for the disk' : 'the disk is full', receivedTs);
      return done(qos === 0 ? 'drop' : 'refuse');
    }
    this.#accepted += 1;
    this.journal.append(decoded.event, (accepted) => done(accepted ? 'forward' : 'drop'));
  }
}
