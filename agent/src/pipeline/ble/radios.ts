import { traitsOf, type Device, type DomainEvent } from '@aisle/contracts';
import { advertFrom, type Advert } from '../../devices/ble/advert.js';
import type { BleScanner } from '../../ports/ble-scanner.js';
import type { Clock } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import type { Random } from '../../ports/random.js';
import { RadioKeeper, type RadioOptions } from './radio-keeper.js';

export interface RadiosParts {
  scanner: BleScanner;
  append(event: DomainEvent): void;
  advert(device: Device, advert: Advert): void;
  clock: Clock;
  random: Random;
  log: Logger;
}

interface Kept {
  device: Device;
  keeper: RadioKeeper;
  /** what the journal was last told */
  online: boolean | undefined;
}

/** The machine's own radios that the store file in force names (dialect `bluez`): begun, replaced and ended with it. Key: device id. */
export class Radios {
  readonly #kept = new Map<string, Kept>();
  readonly #ending = new Set<Promise<void>>();
  #stopped = false;

  constructor(
    private readonly parts: RadiosParts,
    private readonly options: RadioOptions = {},
  ) {}

  configured(devices: readonly Device[]): void {
    if (this.#stopped) return;
    const wanted = new Map(devices.filter((device) => traitsOf(device).radio).map((one) => [one.id, one]));
    for (const [id, kept] of this.#kept) {
      const now = wanted.get(id);
      if (now && now.address === kept.device.address) kept.device = now;
      else this.#remove(id, kept, now !== undefined);
    }
    for (const [id, device] of wanted) if (!this.#kept.has(id)) this.#add(id, device);
  }

  /** Why a radio does not listen; empty while it does, and of other devices. */
  troubleOf(deviceId: string): string {
    const keeper = this.#kept.get(deviceId)?.keeper;
    return keeper && keeper.state !== 'scanning' ? keeper.reason : '';
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const [id, kept] of this.#kept) this.#remove(id, kept, false);
    await Promise.all(this.#ending);
  }

  #add(id: string, device: Device): void {
    const { clock, random, log, scanner } = this.parts;
    const kept: Kept = {
      device,
      online: undefined,
      keeper: new RadioKeeper(
        device.address,
        scanner,
        {
          advert: (heard) => {
            const read = advertFrom(heard);
            // What the system cannot have said is nobody's fault in the shop.
            if (read.ok) this.parts.advert(kept.device, read.value);
          },
          changed: (state, adapter) => {
            if (state === 'scanning') this.#tell(id, kept, true, adapter);
            else if (state === 'waiting') this.#tell(id, kept, false, adapter);
          },
        },
        clock,
        random,
        log,
        this.options,
      ),
    };
    this.#kept.set(id, kept);
    kept.keeper.start();
  }

  #remove(id: string, kept: Kept, tell: boolean): void {
    this.#kept.delete(id);
    if (tell) this.#tell(id, kept, false, '');
    const ending = kept.keeper.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  /** Into the journal, like any receiver's own word. */
  #tell(id: string, kept: Kept, online: boolean, adapter: string): void {
    if (kept.online === online) return;
    kept.online = online;
    const now = this.parts.clock.now();
    this.parts.append({
      kind: 'deviceState',
      deviceId: id,
      ts: now,
      receivedTs: now,
      digest: `radio@${now}/${online ? 1 : 0}`,
      state: online ? 'online' : 'offline',
      ...(online && adapter !== '' && { model: adapter }),
    });
  }
}
