import { normalCode, weighs, type Antenna, type Device } from '@aisle/contracts';
import type { SlotModel, StoreModel } from '../core/store-model.js';
import { presenceOf, type PresenceSettings } from './settings.js';

/** What an antenna stands for. */
export interface Place {
  role: NonNullable<Antenna['role']>;
  slotId: string | undefined;
  fixtureId: string | undefined;
  zoneId: string | null;
}

/** A reader of the store file: how it judges, and where its antennas are. */
export interface ReaderModel {
  presence: PresenceSettings;
  /** undefined: nobody said what this antenna stands for */
  placeOf(antenna: number): Place | undefined;
  /** where goods lie, and no scale counts them: what the reader counts */
  slots: SlotModel[];
}

/** A product of the store, by its code in normal form. */
interface Goods {
  /** as the store file writes it */
  gtin: string;
  slots: readonly SlotModel[];
}

/** What readers need to know of a store file. */
export class RfidPlaces {
  readonly readers = new Map<string, ReaderModel>();
  private readonly goods = new Map<string, Goods>();
  /** slots that a shelf weighs: there weight counts, tags only say which item it was */
  private readonly weighed = new Set<string>();

  constructor(private readonly model: StoreModel) {
    for (const { gtin } of model.storeFile.products ?? [])
      this.goods.set(normalCode(gtin), { gtin, slots: model.slotsByGtin.get(gtin) ?? [] });
    // A product that only the planogram names is one all the same.
    for (const [gtin, slots] of model.slotsByGtin) this.goods.set(normalCode(gtin), { gtin, slots });
    for (const slot of model.slots.values())
      if ([...model.devices.values()].some((device) => weighs(device, slot.fixtureId, slot.id)))
        this.weighed.add(slot.id);
    for (const device of model.devices.values())
      if (device.family === 'rfid') this.readers.set(device.id, this.reader(device));
  }

  /** Whether the store sells it. */
  sells(gtin: string): boolean {
    return this.goods.has(gtin);
  }

  /** The product of a code on a receipt, by its own code in normal form: tags carry that one. */
  itemOf(code: string): string {
    return normalCode(this.model.products.itemOf(code));
  }

  /** The GTIN as the store file writes it. */
  written(gtin: string): string {
    return this.goods.get(gtin)?.gtin ?? gtin;
  }

  slotsOf(gtin: string): readonly SlotModel[] {
    return this.goods.get(gtin)?.slots ?? [];
  }

  hasSlot(gtin: string): boolean {
    return this.slotsOf(gtin).length > 0;
  }

  /** The slot of a product at a place; undefined where it does not belong there. Several: the first by id. */
  homeOf(gtin: string, place: Place): SlotModel | undefined {
    return this.goods.get(gtin)?.slots.find((slot) => belongs(slot, place));
  }

  isWeighed(slotId: string): boolean {
    return this.weighed.has(slotId);
  }

  private reader(device: Device): ReaderModel {
    const places = new Map((device.antennas ?? []).map((antenna) => [antenna.antenna, this.place(device, antenna)]));
    const only = places.size === 1 ? [...places.values()][0] : undefined;
    const whole =
      device.antennas === undefined && (device.fixture !== undefined || device.zone !== undefined)
        ? this.place(device, undefined)
        : undefined;
    const shelves = [...places.values(), whole].filter((place) => place?.role === 'shelf') as Place[];
    return {
      presence: presenceOf(device),
      // Antenna 0: the reader does not say which.
      placeOf: (antenna) => places.get(antenna) ?? (antenna === 0 ? (only ?? whole) : whole),
      slots: [...this.model.slots.values()].filter(
        (slot) => !this.weighed.has(slot.id) && shelves.some((place) => belongs(slot, place)),
      ),
    };
  }

  private place(device: Device, antenna: Antenna | undefined): Place {
    const named = antenna?.slot ?? antenna?.fixture ?? antenna?.zone;
    const slotId = antenna?.slot;
    const ownFixture = slotId === undefined ? antenna?.fixture : this.model.slots.get(slotId)?.fixtureId;
    const fixtureId = named === undefined ? device.fixture : ownFixture;
    const fixture = (this.model.storeFile.fixtures ?? []).find(({ id }) => id === fixtureId);
    const zoneId = antenna?.zone ?? fixture?.zone ?? device.zone ?? null;
    return { role: antenna?.role ?? 'shelf', slotId, fixtureId, zoneId };
  }
}

function belongs(slot: SlotModel, { slotId, fixtureId, zoneId }: Place): boolean {
  if (slotId !== undefined) return slot.id === slotId;
  if (fixtureId !== undefined) return slot.fixtureId === fixtureId;
  return zoneId !== null && slot.zoneId === zoneId;
}
