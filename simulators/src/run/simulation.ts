import { minorDigits } from '@aisle/contracts';
import { Camera } from '../devices/camera.js';
import { PictureCamera, type Picture } from '../devices/picture-camera.js';
import { later, stateMessage, type Message } from '../devices/message.js';
import { Shelf } from '../devices/shelf.js';
import { receiptPrefix, Till } from '../devices/till.js';
import { Ledger } from '../ledger/ledger.js';
import { Reading, type TrueSample } from '../ledger/reading.js';
import { Random } from '../random.js';
import type { SimulatedCamera } from '../render/camera-file.js';
import { CameraView, type ViewedPerson } from '../render/camera-view.js';
import { seesOnFloor } from '../render/floor-view.js';
import { Movements } from '../render/movements.js';
import { distanceToEdge, inside as isInside, vec, type Vec } from '../world/geometry.js';
import type { About } from '../world/screens.js';
import type { Handled } from '../world/shelves.js';
import { TICK_MS, World, type Sold } from '../world/world.js';
import { HEALTHY, type Ailments, type SimulationOptions } from './options.js';
import { isDoorCounter, OtherDevices } from './other-devices.js';

export type { Ailments, PicturesSend, SimulationOptions } from './options.js';

/** Cameras that look take a picture this often, one after the other. */
export const FRAME_MS = 200;
const FRAME_PHASE_MS = 100;
/** Somebody this far inside the view of a camera that looks is left to it: up to there both tell, so that nobody is lost between. */
const HANDED_OVER_METRES = 0.7;

/** The last part of a run in which shelves come to rest. */
const SETTLING_MS = 4000;
const MODELS: Record<string, string> = {
  camera: 'Sim ceiling camera',
  shelf: 'Sim shelf',
  till: 'Sim till',
  screen: 'Sim screen',
};

/**
 * A simulated shop: the world, its devices and its ledger, moved on step by step. Everything follows from the options;
 * it knows no wall clock and no network.
 */
export class Simulation {
  readonly world: World;
  private readonly ledger: Ledger;
  private readonly cameras: Camera[];
  private readonly pictureCameras: PictureCamera[] = [];
  private readonly lookedAt: (readonly Vec[])[] = [];
  private readonly movements = new Movements();
  private viewed: ViewedPerson[] = [];
  private readonly shelves: Shelf[];
  private readonly tills: ReadonlyMap<string, Till>;
  private readonly others: OtherDevices;
  private readonly ailments: Ailments;
  private readonly startTs: number;
  private recording = false;
  private shownTs = 0;
  private outgoing: Message[] = [];

  constructor(private readonly options: SimulationOptions) {
    const { store, behaviour, seed, startTs, settings, families } = options;
    this.startTs = startTs;
    const warmUpMs =
      Math.round((behaviour.arrivals.warmUpMinutes * 60_000) / settings.camera.intervalMs) * settings.camera.intervalMs;
    this.world = new World(
      store,
      behaviour,
      seed,
      startTs - warmUpMs,
      {
        onHandled: (handled) => this.handled(handled),
        onSold: (sold) => this.sold(sold),
        onMoved: (moved) => this.recording && this.ledger.moved(moved),
      },
      options.endTs - SETTLING_MS,
      options.outOfStock,
    );
    this.ailments = options.ailments ?? HEALTHY;
    const inside = this.warmUp(warmUpMs);
    if (options.stock) this.world.shelves.setStock(options.stock);
    this.ledger = new Ledger(
      store,
      {
        seed,
        storeId: store.store.id,
        startTs,
        noise: options.noise,
        sampleMs: settings.camera.intervalMs,
        inside,
        stock: this.world.shelves.stock(),
      },
      options.writeLedger,
    );
    this.others = new OtherDevices(
      {
        store,
        seed,
        startTs,
        settings,
        families,
        poses: new Map(options.pictures?.cameras.map(({ deviceId, pose }) => [deviceId, pose])),
        ailments: this.ailments,
        outlets: options.outlets ?? {},
        onTagMove: (move) => this.ledger.tagMoved(move),
        ...(options.tags && { tags: options.tags }),
      },
      this.world,
    );
    this.ledger.planned(startTs, options.outOfStock ?? []);
    this.ledger.tags(startTs, this.others.items.all);
    this.recording = true;
    const devices = (store.devices ?? []).filter(
      (device) => device.dialect === 'aisle' && !isDoorCounter(device, store),
    );
    const digits = minorDigits(store.store.currency);
    const looking = new Map(options.pictures?.cameras.map((camera) => [camera.deviceId, camera]));
    // One camera gives everybody's position: two would count every person twice.
    this.cameras = devices
      .filter((device) => device.family === 'camera' && families.has('camera') && !looking.has(device.id))
      .slice(0, 1)
      .map(
        (device) =>
          new Camera(device.id, settings.camera, Random.stream(seed, `camera/${device.id}`), firstTrackId(startTs)),
      );
    if (options.pictures && options.pictures.send !== 'positions' && families.has('camera')) {
      for (const [index, device] of devices.filter(({ id }) => looking.has(id)).entries()) {
        const { pose, jpegQuality } = looking.get(device.id) as SimulatedCamera;
        const view = new CameraView(store, pose, seed, device.id);
        const phaseMs = (index * FRAME_PHASE_MS) % FRAME_MS;
        this.pictureCameras.push(new PictureCamera(device.id, pose, jpegQuality, view, phaseMs));
        this.lookedAt.push(seesOnFloor(pose).map(vec));
      }
    }
    this.shelves = devices
      .filter((device) => device.family === 'shelf' && families.has('shelf'))
      .map((device, index) => {
        const slots = this.world.shelves.slots
          .filter((slot) => slot.place.fixtureId === device.fixture)
          .map((slot) => slot.place.slotId);
        return new Shelf(device.id, slots, settings.shelf, seed, startTs, index);
      });
    const prefix = receiptPrefix(seed, startTs);
    this.tills = new Map(
      (store.devices ?? [])
        .filter((device) => device.family === 'till')
        .map((device) => [device.id, new Till(device.id, prefix, digits)]),
    );
    this.outgoing = [...this.states('online'), ...this.others.start(startTs)];
  }

  /** Event time, epoch ms: the world has been moved on up to here. */
  get ts(): number {
    return this.world.now();
  }

  /** Lets shoppers in before the start, unseen. Returns how many are inside then. */
  private warmUp(warmUpMs: number): number {
    let inside = 0;
    const reading = new Reading(this.options.store, {
      onCrossing: ({ direction }) => (inside += direction === 'in' ? 1 : direction === 'out' ? -1 : 0),
      onVisit: () => undefined,
    });
    const stepMs = this.options.settings.camera.intervalMs;
    const endTs = this.world.now() + warmUpMs;
    for (let ts = this.world.now(); ts < endTs; ts += TICK_MS) {
      if ((endTs - ts) % stepMs === 0) reading.sample(ts, this.truth());
      this.world.advance();
    }
    reading.sample(endTs, this.truth());
    return inside;
  }

  private truth(): TrueSample[] {
    return [...this.world.people()].map(({ personId, position }) => ({
      personId,
      x: Math.round(position.x * 1000),
      y: Math.round(position.y * 1000),
    }));
  }

  /** What the devices say at the present instant, then one step on. */
  advance(): Message[] {
    const messages = this.outgoing;
    this.outgoing = [];
    const ts = (this.shownTs = this.world.now());
    messages.push(...this.natives(ts));
    messages.push(...this.others.sample(ts, (slotId) => this.gramsOf(slotId, ts)));
    this.world.advance();
    return messages;
  }

  /** What the native cameras, shelves, tills and screens say, each by its own clock. */
  private natives(ts: number): Message[] {
    const { settings } = this.options;
    const messages: Message[] = [];
    if ((ts - this.startTs) % settings.camera.intervalMs === 0) {
      this.ledger.sample(ts, this.truth());
      const people = [...this.world.people()].filter(({ position }) => !this.isLookedAt(position));
      for (const camera of this.cameras) messages.push(camera.sample(ts, people));
    }
    if (this.pictureCameras.length > 0) this.viewed = this.movements.at(ts, this.world.people());
    if (this.options.pictures?.send === 'detections')
      for (const camera of this.dueCameras()) messages.push(camera.detections(ts, this.viewed));
    for (const shelf of this.shelves) messages.push(...shelf.sample(ts, (slotId) => this.gramsOf(slotId, ts)));
    if (ts > this.startTs && (ts - this.startTs) % settings.stateIntervalMs === 0)
      messages.push(...this.states('online', ['till', 'screen']), ...this.idleCameras());
    return messages.map((told) => this.byOwnClock(told, ts));
  }

  private byOwnClock(told: Message, ts: number): Message {
    const wrongMs = this.ailments.clockOf(told.deviceId)(ts) - ts;
    return wrongMs === 0 ? told : later(told, wrongMs);
  }

  /** What an ideal scale would show that has drifted like the slot's own. */
  private gramsOf(slotId: string, ts: number): number {
    const slot = this.world.shelves.slot(slotId);
    const lies = this.options.settings.shelf.hands
      ? this.world.shelves.trueGrams(slot, ts)
      : slot.place.tareGrams + slot.units * slot.unitGrams;
    return lies + this.ailments.driftOf(slotId, ts);
  }

  /**
   * The pictures of the instant that `advance` last told of, of the cameras that are ready for another: a camera's bytes are
   * overwritten by its next picture.
   */
  pictures(isReady: (deviceId: string) => boolean): Picture[] {
    if (this.options.pictures?.send !== 'frames') return [];
    return this.dueCameras()
      .filter(({ deviceId }) => isReady(deviceId))
      .map((camera) => camera.picture(this.shownTs, this.viewed));
  }

  private dueCameras(): PictureCamera[] {
    const since = this.shownTs - this.startTs;
    return this.pictureCameras.filter(({ phaseMs }) => since % FRAME_MS === phaseMs);
  }

  private isLookedAt(position: Vec): boolean {
    return this.lookedAt.some(
      (view) => isInside(view, position) && distanceToEdge(view, position) > HANDED_OVER_METRES,
    );
  }

  /** Cameras that could look, in a run in which another tells of everybody: they only say that they are there. */
  private idleCameras(): Message[] {
    const { pictures } = this.options;
    if (pictures?.send !== 'positions') return [];
    const ids = new Set(pictures.cameras.map(({ deviceId }) => deviceId));
    return this.states('online', ['camera']).filter(({ deviceId }) => ids.has(deviceId));
  }

  /** A screen changes to something that is about products or a category; undefined: to nothing in particular. */
  show(screenId: string, about: About | undefined): void {
    this.world.screens.show(screenId, about);
  }

  /** Ends the ledger here; the devices say goodbye. */
  finish(): Message[] {
    this.recording = false;
    this.ledger.finish(this.ts, this.world.shelves.stock());
    return [...this.outgoing, ...this.others.stop(this.ts), ...this.states('offline')];
  }

  private states(state: 'online' | 'offline', families?: readonly string[]): Message[] {
    return (this.options.store.devices ?? [])
      .filter(
        (device) =>
          (device.family === 'till' || (device.dialect === 'aisle' && !this.others.has(device.id))) &&
          this.options.families.has(device.family) &&
          (!families || families.includes(device.family)),
      )
      .map((device) => stateMessage(device.id, state, MODELS[device.family] ?? 'Sim device', this.ts));
  }

  private handled(handled: Handled): void {
    if (!this.recording) return;
    this.ledger.handled(handled);
    this.others.handled(handled);
  }

  private sold(sold: Sold): void {
    const till = this.recording ? this.tills.get(sold.tillId) : undefined;
    if (!till) return;
    const { number, message } = till.sell(sold.ts, sold.receipt);
    this.ledger.sold(sold, number);
    this.others.items.paid(sold.personId);
    if (!this.options.families.has('till')) return;
    const { ts, tillId, receipt } = sold;
    if (!this.others.sold(tillId, { ts, number, receipt }, message.payload))
      this.outgoing.push(this.byOwnClock(message, ts));
  }
}

/** A start far from that of an earlier run, so that a restart does not go on with somebody else's track. */
const firstTrackId = (startTs: number): number => (Math.floor(startTs / 1000) % 1_000_000) * 10 + 1;
