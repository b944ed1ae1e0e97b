import {
  minuteOf,
  type CountedEvent,
  type DomainEvent,
  type NoticedEvent,
  type RefusalReason,
  type TrackedEvent,
} from '@aisle/contracts';
import { idsTouched, type EnginePart, type ModelChange } from '../core/engine-part.js';
import { restartsOf } from '../core/restarts.js';
import type { InForce } from '../core/versions.js';
import type { FollowedPeople } from '../people/followed-people.js';
import type { VisitRule } from '../people/visits.js';
import type { Crossings } from '../people/crossings.js';
import type { ZonePeople } from '../engine/engine-api.js';
import type { Floor } from '../floor/floor.js';
import type { Incidents } from '../core/incidents.js';
import type { Ordering, Verdict } from '../core/ordering.js';
import type { StoreModel } from '../core/store-model.js';
import type { ZoneWindows } from '../people/zone-windows.js';
import { Counters } from './counters.js';
import { FollowedObjects } from './followed.js';
import { Insiders } from './insiders.js';
import { Loitering } from './loitering.js';
import { SLACK_MS } from './object-book.js';
import { Occupancy } from './occupancy.js';
import { rolesOf, ruleKey, ruleOf, type Roles } from './roles.js';

export type SmartEvent = CountedEvent | NoticedEvent | TrackedEvent;

/** The channel of a number or of objects: their messages rise in time, or nearly so. */
export const smartChannel = (event: CountedEvent | NoticedEvent): string =>
  event.kind === 'counted' ? `counted/${event.rule}` : `${event.what}/${event.rule}`;

/** What the rest of the engine does for cameras with an analysis of their own. */
export interface SmartParts {
  versions: InForce;
  zones: ZoneWindows;
  visits: VisitRule;
  cameras: FollowedPeople;
  crossings: Crossings;
  floor: Floor;
  incidents: Incidents;
  ordering: Ordering;
  /** whether a verdict refuses; tells the coverage of a clock that was set back */
  refuses(verdict: Verdict, event: SmartEvent): verdict is RefusalReason;
  /** runs what may change who counts at an entrance */
  turning(apply: () => void): void;
}

/** Cameras that analyse themselves: they say how many have crossed, how many are inside, who is inside, or where people are. */
export class SmartCameras implements EnginePart {
  readonly name = 'smart';
  readonly version = 2;
  private counters = new Counters();
  private readonly occupancy: Occupancy;
  private readonly insiders: Insiders;
  private readonly loitering: Loitering;
  private readonly followed: FollowedObjects;
  /** cameras that have said who is in a zone: their objects need no calibration */
  private readonly zoning = new Set<string>();
  private roles: { of: StoreModel; roles: Roles } | undefined;

  constructor(private readonly parts: SmartParts) {
    this.occupancy = new Occupancy(parts.zones);
    this.insiders = new Insiders(parts.zones, parts.visits);
    this.loitering = new Loitering(parts.incidents);
    this.followed = new FollowedObjects(parts.cameras);
  }

  /** Windows that an event may touch, of any kind: a camera's other messages carry its occupancy on. */
  require(keys: string[], event: DomainEvent): void {
    if (!('deviceId' in event) || event.kind === 'credential') return;
    this.occupancy.require(keys, event.deviceId, event.ts);
    if (event.kind === 'tracked') this.followed.require(keys, event);
    else if (event.kind === 'noticed' && event.what === 'inside') this.insiders.require(keys, event);
    else if (event.kind === 'noticed' && event.what === 'loitering') this.loitering.require(keys, event);
    else if (event.kind === 'counted') this.requireCounted(keys, event);
  }

  private requireCounted(keys: string[], { deviceId, rule, ts }: CountedEvent): void {
    const { model } = this.parts.versions;
    const entrance = model && ruleOf(model, deviceId, 'counter', rule)?.entrance;
    if (entrance !== undefined) this.parts.crossings.requireMinute(keys, minuteOf(ts), entrance);
  }

  apply(model: StoreModel, event: SmartEvent): RefusalReason | undefined {
    if (event.kind === 'counted') return this.counted(model, event);
    return event.kind === 'noticed' ? this.noticed(model, event) : this.tracked(model, event);
  }

  private counted(model: StoreModel, event: CountedEvent): RefusalReason | undefined {
    const { deviceId, rule: name, ts, count } = event;
    const rule = ruleOf(model, deviceId, 'counter', name);
    const { entrance, direction, resetAt } = rule ?? {};
    if (entrance === undefined || direction === undefined || !model.lines.some(({ id }) => id === entrance))
      return 'unknownSubject';
    const { ordering, crossings } = this.parts;
    const verdict = ordering.measurement(ordering.device(deviceId), smartChannel(event), ts, event.digest, 'ok');
    if (this.parts.refuses(verdict, event)) return verdict;
    if (verdict === 'epoch') this.restart(deviceId, ts);
    const settings = { kind: 'counter' as const, timezone: model.timezone, ...(resetAt !== undefined && { resetAt }) };
    const step = this.counters.step(ruleKey(deviceId, name), ts, count, settings);
    this.parts.turning(() =>
      crossings.byDevice(deviceId, entrance, ts, direction === 'in' ? 1 : -1, step?.change ?? 0),
    );
    return undefined;
  }

  private noticed(model: StoreModel, event: NoticedEvent): RefusalReason | undefined {
    const { deviceId, zoneId, what, ts } = event;
    if (!model.zones.some(({ id }) => id === zoneId)) return 'unknownSubject';
    const { ordering } = this.parts;
    const channel = smartChannel(event);
    const clock = ordering.device(deviceId);
    const verdict =
      what === 'occupancy'
        ? ordering.measurement(clock, channel, ts, event.digest, 'ok')
        : ordering.loose(clock, channel, ts, event.digest, SLACK_MS);
    if (this.parts.refuses(verdict, event)) return verdict;
    if (verdict === 'epoch') this.restart(deviceId, ts);
    if (what === 'loitering') return this.loitering.apply(event) ? undefined : 'late';
    const roles = this.rolesIn(model);
    if (what === 'occupancy') {
      this.occupancy.apply(model, roles, event);
      return undefined;
    }
    this.zoning.add(deviceId);
    return this.insiders.apply(event, roles.insideOf.get(zoneId) === deviceId) ? undefined : 'late';
  }

  private tracked(model: StoreModel, event: TrackedEvent): RefusalReason | undefined {
    const { deviceId, ts } = event;
    const { ordering, floor, crossings } = this.parts;
    const verdict = ordering.loose(ordering.device(deviceId), 'tracked', ts, event.digest, SLACK_MS);
    if (this.parts.refuses(verdict, event)) return verdict;
    if (verdict === 'epoch') this.restart(deviceId, ts);
    const homography = floor.homographyOf(model, deviceId, event.width, event.height);
    // Where it says in which zones people are, that is what it is for.
    if (!homography) return this.zoning.has(deviceId) ? undefined : 'unknownSubject';
    this.parts.turning(() => crossings.positions(deviceId));
    return this.followed.apply(model, event, homography) ? undefined : 'late';
  }

  /** A device has said something that counts. */
  alive(model: StoreModel, deviceId: string, ts: number): void {
    if (this.occupancy.any) this.occupancy.alive(model, this.rolesIn(model), deviceId, ts);
  }

  private rolesIn(model: StoreModel): Roles {
    if (this.roles?.of !== model) {
      const isCalibrated = (id: string) => this.parts.floor.calibrationOf(model, id) !== undefined;
      this.roles = { of: model, roles: rolesOf(model, isCalibrated) };
    }
    return this.roles.roles;
  }

  /** A camera has been calibrated, or is so no more. */
  calibrated(): void {
    this.roles = undefined;
  }

  private restart(deviceId: string, ts: number): void {
    this.counters.rewind(ruleKey(deviceId, ''), ts);
    this.occupancy.restart(deviceId);
    this.insiders.restart(deviceId);
    this.loitering.restart(deviceId);
    this.followed.restart(deviceId);
  }

  /** Cameras that begin anew, and zones that are gone, redrawn or believed of another camera, begin anew; all else goes on. */
  configure(change: ModelChange): void {
    const { before, after } = change;
    const was = before && this.rolesIn(before);
    const { insideOf } = this.rolesIn(after);
    for (const id of restartsOf(change).cameras) {
      this.zoning.delete(id);
      this.insiders.restart(id);
      this.loitering.restart(id);
      this.followed.restart(id);
    }
    const cut = idsTouched(change, 'zones', ['polygon']);
    this.insiders.forget((zoneId) => cut.has(zoneId) || was?.insideOf.get(zoneId) !== insideOf.get(zoneId));
    this.loitering.forget((zoneId) => !after.zonesById.has(zoneId));
    this.occupancy.keep(
      (id, name, zoneId) => !cut.has(zoneId) && ruleOf(after, id, 'occupancy', name)?.zone === zoneId,
    );
    this.counters.keep((key) => {
      const bar = key.indexOf('|');
      return ruleOf(after, key.slice(0, bar), 'counter', key.slice(bar + 1)) !== undefined;
    });
  }

  /** Keeps the windows in memory that open visits still add to. Behind FollowedPeople.pin, which begins the list anew. */
  pin(): void {
    this.insiders.pin();
  }

  /** How many are in zones where nobody is tracked. */
  people(model: StoreModel | undefined): ZonePeople[] {
    if (!model) return [];
    const found = new Map<string, ZonePeople>();
    const add = ([zoneId, deviceId, count]: [string, string, number]): void => {
      const known = found.get(`${zoneId}|${deviceId}`);
      if (known) known.count += count;
      else found.set(`${zoneId}|${deviceId}`, { zoneId, deviceId, count });
    };
    for (const told of this.occupancy.live(this.rolesIn(model))) add(told);
    for (const told of this.insiders.live()) add(told);
    return [...found.values()];
  }

  save(): unknown {
    return {
      counters: this.counters.state(),
      occupancy: this.occupancy.save(),
      insiders: this.insiders.save(),
      loitering: this.loitering.save(),
      followed: this.followed.save(),
      zoning: [...this.zoning],
    };
  }

  restore(json: unknown, model: StoreModel | undefined): void {
    if (json === undefined) return;
    const saved = json as Saved;
    this.counters = new Counters(saved.counters);
    this.occupancy.restore(saved.occupancy);
    this.insiders.restore(saved.insiders, model?.version ?? 0);
    this.loitering.restore(saved.loitering);
    this.followed.restore(saved.followed);
    for (const id of saved.zoning) this.zoning.add(id);
  }

  migrate(json: unknown): unknown {
    const saved = json as Saved | undefined;
    return saved && { ...saved, insiders: Insiders.migrate(saved.insiders) };
  }
}

interface Saved {
  counters: [string, { ts: number; count: number }][];
  zoning: string[];
  occupancy: unknown;
  insiders: unknown;
  loitering: unknown;
  followed: unknown;
}
