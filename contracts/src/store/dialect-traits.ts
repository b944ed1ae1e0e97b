import type { Device } from './device-entry.js';

type Family = Device['family'];

/** Settings that an entry may carry beyond id, name and family, in the order in which an installer is asked for them. */
export type DialectSetting =
  'place' | 'sensors' | 'antennas' | 'rules' | 'covers' | 'address' | 'nvr' | 'csv' | 'near' | 'target';

/** What one dialect can do, beside the bytes that its decoder reads. Everybody who must know looks here. */
export interface DialectTraits {
  readonly family: Family;
  readonly dialect: string;
  readonly asks: readonly DialectSetting[];
  /** What a new device cannot do without: of each group one key of the entry. A store file may leave it out, an enrolment may not. */
  readonly needs?: readonly (readonly (keyof Device)[])[];
  /** Logs in to the shop's broker under an account of its own. Else it is heard by others, or it is the agent itself. */
  readonly account: boolean;
  /** It speaks under Aisle's own topics, aisle/v1/devices/{id}/… */
  readonly native?: true;
  /**
   * Cameras. `people`: where people are, from positions, detections or pictures. `rules`: only what rules set in the camera found.
   * `objects`: people whom the camera follows itself, each told of at another time; on the floor only with a calibration.
   */
  readonly tells?: 'people' | 'rules' | 'objects';
  /** RFID: reads come in rising time, so that an older one is of a clock set back. */
  readonly inOrder?: true;
  /** Shelves: sensors have names of their own. */
  readonly namedSensors?: true;
  /** It is known by its Bluetooth address, which the entry must give. */
  readonly byAddress?: true;
  /** It is the agent's own Bluetooth radio. */
  readonly radio?: true;
  /** Tills: sales come as whole files, by MQTT or in the till's drop folder. */
  readonly files?: true;
  /** Nothing of it speaks to the agent: the agent tells it what to do, where `target` says. */
  readonly reached?: true;
}

/** A shelf weighs all slots of a fixture, or those that its sensors name, which say of themselves whose they are. */
const WEIGHED = [['fixture', 'sensors']] as const;
/** An RFID reader hears goods somewhere. */
const PLACED = [['antennas', 'fixture', 'zone']] as const;

/** Every dialect, by family, the commonest first. A test holds it complete against the agent's decoders. */
export const DIALECT_TRAITS: readonly DialectTraits[] = [
  { family: 'shelf', dialect: 'aisle', asks: ['place'], needs: [['fixture']], account: true, native: true },
  {
    family: 'shelf',
    dialect: 'esphome',
    asks: ['place', 'sensors'],
    needs: WEIGHED,
    account: true,
    namedSensors: true,
  },
  {
    family: 'shelf',
    dialect: 'bthome',
    asks: ['place', 'sensors', 'address'],
    needs: WEIGHED,
    account: false,
    byAddress: true,
  },
  { family: 'rfid', dialect: 'aisle', asks: ['antennas'], needs: PLACED, account: true, native: true, inOrder: true },
  { family: 'rfid', dialect: 'impinj', asks: ['antennas'], needs: PLACED, account: true },
  { family: 'rfid', dialect: 'zebra', asks: ['antennas'], needs: PLACED, account: true },
  { family: 'camera', dialect: 'aisle', asks: ['covers'], account: true, native: true, tells: 'people' },
  { family: 'camera', dialect: 'onvif', asks: ['covers', 'rules'], needs: [['rules']], account: true, tells: 'rules' },
  { family: 'camera', dialect: 'frigate', asks: ['covers', 'nvr'], account: true, tells: 'objects' },
  { family: 'ble', dialect: 'aisle', asks: ['place', 'near'], account: true, native: true },
  { family: 'ble', dialect: 'theengs', asks: ['place', 'near'], account: true },
  { family: 'ble', dialect: 'bluez', asks: ['place', 'near'], account: false, radio: true },
  { family: 'till', dialect: 'aisle', asks: ['place'], account: true, native: true },
  { family: 'till', dialect: 'csv', asks: ['place', 'csv'], needs: [['csv']], account: true, files: true },
  { family: 'till', dialect: 'poslog', asks: ['place'], account: true, files: true },
  { family: 'screen', dialect: 'aisle', asks: ['place'], account: true, native: true },
  {
    family: 'screen',
    dialect: 'anthias',
    asks: ['place', 'target'],
    needs: [['target']],
    account: false,
    reached: true,
  },
];

const byName = new Map(DIALECT_TRAITS.map((traits) => [`${traits.family} ${traits.dialect}`, traits]));

/** What the dialect of a device can do. One that nobody knows can do nothing, but has its account. */
export const traitsOf = ({ family, dialect }: { family: string; dialect: string }): Omit<DialectTraits, 'family'> =>
  byName.get(`${family} ${dialect}`) ?? { dialect, asks: [], account: true };

/** The dialects of a family, the commonest first. */
export const dialectsOf = (family: Family): string[] =>
  DIALECT_TRAITS.filter((traits) => traits.family === family).map(({ dialect }) => dialect);

/** Whether a device logs in by itself: also not where it speaks through another's account. */
export const hasAccount = (device: { family: string; dialect: string; gateway?: string | undefined }): boolean =>
  traitsOf(device).account && device.gateway === undefined;
