import {
  DEFAULT_ENGAGED_AFTER_SECONDS,
  traitsOf,
  type DeviceEvent,
  type DomainEvent,
  type RefusalReason,
} from '@aisle/contracts';
import { Badges } from '../ble/badges.js';
import { Freshnesses } from '../ble/freshness.js';
import { Coverage } from '../core/coverage.js';
import { SilentCells } from '../core/silent-cells.js';
import { TillsAway } from '../core/tills-away.js';
import { Echoes } from '../core/echoes.js';
import type { EnginePart, ModelChange } from '../core/engine-part.js';
import { Incidents } from '../core/incidents.js';
import { Ordering, type Verdict } from '../core/ordering.js';
import { Records } from '../core/records.js';
import { Refusals } from '../core/refusals.js';
import { Versions } from '../core/versions.js';
import { WindowStore } from '../core/window-store.js';
import { DetectorWatch } from '../floor/detector-watch.js';
import { Floor } from '../floor/floor.js';
import { Attendance } from '../goods/attendance.js';
import { Sales } from '../goods/sales.js';
import { Shelves } from '../goods/shelves.js';
import { SlotWindows } from '../goods/slot-windows.js';
import { StockWatch } from '../goods/stock-watch.js';
import { Interest } from '../interest/interest.js';
import { Crossings } from '../people/crossings.js';
import { FollowedPeople } from '../people/followed-people.js';
import { HeatWindows } from '../people/heat.js';
import { LiveHeat } from '../people/live-heat.js';
import { StaffDoors } from '../people/staff-doors.js';
import { Steps } from '../people/steps.js';
import { Stitching } from '../people/stitching.js';
import { VisitRule } from '../people/visits.js';
import { ZoneWindows } from '../people/zone-windows.js';
import { Rfid } from '../rfid/rfid.js';
import { BlockBook } from '../screens/block-book.js';
import { CampaignBook } from '../screens/campaign-book.js';
import { Viewings } from '../screens/viewings.js';
import { peopleIn } from '../people/live-view.js';
import { SmartCameras } from '../smart/smart-cameras.js';
import type { EngineObserver } from './engine-api.js';
import { orderedChannel, weightsOf } from './event-kinds.js';

/** All parts of the engine, put together once; each is handed what it works with, and no more. */
export class EngineParts {
  readonly windows: WindowStore;
  readonly versions: Versions;
  readonly echoes: Echoes;
  readonly ordering: Ordering;
  readonly freshness = new Freshnesses();
  readonly refused = new Refusals();
  readonly badges = new Badges();
  readonly liveHeat = new LiveHeat();
  readonly crossings: Crossings;
  readonly coverage: Coverage;
  readonly tillsAway: TillsAway;
  readonly cells: SilentCells;
  readonly incidents: Incidents;
  readonly stock: StockWatch;
  readonly shelves: Shelves;
  readonly sales: Sales;
  readonly records: Records;
  readonly interest: Interest;
  readonly stitching = new Stitching();
  readonly cameras: FollowedPeople;
  readonly detectors: DetectorWatch;
  readonly floor: Floor;
  readonly smart: SmartCameras;
  readonly rfid: Rfid;
  readonly campaigns: CampaignBook;
  readonly blocks: BlockBook;
  readonly viewings: Viewings;
  /** In the order in which they hear of a change, and are restored. */
  readonly list: readonly EnginePart[];

  /** @param guarded whether windows that nobody has required may not be looked at: for tests */
  constructor(observer: EngineObserver, guarded: boolean) {
    const windows = (this.windows = new WindowStore(guarded));
    const versions = (this.versions = new Versions(windows));
    const reaches = (ts: number) => windows.reaches(ts);
    const echoes = (this.echoes = new Echoes(windows, orderedChannel));
    const ordering = (this.ordering = new Ordering(echoes));
    const crossings = (this.crossings = new Crossings(windows, versions));
    this.coverage = new Coverage(windows, versions, {
      isCounter: (model, id) => {
        const device = model.devices.get(id);
        return crossings.isCounter(id) || (device !== undefined && traitsOf(device).tells === 'rules');
      },
      counterAt: (model, entranceId) => crossings.counterAt(model, entranceId),
    });
    this.tillsAway = new TillsAway(windows, versions);
    this.cells = new SilentCells(windows, versions, this.coverage);
    const incidents = (this.incidents = new Incidents(windows));
    const stock = (this.stock = new StockWatch(incidents));
    const attendance = new Attendance(windows);
    const slots = new SlotWindows(windows, attendance);
    this.shelves = new Shelves(slots, stock, incidents);
    const sales = (this.sales = new Sales(windows, slots, versions, this.coverage, this.cells));
    attendance.onAttended((fixtureId, from, to) => {
      for (const slot of versions.model?.slots.values() ?? [])
        if (slot.fixtureId === fixtureId)
          for (const change of slots.judgeAnew(slot, from, to)) sales.moved(slot.id, change);
    });
    const viewings = (this.viewings = new Viewings(windows, versions, this.coverage, (zoneId) =>
      peopleIn(this.cameras, zoneId),
    ));
    const records = (this.records = new Records(windows, versions, (...play) => viewings.countsOf(...play)));
    viewings.onSeen((zoneId, from, to) => {
      for (const { id, family, zone } of versions.model?.devices.values() ?? [])
        if (family === 'screen' && zone === zoneId) records.watched(id, from, to);
    });
    const zones = new ZoneWindows(windows);
    const visits = new VisitRule(
      zones,
      observer,
      () => windows.configVersion,
      (zoneId) => {
        const zone = versions.model?.storeFile.zones?.find(({ id }) => id === zoneId);
        return (zone?.engagedAfterSeconds ?? DEFAULT_ENGAGED_AFTER_SECONDS) * 1000;
      },
    );
    const interest = (this.interest = new Interest(zones));
    const steps = new Steps(new HeatWindows(windows), crossings, this.liveHeat, observer);
    const { badges, stitching } = this;
    const staffDoors = new StaffDoors(crossings);
    const cameras = (this.cameras = new FollowedPeople({
      ...{ versions, zones, steps, visits, badges, interest, attendance, stitching, staffDoors, observer, reaches },
    }));
    this.detectors = new DetectorWatch(incidents);
    const floor = (this.floor = new Floor(versions, cameras, reaches, this.detectors));
    this.rfid = new Rfid({ slots, stock, sales, interest, incidents, reaches });
    this.smart = new SmartCameras({
      ...{ versions, zones, visits, cameras, crossings, floor, incidents, ordering },
      refuses: (verdict, event): verdict is RefusalReason => this.refuses(verdict, event),
      turning: (apply) => this.turning(apply),
    });
    this.campaigns = new CampaignBook(
      versions,
      ([source, id, since]) => cameras.all.get(source)?.tracks.get(id)?.since === since,
    );
    this.campaigns.onSettled((decisionId, ts, rewarded) => records.settled(decisionId, ts, rewarded));
    this.blocks = new BlockBook(
      windows,
      versions,
      this.campaigns,
      (zoneId) => peopleIn(cameras, zoneId),
      (group, minute) => this.coverage.groupMs(group, minute),
    );
    slots.onPickup((ts, gtin, items) => this.blocks.pickup(ts, gtin, items));
    visits.onEngaged((zoneId, ts, times) => this.blocks.engaged(zoneId, ts, times));
    sales.onSold((ts, gtin, unitsMicro, netMinor) => this.blocks.sold(ts, gtin, unitsMicro, netMinor));
    stock.onStock((slotId, units) => this.campaigns.stock(slotId, units));
    slots.onPickup((ts, gtin, items) => {
      if (items <= 0) return;
      const category = versions.model?.products.find(gtin)?.category;
      this.campaigns.gained({ goal: 'pickups', ts, gtin, ...(category !== undefined && { category }) });
    });
    visits.onEngaged((zoneId, ts, times) => {
      if (times < 0) return;
      const category = versions.model?.storeFile.zones?.find(({ id }) => id === zoneId)?.category;
      if (category !== undefined) this.campaigns.gained({ goal: 'stops', ts, category });
    });
    sales.onSold((ts, gtin, unitsMicro) => {
      if (unitsMicro <= 0) return;
      const category = versions.model?.products.find(gtin)?.category;
      this.campaigns.gained({ goal: 'sales', ts, gtin, ...(category !== undefined && { category }) });
    });
    this.list = [
      ...[versions, windows, incidents, ordering, echoes, this.freshness, badges, this.liveHeat],
      ...[crossings, this.coverage, this.tillsAway, this.cells, stitching, cameras, staffDoors, interest],
      ...[this.detectors, floor, this.smart],
      ...[stock, this.shelves, sales, this.rfid, this.viewings, this.records, this.campaigns],
      ...[this.blocks, this.refused],
    ];
  }

  /** Keys of windows that `event` may touch and that are not in memory; empty for nearly every event. */
  neededBy(event: DomainEvent): string[] {
    const keys: string[] = [];
    if (!this.windows.mayLack) return keys;
    this.require(keys, event);
    // A shelf that speaks over BLE speaks as a shelf.
    if (event.kind === 'advert') for (const weight of weightsOf(event)) this.require(keys, weight);
    return keys;
  }

  private require(keys: string[], event: DomainEvent): void {
    for (const part of this.list) part.require?.(keys, event);
  }

  /** Says which windows must stay in memory. */
  pin(): void {
    for (const part of this.list) part.pin?.();
  }

  /** Another store file comes into force. */
  change(change: ModelChange, validFrom: number): void {
    for (const part of this.list) part.closing?.(change);
    this.windows.settle();
    this.versions.enter(change, validFrom);
    for (const part of this.list) part.configure?.(change);
  }

  refuses(verdict: Verdict, event: DeviceEvent): verdict is RefusalReason {
    if (verdict === 'epoch') {
      this.coverage.restart(event.deviceId);
      this.tillsAway.restart(event.deviceId);
      this.cells.restart(event.deviceId);
    }
    return verdict !== 'ok' && verdict !== 'epoch';
  }

  /** Whether a device watches zones or only a door shows in what it says: coverage follows. */
  turning(apply: () => void): void {
    const before = this.crossings.changes;
    apply();
    if (this.crossings.changes !== before) this.coverage.reconsider();
  }
}
