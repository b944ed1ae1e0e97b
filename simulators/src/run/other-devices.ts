import { minorDigits, type Device, type StoreFile } from '@aisle/contracts';
import { Pockets } from '../devices/ble/air.js';
import { aisleReceiver, bluezReceiver, theengsReceiver } from '../devices/ble/dialects.js';
import { Receiver, type Heard, type ReceiverDialect } from '../devices/ble/receiver.js';
import { CrossingCounter } from '../devices/camera/crossings.js';
import { FrigateCamera, poseOver } from '../devices/camera/frigate.js';
import { OnvifCamera } from '../devices/camera/onvif.js';
import type { DeviceClock, Sensed, SensedPerson, SimulatedDevice } from '../devices/device.js';
import type { Message } from '../devices/message.js';
import { aisleReader } from '../devices/rfid/aisle.js';
import { antennasOf, taggedBy } from '../devices/rfid/antennas.js';
import { impinjReader } from '../devices/rfid/impinj.js';
import { Reader, type ReaderDialect } from '../devices/rfid/reader.js';
import { zebraReader } from '../devices/rfid/zebra.js';
import type { DeviceSettings } from '../devices/settings.js';
import { Shelf } from '../devices/shelf.js';
import { BthomeShelf } from '../devices/shelf/bthome.js';
import { esphomeStatus, esphomeWeight } from '../devices/shelf/esphome.js';
import type { RungUp } from '../devices/till/csv.js';
import { FileTill, type FileDrop } from '../devices/till/file-till.js';
import { Random } from '../random.js';
import type { CameraPose } from '../render/camera.js';
import { centreOf, type FloorPlan, type SlotPlace } from '../world/floor-plan.js';
import type { Vec } from '../world/geometry.js';
import { goodsOf, Items, type TagMove } from '../world/items.js';
import type { Handled } from '../world/shelves.js';
import type { World } from '../world/world.js';
import { Doors } from './doors.js';

/** Ways out of the simulation that are no MQTT. What is left out goes by MQTT, or nowhere. */
export interface Outlets {
  /** what the agent's own radio hears */
  readonly bluez?: (deviceId: string, heard: Heard) => void;
  /** a sale as JSON, for the cloud's REST interface */
  readonly rest?: (sale: string) => void;
  readonly file?: FileDrop;
}
export interface OtherDevicesOptions {
  readonly store: StoreFile;
  readonly seed: number;
  readonly startTs: number;
  readonly settings: DeviceSettings;
  readonly families: ReadonlySet<string>;
  /** where cameras hang, by device id */
  readonly poses: ReadonlyMap<string, CameraPose>;
  readonly ailments: {
    clockOf(deviceId: string): DeviceClock;
    isOff(deviceId: string, ts: number): boolean;
  };
  readonly outlets: Outlets;
  readonly onTagMove: (move: TagMove) => void;
  /** numbers of the tags in each slot, of a shop that goes on */
  readonly tags?: Readonly<Record<string, readonly string[]>>;
}

/** A native camera that covers nothing but entrances counts there, and sees no positions. */
export const isDoorCounter = (device: Device, store: StoreFile): boolean =>
  device.family === 'camera' &&
  device.dialect === 'aisle' &&
  (device.covers?.every((id) => store.entrances?.some((entrance) => entrance.id === id)) ?? false);

/**
 * The devices beside the native shelves, cameras, tills and screens: other makers', RFID readers, BLE. They sense the true world
 * and say what they make of it.
 */
export class OtherDevices {
  private readonly devices: SimulatedDevice[] = [];
  private readonly receivers: Receiver[] = [];
  private readonly bleShelves: BthomeShelf[] = [];
  private readonly fileTills = new Map<string, FileTill>();
  private readonly restTills = new Set<string>();
  private readonly ids = new Set<string>();
  private readonly pockets: Pockets;
  private readonly doors: Doors;
  readonly items: Items;
  private people: SensedPerson[] = [];

  constructor(
    private readonly options: OtherDevicesOptions,
    private readonly world: World,
  ) {
    const { store, seed, startTs } = options;
    this.doors = new Doors(store);
    this.pockets = new Pockets(seed, store.staff?.badges ?? [], store.members, startTs);
    const readers = (store.devices ?? []).filter(({ family }) => family === 'rfid');
    const tagged = new Set(readers.flatMap((device) => taggedBy(device, world.plan)));
    const long = new Set(
      readers.filter(({ dialect }) => dialect === 'zebra').flatMap((device) => taggedBy(device, world.plan)),
    );
    const slots = world.shelves.slots.filter(({ place }) => tagged.has(place.slotId));
    this.items = new Items(slots, long, seed, startTs, options.onTagMove, options.tags);
    (store.devices ?? []).forEach((device, index) => {
      if (options.families.has(device.family)) this.add(device, index);
    });
  }

  /** Whether it speaks for this device, so that nobody else may. */
  has(deviceId: string): boolean {
    return this.ids.has(deviceId);
  }

  private add(device: Device, index: number): void {
    const { store, settings, seed, startTs } = this.options;
    const random = Random.stream(seed, `${device.family}/${device.id}`);
    const clock = this.options.ailments.clockOf(device.id);
    const kind = `${device.family} ${device.dialect}`;
    const phaseMs = (index * 150) % 1000;
    const pose = this.options.poses.get(device.id);
    this.ids.add(device.id);
    if (device.family === 'rfid') {
      const dialect = readerOf(device, store);
      const antennas = antennasOf(device, this.world.plan);
      if (dialect && antennas.length > 0)
        this.devices.push(new Reader(device.id, antennas, dialect, settings.rfid, random, clock, phaseMs));
    } else if (device.family === 'ble') {
      const dialect = this.receiverOf(device);
      const at = standOf(device, this.world.plan, store);
      if (dialect) this.receivers.push(new Receiver(device.id, at, dialect, settings.ble, random, clock, phaseMs));
    } else if (kind === 'shelf esphome') {
      this.devices.push(this.esphome(device, index));
    } else if (kind === 'shelf bthome') {
      const places = slotsOf(device, this.world.plan);
      const ids = places.map(({ slotId }) => slotId);
      const at = places[0] ? goodsOf(places[0]) : { x: 0, y: 0 };
      this.bleShelves.push(new BthomeShelf(device, ids, at, settings.shelf, seed, startTs, index));
    } else if (kind === 'camera onvif') {
      const among = (store.devices ?? []).filter(({ dialect }) => dialect === 'onvif').indexOf(device);
      const { smartCamera, camera } = settings;
      this.devices.push(new OnvifCamera(device, store, smartCamera, random, clock, camera.intervalMs, among));
    } else if (kind === 'camera frigate') {
      const { smartCamera } = settings;
      const hangs = pose ?? poseOver(device, store);
      this.devices.push(new FrigateCamera(device, store, hangs, smartCamera, random, clock));
    } else if (isDoorCounter(device, store)) {
      const lines = new Set(device.covers);
      const { smartCamera, stateIntervalMs } = settings;
      this.devices.push(new CrossingCounter(device.id, lines, smartCamera, random, clock, stateIntervalMs));
    } else if (kind === 'till csv' || kind === 'till poslog') {
      const { timezone, currency, id: storeId } = store.store;
      const about = { timezone, currency, storeId, digits: minorDigits(currency) };
      const till = new FileTill(device, about, settings.till, random, clock, this.options.outlets.file);
      this.fileTills.set(device.id, till);
      this.devices.push(till);
    } else if (kind === 'till rest') {
      if (this.options.outlets.rest) this.restTills.add(device.id);
    } else this.ids.delete(device.id);
  }

  private esphome(device: Device, index: number): SimulatedDevice {
    const { settings, seed, startTs } = this.options;
    const slots = slotsOf(device, this.world.plan).map(({ slotId }) => slotId);
    const shelf = new Shelf(device.id, slots, settings.shelf, seed, startTs, index, esphomeWeight(device));
    return {
      deviceId: device.id,
      start: () => [esphomeStatus(device, 'online')],
      stop: () => [esphomeStatus(device, 'offline')],
      sample: ({ ts, gramsOf }) => shelf.sample(ts, gramsOf),
    };
  }

  private receiverOf(device: Device): ReceiverDialect | undefined {
    const { bluez } = this.options.outlets;
    if (device.dialect === 'aisle') return aisleReceiver(device.id);
    if (device.dialect === 'theengs') return theengsReceiver(device);
    if (device.dialect === 'bluez') return bluezReceiver(bluez && ((heard) => bluez(device.id, heard)));
    return undefined;
  }

  start(ts: number): Message[] {
    return [...this.devices, ...this.receivers].flatMap((device) => device.start(ts));
  }

  stop(ts: number): Message[] {
    return [...this.devices, ...this.receivers].flatMap((device) => device.stop(ts));
  }

  /** What all of them say at `ts`. */
  sample(ts: number, gramsOf: (slotId: string) => number): Message[] {
    if (this.devices.length + this.receivers.length === 0) return [];
    this.follow(ts);
    const sinceMs = ts - this.options.startTs;
    const atLook = sinceMs % this.options.settings.camera.intervalMs === 0;
    const sensed: Sensed = {
      ts,
      sinceMs,
      people: this.people,
      items: this.items.all,
      crossings: atLook ? this.doors.look(this.people) : [],
      gramsOf,
    };
    const told = this.devices.flatMap((device) => device.sample(sensed));
    if (this.receivers.length > 0) {
      const air = [
        ...this.bleShelves.flatMap((shelf) =>
          this.options.ailments.isOff(shelf.deviceId, ts) ? [] : shelf.advert(ts, gramsOf),
        ),
        ...this.pockets.adverts(ts, this.people),
      ];
      for (const receiver of this.receivers) told.push(...receiver.sample(ts, sinceMs, air));
    }
    return told;
  }

  /** Where everybody is, and what they carry; who has gone has taken it along. */
  private follow(ts: number): void {
    this.people = [...this.world.people()].map(({ personId, position, staff = false }) => ({
      personId,
      position,
      staff,
    }));
    const here = new Map(this.people.map((person) => [person.personId, person]));
    for (const personId of this.items.carriers()) {
      const person = here.get(personId);
      if (person) this.items.moved(personId, person.position);
      else this.items.gone(personId, ts);
    }
  }

  handled(handled: Handled): void {
    this.items.handled(handled);
  }

  /** Somebody has paid. False when the till is none of these: its sale is still to be told. */
  sold(tillId: string, sale: RungUp, json: string): boolean {
    this.fileTills.get(tillId)?.ringUp(sale);
    if (this.restTills.has(tillId)) this.options.outlets.rest?.(json);
    return this.fileTills.has(tillId) || this.restTills.has(tillId);
  }
}

function readerOf(device: Device, store: StoreFile): ReaderDialect | undefined {
  if (device.dialect === 'aisle') return aisleReader(device.id);
  if (device.dialect === 'impinj') return impinjReader(device);
  if (device.dialect === 'zebra') return zebraReader(device, store.store.timezone);
  return undefined;
}

/** The slots that a shelf weighs, in the order of its sensors. */
function slotsOf(device: Device, plan: FloorPlan): SlotPlace[] {
  if (!device.sensors) return plan.slots.filter(({ fixtureId }) => fixtureId === device.fixture);
  return device.sensors.flatMap(({ slot }) => plan.slots.filter(({ slotId }) => slotId === slot));
}

/** Where a receiver hangs: over its zone or fixture, else in the middle of the shop. */
function standOf(device: Device, plan: FloorPlan, store: StoreFile): Vec {
  const zone = plan.zones.find(({ zoneId }) => zoneId === device.zone);
  if (zone) return centreOf(zone.polygon);
  const slot = plan.slots.find(({ fixtureId }) => fixtureId === device.fixture);
  return slot ? goodsOf(slot) : { x: store.floor.width / 2, y: store.floor.depth / 2 };
}
