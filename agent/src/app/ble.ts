import { type Device, type DeviceEvent, type DomainEvent, type LiveDevice, problem } from '@aisle/contracts';
import { BluezScanner } from '../adapters/ble/bluez-scanner.js';
import type { Adverts } from '../devices/ble/advert.js';
import type { StoreIndex } from '../devices/decode.js';
import { Radios } from '../pipeline/ble/radios.js';
import type { RadioOptions } from '../pipeline/ble/radio-keeper.js';
import { Receivers, type ReceiversParts } from '../pipeline/ble/receivers.js';
import type { BleScanner } from '../ports/ble-scanner.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { Random } from '../ports/random.js';

export interface BleDependencies {
  clock: Clock;
  random: Random;
  log: Logger;
  /** for tests: another radio than BlueZ's */
  bleScanner?: BleScanner | undefined;
  /** for tests: quicker pauses */
  radioOptions?: RadioOptions | undefined;
}

interface Wiring {
  journal: { append(event: DomainEvent): void; overfull: boolean; blocked: boolean };
  config(): StoreIndex | undefined;
  heard: ReceiversParts['heard'];
  refuse: ReceiversParts['refuse'];
}

/** Figures of the receivers for /metrics, by receiver. */
export interface BleFigures {
  adverts: number;
  nearby: number;
}

/** Everything Bluetooth of the agent: what receivers sent, and its own radios. Nothing runs before `start`. */
export class Ble {
  readonly #receivers: Receivers;
  readonly #radios: Radios;
  #started = false;

  constructor(
    private readonly deps: BleDependencies,
    private readonly wiring: Wiring,
  ) {
    this.#receivers = new Receivers({ random: deps.random, heard: wiring.heard, refuse: wiring.refuse });
    this.#radios = new Radios(
      {
        scanner: deps.bleScanner ?? new BluezScanner(),
        append: (event) => wiring.journal.append(event),
        advert: (device, advert) => {
          const now = deps.clock.now();
          this.#fromRadio(device, { ts: now, adverts: [advert] }, now);
        },
        clock: deps.clock,
        random: deps.random,
        log: deps.log,
      },
      deps.radioOptions,
    );
  }

  start(): void {
    this.#started = true;
    this.configured();
  }

  /** A store file has come into force. */
  configured(): void {
    if (this.#started) this.#radios.configured(this.wiring.config()?.file.devices ?? []);
  }

  async stop(): Promise<void> {
    await this.#radios.stop();
  }

  /** What a receiver sent by MQTT → events for the journal. */
  take(receiverId: string, adverts: Adverts, receivedTs: number): DeviceEvent[] {
    const store = this.wiring.config();
    const receiver = store?.devices.get(receiverId);
    return store && receiver ? this.#receivers.take(receiver, adverts, store, receivedTs) : [];
  }

  lost(events: readonly DeviceEvent[]): void {
    this.#receivers.lost(events);
  }

  /** The list of devices with what only Bluetooth knows of them. */
  shown(devices: LiveDevice[]): LiveDevice[] {
    const now = this.deps.clock.now();
    return devices.map((device) => {
      if (device.family !== 'ble') return device;
      const trouble = this.#radios.troubleOf(device.deviceId);
      return { ...device, nearby: this.#receivers.nearby(device.deviceId, now), ...(trouble !== '' && { trouble }) };
    });
  }

  figures(): ReadonlyMap<string, BleFigures> {
    const now = this.deps.clock.now();
    return new Map(
      [...this.#receivers.adverts()].map(([id, adverts]) => [id, { adverts, nearby: this.#receivers.nearby(id, now) }]),
    );
  }

  #fromRadio(device: Device, adverts: Adverts, now: number): void {
    const { journal, heard, refuse } = this.wiring;
    heard(device.id, now);
    const events = this.take(device.id, adverts, now);
    if (events.length === 0) return;
    if (journal.blocked || journal.overfull) {
      refuse(device.id, 'busy', problem('', 'diskFull'), now);
      this.lost(events);
      return;
    }
    for (const event of events) journal.append(event);
  }
}
