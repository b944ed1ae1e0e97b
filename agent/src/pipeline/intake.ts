import { parseDeviceTopic, type DeviceEvent, type RefusalReason, problem, type Problem } from '@aisle/contracts';
import { isFrameChannel, readFrame } from '../devices/camera/aisle-frame.js';
import type { Ignored, StoreIndex } from '../devices/decode.js';
import type { Refusal } from '../devices/refusal.js';
import type { DeviceDecoder, Incoming } from '../devices/registry.js';
import type { Journal } from '../journal/journal.js';
import type { BrokerMessage, Sender, Verdict } from '../ports/broker.js';
import type { Adverts } from '../devices/ble/advert.js';
import type { Clock } from '../ports/clock.js';
import type { DeviceBook } from '../fleet/device-book.js';
import type { DeviceClocks } from '../fleet/device-clocks.js';
import type { Knocks } from '../fleet/knocks.js';
import { UNKNOWN_DEVICE, type Refusals } from '../fleet/refusals.js';
import { TagThinner, type ReadCounts } from './tag-thinner.js';

/** Where pictures go: see pipeline/vision. */
export interface FrameTaker {
  put(cameraId: string, picture: Uint8Array, ts: number, receivedTs: number, name: string): void;
  refused(cameraId: string): void;
}

/** Where adverts go: see pipeline/ble. */
export interface AdvertTaker {
  take(receiverId: string, adverts: Adverts, receivedTs: number): DeviceEvent[];
  /** These were turned away: the same words again are not repetitions. */
  lost(events: readonly DeviceEvent[]): void;
}

/** From the broker into the journal: rights, decoding, sequence; the acknowledgement follows the commit. */
export class Intake {
  #accepted = 0;
  /** by device and reason */
  readonly #ignoredBy = new Map<string, { device: string; reason: Ignored; count: number }>();

  constructor(
    private readonly decoder: DeviceDecoder,
    private readonly journal: Journal,
    private readonly config: () => StoreIndex | undefined,
    private readonly devices: DeviceBook,
    private readonly refusals: Refusals,
    private readonly clock: Clock,
    private readonly frames: FrameTaker,
    private readonly ble: AdvertTaker,
    private readonly clocks: DeviceClocks,
    private readonly knocks: Knocks,
    private readonly tags = new TagThinner(),
  ) {}

  /** Messages that went into the journal since the start. */
  get accepted(): number {
    return this.#accepted;
  }

  /** What was understood and is of no consequence, since the start. */
  get ignored(): readonly { device: string; reason: Ignored; count: number }[] {
    return [...this.#ignoredBy.values()];
  }

  /** Sightings of tags since the start, by reader. */
  get tagReads(): ReadonlyMap<string, Readonly<ReadCounts>> {
    return this.tags.counts();
  }

  receive({ sender, topic, payload, qos, dup, connection }: BrokerMessage, done: (verdict: Verdict) => void): void {
    const receivedTs = this.clock.now();
    const store = this.config();
    const native = parseDeviceTopic(topic);
    const speakers = this.#speakers(sender, topic, native, store);
    const speaker = speakers[0] ?? (sender.kind === 'device' ? sender.deviceId : native?.deviceId);
    const label = speaker !== undefined && store?.devices.has(speaker) ? speaker : UNKNOWN_DEVICE;
    if (label !== UNKNOWN_DEVICE) this.devices.heard(label, receivedTs);
    const drop = (reason: RefusalReason, wrong: Problem, at?: string) => {
      this.refusals.add(label, reason, wrong, receivedTs, at === undefined ? {} : { at });
      // Behind what the same connection sent before, so that acknowledgements keep their order.
      this.journal.barrier(() => done('drop'));
    };
    if (speakers.length === 0) {
      const talker = store?.chatter.devicesOn(topic).find((id) => this.#mayBe(sender, id, store));
      if (talker !== undefined) {
        this.#ignored(talker, ['chatter']);
        if (talker !== label) this.devices.heard(talker, receivedTs);
        return this.journal.barrier(() => done('drop'));
      }
      const stranger = sender.kind === 'integrator' && native && !store?.devices.has(native.deviceId);
      if (stranger && store) this.knocks.add(native.deviceId, receivedTs);
      return stranger
        ? drop('unknownDevice', problem('', 'notInStoreFile'), wordsOf(topic))
        : drop('topic', problem('', 'outsideRights'));
    }
    if (native && isFrameChannel(native.channel)) {
      const read = readFrame({ ...native, bytes: payload.length, receivedTs }, store);
      if (read.ok) {
        const ts = this.clocks.time(read.cameraId, read.ts, receivedTs, store);
        this.frames.put(read.cameraId, payload, ts, receivedTs, topic);
        // Acknowledged without waiting for what is found in it, and given to nobody else.
        return this.journal.barrier(() => done('drop'));
      }
      if (store?.devices.get(native.deviceId)?.family === 'camera') this.frames.refused(native.deviceId);
      return drop(read.reason, read, 'camera/frame');
    }
    const decoded = this.#decode(speakers, { topic, payload, receivedTs, dup, connection }, store);
    for (const refusal of decoded.refused)
      this.refusals.add(label, refusal.reason, refusal, receivedTs, { at: wordsOf(topic) });
    this.#ignored(label, decoded.ignored);
    const events = this.clocks.set(decoded.events, receivedTs, store);
    if (events.length === 0) return this.journal.barrier(() => done(decoded.refused.length > 0 ? 'drop' : 'forward'));
    const full = this.journal.overfull;
    if (full || (qos === 0 && this.journal.blocked)) {
      this.refusals.add(label, 'busy', problem('', full ? 'diskBehind' : 'diskFull'), receivedTs);
      this.ble.lost(events);
      return done(qos === 0 ? 'drop' : 'refuse');
    }
    const { events: told, doubled } = this.tags.thin(events, store);
    if (doubled > 0)
      this.refusals.add(label, 'duplicate', problem('', 'cameAlready'), receivedTs, { at: wordsOf(topic) });
    this.#accepted += doubled > 0 ? 0 : 1;
    // Nothing new of any tag: acknowledged behind what told of them.
    if (told.length === 0) return this.journal.barrier(() => done(doubled > 0 ? 'drop' : 'forward'));
    let taken = false;
    told.forEach((event, index) => {
      this.journal.append(event, (accepted) => {
        taken ||= accepted;
        if (index === told.length - 1) done(taken ? 'forward' : 'drop');
      });
    });
  }

  /** The devices that the sender may speak as on this topic: itself, those behind its account, any for an integrator. */
  #speakers(
    sender: Sender,
    topic: string,
    native: ReturnType<typeof parseDeviceTopic>,
    store: StoreIndex | undefined,
  ): readonly string[] {
    // Nearly every message: a native topic of its own device.
    if (native && store?.devices.has(native.deviceId))
      return this.#mayBe(sender, native.deviceId, store) ? [native.deviceId] : [];
    return (store?.topics.devicesOn(topic) ?? []).filter((id) => this.#mayBe(sender, id, store));
  }

  #mayBe(sender: Sender, deviceId: string, store: StoreIndex | undefined): boolean {
    if (sender.kind === 'integrator' || sender.deviceId === deviceId) return true;
    return store?.devices.get(deviceId)?.gateway === sender.deviceId;
  }

  /** What all of them make of it; where none can use it, the reason of the first that it is meant for. */
  #decode(
    speakers: readonly string[],
    message: Omit<Incoming, 'deviceId'>,
    store: StoreIndex | undefined,
  ): { events: DeviceEvent[]; refused: Refusal[]; ignored: Ignored[] } {
    const events: DeviceEvent[] = [];
    const ignored: Ignored[] = [];
    const refused: Refusal[] = [];
    let understood = false;
    for (const deviceId of speakers) {
      const decoded = this.decoder.decode({ ...message, deviceId }, store);
      if (!decoded.ok) refused.push(decoded);
      else {
        understood = true;
        events.push(...decoded.events);
        if (decoded.adverts) events.push(...this.ble.take(deviceId, decoded.adverts, message.receivedTs));
        refused.push(...(decoded.refused ?? []));
        ignored.push(...(decoded.ignored ?? []));
      }
    }
    const own = refused.filter((refusal) => !refusal.elsewhere);
    return { events, ignored, refused: understood || own.length > 0 ? own : refused.slice(0, 1) };
  }

  #ignored(label: string, reasons: readonly Ignored[]): void {
    for (const reason of reasons) {
      const key = `${label} ${reason}`;
      this.#ignoredBy.set(key, { device: label, reason, count: (this.#ignoredBy.get(key)?.count ?? 0) + 1 });
    }
  }
}

/**
 * A topic for people: of native ones only the channel; never longer than a line, and without what may be an address or a tag, which
 * gateways put there.
 */
const wordsOf = (topic: string): string =>
  (parseDeviceTopic(topic)?.channel ?? topic).replace(/[0-9a-f]{2}(?:[:_-]?[0-9a-f]{2}){5,}/gi, '…').slice(0, 60);
