import type { CameraRule, Device, StoreFile } from '@aisle/contracts';
import type { Random } from '../../random.js';
import { inside, vec, type Polygon } from '../../world/geometry.js';
import type { DeviceClock, Sensed, SensedPerson, SimulatedDevice } from '../device.js';
import { localTime } from '../local-time.js';
import { foreign, type Message } from '../message.js';
import type { DeviceSettings } from '../settings.js';
import { topicOf } from '../topics.js';

/**
 * A camera that analyses by itself and sends ONVIF events as JSON (Profile M): `{id}/onvif-ej/RuleEngine/…/&1/RULE`. Makers
 * differ: some put numbers into quotes and name the rule in the topic only, some do neither; which of them a camera is follows
 * from its id. After the ONVIF Core Specification ("Event Broker") and the Analytics Service Specification (rules).
 */

const PATHS: Readonly<Record<CameraRule['kind'], string>> = {
  line: 'RuleEngine/LineDetector/Crossed',
  counter: 'RuleEngine/CountAggregation/Counter',
  occupancy: 'RuleEngine/CountAggregation/OccupancyCounter',
  field: 'RuleEngine/FieldDetector/ObjectsInside',
  loitering: 'RuleEngine/LoiteringDetector/ObjectIsLoitering',
};
/** Running numbers are told again this often although nothing changed. */
const REPEAT_MS = 60_000;
/** Somebody is taken for inside or outside once they have been so for this long. */
const SURE_MS = 400;
const LOITERING_MS = 45_000;

interface Stay {
  objectId: number;
  sinceTs: number;
  /** the camera has said so */
  told: boolean;
  loitering: boolean;
  /** since when they are out again */
  outTs: number | undefined;
}
interface Watch {
  readonly rule: CameraRule;
  readonly polygon: Polygon | undefined;
  readonly stays: Map<number, Stay>;
  count: number;
  toldTs: number;
  day: string;
}

export class OnvifCamera implements SimulatedDevice {
  readonly deviceId: string;
  private readonly watches: Watch[];
  private readonly objects = new Map<number, number>();
  private nextObject: number;
  /** numbers in quotes */
  private readonly quoted: boolean;

  constructor(
    private readonly device: Device,
    private readonly store: StoreFile,
    private readonly settings: DeviceSettings['smartCamera'],
    private readonly random: Random,
    private readonly clock: DeviceClock,
    private readonly sampleMs: number,
    index: number,
  ) {
    this.deviceId = device.id;
    this.quoted = index % 2 === 1;
    this.nextObject = random.integer(1, 5000);
    this.watches = (device.rules ?? []).map((rule) => {
      const zone = (store.zones ?? []).find(({ id }) => id === rule.zone);
      // A counter has been counting since its last reset, before anybody listened.
      const count = rule.kind === 'counter' ? random.integer(20, 400) : 0;
      return { rule, polygon: zone?.polygon.map(vec), stays: new Map<number, Stay>(), count, toldTs: 0, day: '' };
    });
  }

  start(ts: number): Message[] {
    return this.watches.flatMap((watch) => (isCount(watch.rule) ? [this.tellCount(watch, ts)] : []));
  }

  stop(): Message[] {
    return [];
  }

  sample(sensed: Sensed): Message[] {
    const { ts, sinceMs, crossings, people } = sensed;
    const looks = sinceMs % this.sampleMs === 0;
    if (!looks && crossings.length === 0) return [];
    const told: Message[] = [];
    for (const watch of this.watches) {
      const { rule } = watch;
      this.reset(watch, ts);
      const before = watch.count;
      for (const { lineId, direction, personId } of crossings) {
        if (lineId !== rule.entrance || direction !== rule.direction || this.random.chance(this.settings.missedShare))
          continue;
        if (rule.kind === 'line') told.push(this.tell(rule, ts, { ObjectId: this.number(this.objectOf(personId)) }));
        else watch.count += 1;
      }
      if (looks) told.push(...this.watchZone(watch, people, ts));
      if (isCount(rule) && (watch.count !== before || ts - watch.toldTs >= REPEAT_MS))
        told.push(this.tellCount(watch, ts));
    }
    if (sinceMs % 60_000 === 0) this.forget(people);
    return told;
  }

  /** The number begins anew at its hour of the camera's local time. */
  private reset(watch: Watch, ts: number): void {
    const { resetAt } = watch.rule;
    if (resetAt === undefined) return;
    const { year, month, day, hour, minute } = localTime(ts, this.store.store.timezone);
    const [atHour = 0, atMinute = 0] = resetAt.split(':').map(Number);
    const since = hour * 60 + minute >= atHour * 60 + atMinute ? 'since' : 'before';
    const key = `${year}-${month}-${day} ${since}`;
    if (watch.day !== '' && watch.day !== key && since === 'since') watch.count = 0;
    watch.day = key;
  }

  private watchZone(watch: Watch, people: readonly SensedPerson[], ts: number): Message[] {
    const { rule, polygon, stays } = watch;
    if (!polygon) return [];
    const told: Message[] = [];
    const within = new Set<number>();
    for (const { personId, position } of people) {
      if (!inside(polygon, position)) continue;
      within.add(personId);
      const stay = stays.get(personId);
      if (!stay) {
        const objectId = this.objectOf(personId);
        stays.set(personId, { objectId, sinceTs: ts, told: false, loitering: false, outTs: undefined });
        continue;
      }
      stay.outTs = undefined;
      if (!stay.told && ts - stay.sinceTs >= SURE_MS) {
        stay.told = true;
        if (rule.kind === 'field') told.push(this.tellObject(rule, ts, stay, { IsInside: this.flag(true) }));
      }
      if (rule.kind === 'loitering' && !stay.loitering && ts - stay.sinceTs >= LOITERING_MS) {
        stay.loitering = true;
        told.push(
          this.tellObject(rule, ts, stay, {
            Since: new Date(this.clock(stay.sinceTs)).toISOString(),
            State: this.flag(true),
          }),
        );
      }
    }
    for (const [personId, stay] of stays) {
      if (within.has(personId)) continue;
      stay.outTs ??= ts;
      if (stay.told && ts - stay.outTs < SURE_MS) continue;
      stays.delete(personId);
      if (rule.kind === 'field' && stay.told)
        told.push(this.tellObject(rule, ts, stay, { IsInside: this.flag(false) }));
      if (rule.kind === 'loitering' && stay.loitering)
        told.push(this.tellObject(rule, ts, stay, { State: this.flag(false) }));
    }
    if (rule.kind === 'occupancy') watch.count = [...stays.values()].filter((stay) => stay.told).length;
    return told;
  }

  private tellCount(watch: Watch, ts: number): Message {
    watch.toldTs = ts;
    return this.tell(watch.rule, ts, { Count: this.number(watch.count) }, {});
  }

  private tellObject(rule: CameraRule, ts: number, stay: Stay, data: object): Message {
    return this.tell(rule, ts, { ...data, ClassTypes: 'Human' }, { ObjectId: this.number(stay.objectId) });
  }

  private tell(rule: CameraRule, ts: number, data: object, key?: object): Message {
    const source = this.quoted
      ? { VideoSource: '1' }
      : { VideoSourceConfigurationToken: '1', VideoAnalyticsConfigurationToken: '1', Rule: rule.rule };
    const body = {
      UtcTime: new Date(this.clock(ts)).toISOString(),
      ...(!this.quoted && { PropertyOperation: key ? 'Changed' : 'Initialized' }),
      Source: source,
      ...(key && Object.keys(key).length > 0 && { Key: key }),
      Data: data,
    };
    const path = PATHS[rule.kind].split('/');
    const topic = topicOf(this.device, '{id}/onvif-ej/#', [...path, '&1', rule.rule]);
    return foreign(this.deviceId, topic, JSON.stringify(body));
  }

  private number(value: number): number | string {
    return this.quoted ? String(value) : value;
  }

  private flag(value: boolean): boolean | string {
    return this.quoted ? String(value) : value;
  }

  private objectOf(personId: number): number {
    let id = this.objects.get(personId);
    if (id === undefined) this.objects.set(personId, (id = this.nextObject += 1));
    return id;
  }

  private forget(people: readonly SensedPerson[]): void {
    const here = new Set(people.map(({ personId }) => personId));
    for (const personId of this.objects.keys()) if (!here.has(personId)) this.objects.delete(personId);
  }
}

const isCount = ({ kind }: CameraRule): boolean => kind === 'counter' || kind === 'occupancy';
