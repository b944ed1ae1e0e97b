import { isSame, traitsOf, type Device, type DeviceEvent, type ReadsEvent } from '@aisle/contracts';
import type { StoreIndex } from '../devices/decode.js';
import { ENTER_READS, presenceOf, refreshMs, type PresenceSettings } from '../domain/rfid/settings.js';

/** Time constant of the smoothing, as in the presence engine. */
const SMOOTHING_MS = 1_500;
const LEAST_STEP_MS = 100;
/** While a reader speaks it is heard of in the journal at least so often: its hold-offs run by that. */
const TICK_MS = 1_000;
/** Not heard for so long, a tag's newest sighting is told although it was none of those that had to be. */
const MISSED_MS = 1_500;
/**
 * Readers of other makers put each sighting's own time on it, and those come slightly out of order. Up to this such a message
 * counts with the newest time; native messages are one measurement each, and an older one is late (the engine says so).
 */
const DISORDER_MS = 2_000;
/** So many messages in a row far behind the newest: the clock was set back, and this begins anew. */
const BEHIND_MESSAGES = 20;
const DIGESTS_KEPT = 64;
const SWEEP_MS = 10_000;
/** Beyond so many tags at a reader it forgets them all: sightings are repeated, and nothing is lost. */
const MOST_TAGS = 50_000;

/** One tag at one antenna. Signals in hundredths of dBm, times in event ms. */
interface Mouth {
  epc: string;
  antenna: number;
  level: number | null;
  ts: number;
  /** sightings in a row */
  row: number;
  /** when and how loud it was last told, and whether it is to be told again with the next event */
  toldTs: number;
  toldLevel: number | null;
  due: boolean;
}

interface Reader {
  device: Device;
  settings: PresenceSettings;
  newest: number;
  /** of the newest event that went on */
  sentTs: number;
  behind: number;
  digests: Set<string>;
  tags: Map<string, Mouth[]>;
  due: Mouth[];
  sweptTs: number;
  lookedTs: number;
}

export interface ReadCounts {
  reads: number;
  /** of those: told already, and not told again */
  thinned: number;
}

/**
 * Thousands of reads a second → the few that say something new. A tag goes on at an antenna when first heard (the first few
 * reads, so that strays can be told from goods), when its smoothed signal has changed by the hysteresis, and anew every two
 * seconds or so. What is swallowed is a repetition, and so is what goes on again after a restart: this state need not last.
 */
export class TagThinner {
  readonly #readers = new Map<string, Reader>();
  readonly #counts = new Map<string, ReadCounts>();

  /**
   * Events to be journaled instead of these; `doubled`: messages that came a second time.
   * None: all has been told, or waits to be told again with the next message.
   */
  thin(events: DeviceEvent[], store: StoreIndex | undefined): { events: DeviceEvent[]; doubled: number } {
    if (events.length === 1 && events[0]?.kind !== 'reads') return { events, doubled: 0 };
    const kept: DeviceEvent[] = [];
    let doubled = 0;
    for (const event of events) {
      const device = store?.devices.get(event.deviceId);
      if (event.kind !== 'reads' || !device) {
        kept.push(event);
        continue;
      }
      const reader = this.#reader(device, event.ts);
      if (reader.digests.has(event.digest)) {
        doubled += 1;
        continue;
      }
      remember(reader.digests, event.digest);
      const thinned = this.#reads(reader, event);
      if (thinned) kept.push(thinned);
    }
    return { events: kept, doubled };
  }

  /** Since the start, by reader. */
  counts(): ReadonlyMap<string, Readonly<ReadCounts>> {
    return this.#counts;
  }

  #reader(device: Device, ts: number): Reader {
    let reader = this.#readers.get(device.id);
    // Another version of the store file may say the same of this reader: then it goes on.
    if (reader && reader.device !== device && saysSame(reader.device, device)) reader.device = device;
    if (!reader || reader.device !== device) {
      reader = {
        device,
        settings: presenceOf(device),
        newest: -1,
        sentTs: -Infinity,
        behind: 0,
        digests: reader?.digests ?? new Set(),
        tags: new Map(),
        due: [],
        sweptTs: ts,
        lookedTs: ts,
      };
      this.#readers.set(device.id, reader);
    }
    return reader;
  }

  #reads(reader: Reader, event: ReadsEvent): ReadsEvent | undefined {
    const counts = this.#counts.get(event.deviceId) ?? { reads: 0, thinned: 0 };
    this.#counts.set(event.deviceId, counts);
    counts.reads += event.reads.length;
    if (event.ts < reader.newest) {
      const disorder = traitsOf(reader.device).inOrder ? 0 : DISORDER_MS;
      if (reader.newest - event.ts > disorder) {
        reader.behind += 1;
        if (reader.behind >= BEHIND_MESSAGES) this.#readers.delete(event.deviceId);
        return event;
      }
    } else reader.newest = event.ts;
    reader.behind = 0;
    const { newest } = reader;
    const told: ReadsEvent['reads'] = [];
    for (const [epc, antenna, cdbm, ageMs] of event.reads) {
      const mouth = mouthOf(reader, epc, antenna);
      if (hear(mouth, cdbm, event.ts - ageMs, reader.settings)) told.push(tell(mouth, newest));
      else if (mouth.due) counts.thinned += 1;
      else if (mouth.ts - mouth.toldTs >= refreshMs(reader.settings)) {
        mouth.due = true;
        reader.due.push(mouth);
      } else counts.thinned += 1;
    }
    if (newest - reader.lookedTs >= TICK_MS) lookBack(reader);
    if (newest - reader.sweptTs >= SWEEP_MS) sweep(reader);
    if (told.length === 0 && newest - reader.sentTs < TICK_MS) return undefined;
    reader.sentTs = newest;
    for (const mouth of reader.due) if (mouth.due) told.push(tell(mouth, newest));
    reader.due = [];
    return { ...event, ts: newest, reads: told };
  }
}

/** But for its name, which changes nothing. */
const saysSame = ({ name: _old, ...before }: Device, { name: _new, ...now }: Device): boolean => isSame(before, now);

function mouthOf(reader: Reader, epc: string, antenna: number): Mouth {
  let mouths = reader.tags.get(epc);
  if (!mouths) {
    if (reader.tags.size >= MOST_TAGS) reader.tags.clear();
    reader.tags.set(epc, (mouths = []));
  }
  for (const mouth of mouths) if (mouth.antenna === antenna) return mouth;
  const mouth = { epc, antenna, level: null, ts: -Infinity, row: 0, toldTs: -Infinity, toldLevel: null, due: false };
  mouths.push(mouth);
  return mouth;
}

/** Takes a sighting in. @returns whether it is news */
function hear(mouth: Mouth, cdbm: number | null, ts: number, settings: PresenceSettings): boolean {
  if (ts - mouth.ts >= settings.holdOffMs) {
    mouth.row = 0;
    mouth.level = cdbm;
  } else if (cdbm !== null) {
    const step = Math.max(LEAST_STEP_MS, ts - mouth.ts);
    mouth.level = mouth.level === null ? cdbm : mouth.level + ((cdbm - mouth.level) * step) / (step + SMOOTHING_MS);
  }
  mouth.ts = Math.max(mouth.ts, ts);
  mouth.row += 1;
  // Reads of one instant are one look: a second of the same message is no proof.
  if (mouth.row <= ENTER_READS) {
    if (mouth.row > 1 && mouth.ts === mouth.toldTs) mouth.row -= 1;
    else return true;
  }
  return (
    mouth.level !== null &&
    mouth.toldLevel !== null &&
    Math.abs(mouth.level - mouth.toldLevel) >= Math.max(100, settings.hysteresisCdb)
  );
}

function tell(mouth: Mouth, newest: number): ReadsEvent['reads'][number] {
  mouth.due = false;
  mouth.toldTs = mouth.ts;
  mouth.toldLevel = mouth.level;
  return [
    mouth.epc,
    mouth.antenna,
    mouth.level === null ? null : Math.round(mouth.level),
    Math.max(0, newest - mouth.ts),
  ];
}

/** A tag that is not heard at the moment was heard last with a sighting that was swallowed: its hold-off runs from that one. */
function lookBack(reader: Reader): void {
  reader.lookedTs = reader.newest;
  for (const mouths of reader.tags.values())
    for (const mouth of mouths) {
      const agoMs = reader.newest - mouth.ts;
      if (mouth.due || mouth.ts <= mouth.toldTs || agoMs < MISSED_MS || agoMs >= reader.settings.holdOffMs) continue;
      mouth.due = true;
      reader.due.push(mouth);
    }
}

/** Tags that are not heard any more, passers-by's among them. */
function sweep(reader: Reader): void {
  reader.sweptTs = reader.newest;
  const before = reader.newest - Math.max(SWEEP_MS, reader.settings.holdOffMs);
  for (const [epc, mouths] of reader.tags) {
    if (mouths.every(({ ts }) => ts < before)) reader.tags.delete(epc);
    else if (mouths.some(({ ts }) => ts < before))
      reader.tags.set(
        epc,
        mouths.filter(({ ts }) => ts >= before),
      );
  }
}

function remember(digests: Set<string>, digest: string): void {
  digests.add(digest);
  if (digests.size <= DIGESTS_KEPT) return;
  for (const oldest of digests) {
    digests.delete(oldest);
    return;
  }
}
