import { Random } from '../../random.js';
import type { Vec } from '../../world/geometry.js';
import type { SensedPerson } from '../device.js';
import { APPLE, eddystoneTlm, eddystoneUid, ibeacon, nearby } from './beacons.js';
import type { Badge, Members } from '@aisle/contracts';

/** One advertisement in the air. */
export interface OnAir {
  /** `AA:BB:CC:DD:EE:FF` */
  readonly address: string;
  readonly random: boolean;
  readonly at: Vec;
  /** dBm at one metre */
  readonly powerDbm: number;
  /** keyed by UUID of four hex digits */
  readonly serviceData?: Readonly<Record<string, Buffer>>;
  /** keyed by company number */
  readonly manufacturerData?: Readonly<Record<number, Buffer>>;
}

/** Radios advertise this often here. Real ones do several times a second; receivers see to it that not all of it is told on. */
const EVERY_MS = 1000;
const STEP_MS = 50;
/** Phones take another address this often. */
const ADDRESS_MS = 15 * 60_000;
const TELEMETRY_EVERY = 20;
/** Of shoppers. */
const PHONE_SHARE = 0.7;
const MEMBER_SHARE = 0.1;
const POWER_DBM = -59;

/** What people carry that advertises: phones, members' phones with the shop's app, badges of the staff. */
export class Pockets {
  private readonly carried = new Map<number, Carried>();
  private staffSeen = 0;

  constructor(
    private readonly seed: number,
    private readonly badges: readonly Badge[],
    private readonly members: Members | undefined,
    private readonly startTs: number,
  ) {}

  /** What is advertised at `ts`. */
  adverts(ts: number, people: readonly SensedPerson[]): OnAir[] {
    const heard: OnAir[] = [];
    for (const person of people) {
      const carried = this.carriedBy(person);
      if ((ts - this.startTs + carried.phaseMs) % EVERY_MS !== 0) continue;
      const at = person.position;
      if (carried.badge) heard.push(this.badge(carried, at, ts));
      else if (carried.phone) heard.push(this.phone(person.personId, carried, at, ts));
    }
    return heard;
  }

  /** Which badge somebody of the staff wears, once they have been seen. */
  badgeOf(personId: number): string | undefined {
    return this.carried.get(personId)?.badge?.id;
  }

  private carriedBy({ personId, staff }: SensedPerson): Carried {
    const known = this.carried.get(personId);
    if (known) return known;
    const random = Random.stream(this.seed, `pocket/${personId}`);
    const phaseMs = random.integer(0, EVERY_MS / STEP_MS - 1) * STEP_MS;
    const badge = staff ? this.badges[this.staffSeen % Math.max(1, this.badges.length)] : undefined;
    if (staff) this.staffSeen += 1;
    const phone = !staff && random.chance(PHONE_SHARE);
    const member = this.members !== undefined && phone && random.chance(MEMBER_SHARE / PHONE_SHARE);
    const carried: Carried = { phaseMs, badge, phone, member, count: 0, token: hex(random, 6) };
    this.carried.set(personId, carried);
    return carried;
  }

  private phone(personId: number, carried: Carried, at: Vec, ts: number): OnAir {
    const turn = Math.floor(ts / ADDRESS_MS);
    const own = Random.stream(this.seed, `phone/${personId}/${turn}`);
    // The two highest bits of an address that can be resolved are 01.
    const first = (0x40 | own.integer(0, 0x3f)).toString(16).padStart(2, '0');
    const address = spelt(first + hex(own, 5));
    const base = { address, random: true, at, powerDbm: POWER_DBM };
    carried.count += 1;
    const { members } = this;
    if (carried.member && members?.eddystone && carried.count % 2 === 0)
      return { ...base, serviceData: { feaa: eddystoneUid(members.eddystone.namespace, carried.token, -20) } };
    if (carried.member && members?.ibeacon && carried.count % 2 === 0) {
      const token = parseInt(carried.token.slice(0, 8), 16);
      return {
        ...base,
        manufacturerData: { [APPLE]: ibeacon(members.ibeacon.uuid, token >>> 16, token & 0xffff, POWER_DBM) },
      };
    }
    return { ...base, manufacturerData: { [APPLE]: nearby(Buffer.from(hex(own, 3), 'hex')) } };
  }

  private badge(carried: Carried, at: Vec, ts: number): OnAir {
    const badge = carried.badge as Badge;
    carried.count += 1;
    const address = badge.address ?? spelt(`c0ffee${hex(Random.stream(this.seed, `badge/${badge.id}`), 3)}`);
    const base = { address, random: false, at, powerDbm: POWER_DBM };
    if (badge.eddystone) {
      const { namespace, instance = '000000000000' } = badge.eddystone;
      const telemetry = carried.count % TELEMETRY_EVERY === 0;
      const frame = telemetry
        ? eddystoneTlm(2950, 24.5, carried.count, ts - this.startTs)
        : eddystoneUid(namespace, instance, -20);
      return { ...base, serviceData: { feaa: frame } };
    }
    if (badge.ibeacon) {
      const { uuid, major = 0, minor = 0 } = badge.ibeacon;
      return { ...base, manufacturerData: { [APPLE]: ibeacon(uuid, major, minor, POWER_DBM) } };
    }
    return { ...base, serviceData: { '180f': Buffer.from([92]) } };
  }
}

interface Carried {
  readonly phaseMs: number;
  readonly badge: Badge | undefined;
  readonly phone: boolean;
  readonly member: boolean;
  readonly token: string;
  count: number;
}

const hex = (random: Random, bytes: number): string =>
  Array.from({ length: bytes }, () => random.integer(0, 255).toString(16).padStart(2, '0')).join('');
const spelt = (digits: string): string => (digits.toUpperCase().match(/../g) as string[]).join(':');
