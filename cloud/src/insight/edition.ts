import {
  doubleAreaMm2,
  DEFAULT_ENGAGED_AFTER_SECONDS,
  DEFAULT_MINIMUM_COVERAGE,
  entranceGroup,
  gridOf,
  minorDigits,
  ProductBook,
  slotGroup,
  zoneGroup,
  type Product,
  type StoreFile,
  type Zone,
} from '@aisle/contracts';
import { storeTime } from './buckets.js';
import { OpeningHours } from './opening-hours.js';

type Name = NonNullable<Zone['name']>;

/** What a version of the store file says of a zone. */
export interface ZonePlace {
  name: Name | null;
  engagedAfterSeconds: number;
  /** 0: this version has no such zone */
  doubleAreaMm2: number;
  /** the cameras that cover it, '' for none */
  cameras: string;
  /** its slots that a shelf or a reader senses */
  sensedSlots: readonly PlacedSlot[];
  /** what senses them */
  slotGroups: readonly string[];
}
export interface EntrancePlace {
  name: Name | null;
  /** what counts there, '' for nothing */
  group: string;
}
export interface PlacedSlot {
  slotId: string;
  fixtureId: string;
  zoneId: string | null;
  gtin: string | null;
  facings: number;
  capacity: number | null;
  level: number | null;
  /** the shelves and readers that sense it, '' for none */
  group: string;
}

/** One version of a store file, made ready for figures. Everything is worked out when it is first asked for, and once. */
export class Edition {
  readonly hours: OpeningHours;
  readonly currency: string;
  /** minor units of the currency in one */
  readonly minorUnits: number;
  readonly minimumCoverage: number;
  /** ids of the tills that tell of sales; those by REST may come from none */
  readonly tills: readonly string[];
  readonly grid: { columns: number; rows: number };
  readonly zoneIds: readonly string[];
  readonly entrances: ReadonlyMap<string, EntrancePlace>;
  /** lines that are no entrances */
  readonly passersBy: ReadonlySet<string>;
  readonly products: ReadonlyMap<string, Name | null>;
  /** finds products by any of their codes */
  readonly codes: ProductBook<Product>;
  /** by zone: how many slots with a product stand in it */
  #slotsIn: ReadonlyMap<string | null, number> | undefined;
  readonly #places = new Map<string, ZonePlace>();
  #slots: readonly PlacedSlot[] | undefined;
  #slotsById: ReadonlyMap<string, PlacedSlot> | undefined;

  constructor(
    readonly version: number,
    private readonly file: StoreFile,
  ) {
    this.hours = new OpeningHours(storeTime(file.store.timezone), file.hours);
    this.currency = file.store.currency;
    this.minorUnits = 10 ** minorDigits(file.store.currency);
    this.minimumCoverage = file.settings?.minimumCoverage ?? DEFAULT_MINIMUM_COVERAGE;
    this.tills = (file.devices ?? []).filter(({ family }) => family === 'till').map(({ id }) => id);
    this.grid = gridOf(file.floor);
    this.zoneIds = (file.zones ?? []).map((zone) => zone.id);
    this.entrances = new Map(
      (file.entrances ?? []).map(({ id, name = null }) => [id, { name, group: entranceGroup(file, id) }]),
    );
    this.passersBy = new Set((file.passersBy ?? []).map((line) => line.id));
    this.codes = new ProductBook(file.products);
    this.products = new Map((file.products ?? []).map(({ gtin, name = null }) => [gtin, name]));
  }

  hasZone(zoneId: string): boolean {
    return this.zoneIds.includes(zoneId);
  }

  /** Also of a zone that this version does not have: no area, the threshold that holds without one. */
  zone(zoneId: string): ZonePlace {
    let place = this.#places.get(zoneId);
    if (!place) this.#places.set(zoneId, (place = this.#place(zoneId)));
    return place;
  }

  /** In the file's order. */
  get slots(): readonly PlacedSlot[] {
    this.#slots ??= slotsOf(this.file);
    return this.#slots;
  }

  slot(slotId: string): PlacedSlot | undefined {
    this.#slotsById ??= new Map(this.slots.map((slot) => [slot.slotId, slot]));
    return this.#slotsById.get(slotId);
  }

  /** How many slots with a product stand in a zone. */
  slotsIn(zoneId: string | null): number {
    if (!this.#slotsIn) {
      const counts = new Map<string | null, number>();
      for (const slot of this.slots)
        if (slot.gtin !== null) counts.set(slot.zoneId, (counts.get(slot.zoneId) ?? 0) + 1);
      this.#slotsIn = counts;
    }
    return this.#slotsIn.get(zoneId) ?? 0;
  }

  #place(zoneId: string): ZonePlace {
    const zone = (this.file.zones ?? []).find((candidate) => candidate.id === zoneId);
    const sensed = this.slots.filter((slot) => slot.zoneId === zoneId && slot.group !== '');
    return {
      name: zone?.name ?? null,
      engagedAfterSeconds: zone?.engagedAfterSeconds ?? DEFAULT_ENGAGED_AFTER_SECONDS,
      doubleAreaMm2: zone ? doubleAreaMm2(zone.polygon) : 0,
      cameras: zoneGroup(this.file, zoneId),
      sensedSlots: sensed,
      slotGroups: [...new Set(sensed.map((slot) => slot.group))],
    };
  }
}

/** Every slot of a store file, in its order. */
export function slotsOf(store: StoreFile): PlacedSlot[] {
  return (store.fixtures ?? []).flatMap((fixture) =>
    (fixture.slots ?? []).map((slot) => ({
      slotId: slot.id,
      fixtureId: fixture.id,
      zoneId: fixture.zone ?? null,
      gtin: slot.gtin ?? null,
      facings: slot.facings ?? 1,
      capacity: slot.capacity ?? null,
      level: slot.level ?? null,
      group: slotGroup(store, slot.id),
    })),
  );
}
