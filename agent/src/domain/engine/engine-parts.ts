import { traitsOf, type DeviceEvent, type RefusalReason, type StoreFile } from '@aisle/contracts';
import { Freshnesses } from '../ble/freshness.js';
import { Cameras } from '../people/followed-people.js';
import { Coverage } from '../core/coverage.js';
import { Crossings } from '../people/crossings.js';
import { Echoes } from '../core/echoes.js';
import type { EngineObserver } from './engine-api.js';
import { Floor } from '../floor/floor.js';
import { HeatWindows } from '../people/heat.js';
import { Incidents } from '../core/incidents.js';
import { Interest } from '../interest/interest.js';
import { LiveHeat } from '../people/live-heat.js';
import { Ordering, type Verdict } from '../core/ordering.js';
import { Records } from '../core/records.js';
import { Refusals } from '../core/refusals.js';
import { Rfid } from '../rfid/rfid.js';
import { Sales } from '../goods/sales.js';
import { Shelves } from '../goods/shelves.js';
import { SlotWindows } from '../goods/slot-windows.js';
import { SmartCameras } from '../smart/smart-cameras.js';
import { StockWatch } from '../goods/stock-watch.js';
import { modelOf, type StoreModel } from '../core/store-model.js';
import { ZoneWindows } from '../people/visits.js';
import { WindowStore } from '../core/window-store.js';

interface SnapshotData {
  config: { version: number; storeFile: StoreFile } | null;
  windows: unknown;
  ordering: unknown;
  echoes?: unknown;
  cameras: unknown;
  interest?: unknown;
  floor?: unknown;
  badges?: unknown;
  freshness?: unknown;
  smart?: unknown;
  rfid?: unknown;
  liveHeat: unknown;
  crossings: unknown;
  coverage: unknown;
  stock?: unknown;
  shelves: unknown;
  sales: unknown;
  records: unknown;
  refusals: unknown;
}

/** Everything that the engine remembers, each part with its own rules, put together once. */
export class EngineParts {
  readonly windows = new WindowStore();
  readonly echoes = new Echoes(this.windows);
  readonly ordering = new Ordering(this.echoes);
  readonly freshness = new Freshnesses();
  readonly refused = new Refusals();
  readonly liveHeat = new LiveHeat();
  readonly crossings = new Crossings(this.windows, () => this.model as StoreModel);
  readonly coverage = new Coverage(
    this.windows,
    (id) => this.crossings.isCounter(id) || this.speaksRules(id),
    (entranceId) => this.crossings.counterAt(entranceId),
  );
  readonly incidents = new Incidents(this.windows);
  readonly stock = new StockWatch(this.incidents);
  readonly slots = new SlotWindows(this.windows);
  readonly shelves = new Shelves(this.slots, this.stock, this.incidents);
  readonly sales = new Sales(this.windows, this.slots);
  readonly records = new Records(this.windows);
  readonly zones = new ZoneWindows(this.windows);
  readonly interest = new Interest(this.zones);
  readonly cameras: Cameras;
  readonly floor: Floor;
  readonly smart: SmartCameras;
  readonly rfid: Rfid;
  /** the store file in force, undefined before the first */
  model: StoreModel | undefined;

  constructor(observer: EngineObserver) {
    this.cameras = new Cameras(
      this.zones,
      new HeatWindows(this.windows),
      this.crossings,
      this.liveHeat,
      this.interest,
      observer,
    );
    this.floor = new Floor(this.cameras);
    const { zones, cameras, crossings, floor, incidents, ordering } = this;
    this.rfid = new Rfid({
      slots: this.slots,
      stock: this.stock,
      sales: this.sales,
      interest: this.interest,
      incidents,
    });
    this.smart = new SmartCameras({
      ...{ zones, cameras, crossings, floor, incidents, ordering, observer },
      refuses: (verdict, event): verdict is RefusalReason => this.refuses(verdict, event),
      turning: (model, apply) => this.turning(model, apply),
    });
  }

  /** Cameras that say only what their rules found see no zone. */
  private speaksRules(id: string): boolean {
    const device = this.model?.devices.get(id);
    return device !== undefined && traitsOf(device).tells === 'rules';
  }

  refuses(verdict: Verdict, event: DeviceEvent): verdict is RefusalReason {
    if (verdict === 'epoch') this.coverage.restart(event.deviceId);
    return verdict !== 'ok' && verdict !== 'epoch';
  }

  /** Whether a device watches zones or only a door shows in what it says: coverage follows. */
  turning(model: StoreModel, apply: () => void): void {
    const before = this.crossings.changes;
    apply();
    if (this.crossings.changes !== before) this.coverage.reconsider(model);
  }

  /** Plain JSON data. */
  save(): unknown {
    const data: SnapshotData = {
      config: this.model ? structuredClone({ version: this.model.version, storeFile: this.model.storeFile }) : null,
      windows: this.windows.save(),
      ordering: this.ordering.save(),
      echoes: this.echoes.save(),
      cameras: this.cameras.save(),
      interest: this.interest.save(),
      floor: this.floor.save(),
      badges: this.cameras.badges.save(),
      freshness: this.freshness.save(),
      smart: this.smart.save(),
      liveHeat: this.liveHeat.save(),
      crossings: this.crossings.save(),
      coverage: this.coverage.save(),
      stock: this.stock.save(),
      shelves: this.shelves.save(),
      sales: this.sales.save(),
      records: this.records.save(),
      rfid: this.rfid.save(),
      refusals: this.refused.save(),
    };
    return data;
  }

  restore(saved: unknown): void {
    const data = saved as SnapshotData;
    if (data.config) this.model = modelOf(structuredClone(data.config));
    this.windows.restore(data.windows);
    this.incidents.restore();
    this.ordering.restore(data.ordering);
    this.echoes.restore(data.echoes ?? []);
    this.cameras.restore(data.cameras);
    this.cameras.badges.restore(data.badges);
    this.freshness.restore(data.freshness);
    this.interest.restore(this.model?.storeFile, data.interest);
    this.floor.restore(this.model, data.floor);
    this.smart.restore(data.smart);
    this.liveHeat.restore(data.liveHeat);
    this.crossings.restore(data.crossings);
    this.coverage.restore(data.coverage);
    this.stock.restore(data.stock ?? []);
    this.shelves.restore(data.shelves);
    this.sales.restore(data.sales);
    this.records.restore(data.records);
    this.rfid.restore(this.model, data.rfid);
    this.refused.restore(data.refusals);
  }
}
