import { isSalesFileDialect, traitsOf, type DomainEvent, type RefusalReason, type SaleEvent } from '@aisle/contracts';
import type { MemberHash, StoreIndex } from '../devices/decode.js';
import { refuse, type Refusal } from '../devices/refusal.js';
import { digestOf } from '../devices/registry.js';
import { maxBytesOf, readTillFile, refusalOf, type SalesFile } from '../devices/till/sales-file.js';
import type { Journal } from '../journal/journal.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { DropFolder, DroppedFile } from '../ports/drop-folder.js';
import type { Logger } from '../ports/logger.js';
import type { DeviceBook } from '../fleet/device-book.js';
import type { Refusals } from '../fleet/refusals.js';
import { reportOf, type NotCounted } from './till-drop-report.js';

/** How often the folders are looked at, ms. */
const LOOK_MS = 1_000;
/** A file that has not changed for so long is whole, ms. */
const WHOLE_MS = 2_000;
/** An empty file may be one that somebody is about to write, ms. */
const EMPTY_MS = 60_000;
/** Sales that wait for the disk together. */
const GROUP = 500;

interface Seen {
  bytes: number;
  modifiedTs: number;
  /** monotonic, ms */
  sinceMs: number;
}

export interface TillDropParts {
  folder: DropFolder;
  config: () => StoreIndex | undefined;
  memberHash: MemberHash;
  journal: Journal;
  devices: DeviceBook;
  refusals: Refusals;
  clock: Clock;
  log: Logger;
}

/**
 * Files of tills from their folders into the journal. A file leaves its folder only when all its sales are durable, so a crash
 * in between has it taken again; receipts are known by their content, so nothing counts twice. One file at a time.
 */
export class TillDrop {
  /** files that may still be written; key: device and name */
  readonly #seen = new Map<string, Seen>();
  /** of the group that is being journaled: why a sale does not count */
  readonly #refused = new Map<DomainEvent, RefusalReason>();
  /** of the group that is being journaled: sales that replace what an earlier file said */
  readonly #replaced = new Set<DomainEvent>();
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #stopping = false;
  #prepared = '';

  constructor(private readonly parts: TillDropParts) {}

  start(): void {
    this.#timer = this.parts.clock.every(LOOK_MS, () => this.look());
    this.look();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#timer?.cancel();
    // With a full disk its file stays where it is and is taken again.
    if (!this.parts.journal.blocked) await this.#running;
  }

  /** The engine has refused an event: told of all, only the drop's own are remembered. */
  refused(event: DomainEvent, reason: RefusalReason): void {
    if (this.#refused.has(event)) this.#refused.set(event, reason);
  }

  /** The engine took an event in place of what an earlier file said. */
  replaced(event: DomainEvent): void {
    if (this.#refused.has(event)) this.#replaced.add(event);
  }

  /** Looks at the folders now, unless that is already under way. */
  look(): void {
    if (this.#running || this.#stopping) return;
    this.#running = this.#lookOnce()
      .catch((error: unknown) => this.parts.log.warn({ err: String(error) }, 'could not look at the drop folders'))
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #lookOnce(): Promise<void> {
    const { config, folder, journal } = this.parts;
    const devices = [...(config()?.devices.values() ?? [])]
      .filter((device) => traitsOf(device).files)
      .map(({ id }) => id);
    if (this.#prepared !== devices.join()) {
      await folder.prepare(devices);
      this.#prepared = devices.join();
    }
    if (devices.length === 0) return;
    const files = await folder.list(devices);
    const keys = new Set(files.map(keyOf));
    for (const key of this.#seen.keys()) if (!keys.has(key)) this.#seen.delete(key);
    for (const file of files) {
      if (this.#stopping || journal.blocked) return;
      if (this.#isWhole(file)) await this.#take(file);
    }
  }

  #isWhole(file: DroppedFile): boolean {
    const { clock } = this.parts;
    const now = clock.monotonicMs();
    const seen = this.#seen.get(keyOf(file));
    const age = clock.now() - file.modifiedTs;
    if (!seen || seen.bytes !== file.bytes || seen.modifiedTs !== file.modifiedTs) {
      this.#seen.set(keyOf(file), { bytes: file.bytes, modifiedTs: file.modifiedTs, sinceMs: now });
      // One that was renamed into the folder has been whole for long.
      return !seen && file.bytes > 0 && age >= WHOLE_MS;
    }
    return now - seen.sinceMs >= (file.bytes > 0 ? WHOLE_MS : EMPTY_MS);
  }

  async #take(file: DroppedFile): Promise<void> {
    const { config, folder, devices, refusals, clock, log } = this.parts;
    const receivedTs = clock.now();
    const store = config();
    const device = store?.devices.get(file.deviceId);
    if (!store || !device || !isSalesFileDialect(device.dialect)) return;
    const maxBytes = maxBytesOf(device.dialect);
    let content: SalesFile | Refusal;
    if (file.bytes > maxBytes) {
      content = refuse('malformed', '', 'largerThan', { bytes: maxBytes });
    } else {
      const bytes = await folder.read(file);
      if (!bytes) return;
      const digest = digestOf(`drop/${file.deviceId}`, bytes);
      content = readTillFile(device.dialect, bytes, {
        device,
        store,
        receivedTs,
        digest,
        memberHash: this.parts.memberHash,
      });
    }
    devices.heard(file.deviceId, receivedTs);
    const say = (refusal: Refusal) =>
      refusals.add(file.deviceId, refusal.reason, refusal, receivedTs, { at: file.name.slice(0, 60) });
    let outcome = { counted: 0, replaced: [] as string[], notCounted: [] as NotCounted[] };
    if (content.ok) {
      for (const part of content.refused) say(refusalOf(part));
      outcome = await this.#journal(content.events);
      if (this.#stopping && outcome.counted + outcome.notCounted.length < content.events.length) return;
    } else say(content);
    const where = content.ok && (content.events.length > 0 || content.refusedRows === 0) ? 'done' : 'refused';
    await folder.settle(file, where, reportOf({ file, dialect: device.dialect, receivedTs, content, ...outcome }));
    this.#seen.delete(keyOf(file));
    log.info({ device: file.deviceId, file: file.name, where, sales: outcome.counted }, 'took a file of sales');
  }

  /** Comes back when all of them are durable. */
  async #journal(
    events: readonly SaleEvent[],
  ): Promise<{ counted: number; replaced: string[]; notCounted: NotCounted[] }> {
    const notCounted: NotCounted[] = [];
    const replaced: string[] = [];
    let counted = 0;
    for (let at = 0; at < events.length && !this.#stopping; at += GROUP) {
      const group = events.slice(at, at + GROUP);
      await Promise.all(
        group.map(
          (event) =>
            new Promise<void>((resolve) => {
              this.#refused.set(event, 'malformed');
              this.parts.journal.append(event, (accepted) => {
                if (this.#replaced.delete(event)) replaced.push(event.receipt);
                if (accepted) counted += 1;
                else notCounted.push({ receipt: event.receipt, reason: this.#refused.get(event) ?? 'malformed' });
                this.#refused.delete(event);
                resolve();
              });
            }),
        ),
      );
    }
    return { counted, replaced, notCounted };
  }
}

/** No device id holds a slash. */
const keyOf = ({ deviceId, name }: DroppedFile): string => `${deviceId}/${name}`;
