import { createHash } from 'node:crypto';
import {
  AisleError,
  StoreFileError,
  keptStoreFile,
  type BrokerAddress,
  type Device,
  type StoreFile,
  atField,
  problem,
  traitsOf,
  sentenceOf,
  type Problem,
} from '@aisle/contracts';
import {
  CatalogError,
  type Clock,
  type DeviceRecords,
  type DeviceStep,
  type Random,
  type StoreVersion,
  type StoreVersions,
} from '../ports/index.js';
import type { StatusBoard } from '../stores/status-board.js';
import type { Stores } from '../stores/stores.js';
import { stateOf } from '../versions/time-line.js';
import { packWords, unpackWords } from '../versions/words.js';

/** Why a device could not be got in or changed; the problem's field is a path within its entry. */
export class EnrolmentError extends AisleError {
  override readonly name = 'EnrolmentError';
  constructor(
    readonly code: 'deviceKnown' | 'unknownDevice' | 'invalid' | 'busy',
    readonly problem: Problem,
  ) {
    super(sentenceOf(problem));
  }
}

export interface EnrolmentParts {
  records: Pick<DeviceRecords, 'changeDevice' | 'credentials'>;
  versions: Pick<StoreVersions, 'versions' | 'version'>;
  stores: Stores;
  statuses: StatusBoard;
  clock: Clock;
  random: Random;
  /** tells the inbox that something waits */
  notify(storeId: string): void;
}

/** A device with its fresh account: the password leaves the process once, in the answer. */
export interface Enrolled {
  device: Device;
  storeFileVersion: number;
  password: string;
  /** the shop that it has come into */
  storeFile: StoreFile;
}

/** bytes of a password; a slow hash would add nothing to 256 random bits */
const PASSWORD_BYTES = 32;
/** labels of metrics, and what sales by REST count for: no device can have them for its id */
const TAKEN_IDS = new Set(['unknown', 'rest']);
/** Others may edit the store file at the same time: so often a change is made anew from what they left. */
const TRIES = 5;

/** Devices come into the shop, get their credentials, are changed and shut out. */
export class Enrolment {
  constructor(private readonly parts: EnrolmentParts) {}

  /** A new device: a version of the store file that has it, and its credential, together. @throws EnrolmentError */
  async enrol(storeId: string, device: Device, by: string): Promise<Enrolled> {
    if (TAKEN_IDS.has(device.id)) throw new EnrolmentError('invalid', problem('id', 'idTaken', { id: device.id }));
    complete(device);
    const { password, sha256 } = this.#secret();
    const version = await this.#edit(
      storeId,
      (file) => {
        const devices = file.devices ?? [];
        if (devices.some(({ id }) => id === device.id))
          throw new EnrolmentError('deviceKnown', problem('id', 'deviceKnown', { id: device.id }));
        return { file: { ...file, devices: [...devices, device] }, index: devices.length };
      },
      { by, code: 'deviceAdded', deviceId: device.id },
      { deviceId: device.id, sha256 },
    );
    return { device, storeFileVersion: version.version, password, storeFile: version.storeFile };
  }

  /** A new password for a known device; the old one ends. `replaced`: other hardware has taken its place. */
  async renew(storeId: string, deviceId: string, replaced: boolean): Promise<Enrolled> {
    const { device, version, storeFile } = await this.#known(storeId, deviceId);
    const { password, sha256 } = this.#secret();
    await this.parts.records.changeDevice({
      storeId,
      ts: this.parts.clock.now(),
      credential: { deviceId, sha256, ...(replaced && { replaced }) },
    });
    this.parts.notify(storeId);
    return { device, storeFileVersion: version, password, storeFile };
  }

  /** Nobody logs in as this device any more, and whoever is in is put out. */
  async revoke(storeId: string, deviceId: string): Promise<void> {
    // Also one that the store file no longer has: an account must be able to end.
    const { records } = this.parts;
    if (!(await records.credentials(storeId)).some((known) => known.deviceId === deviceId))
      await this.#known(storeId, deviceId);
    await records.changeDevice({ storeId, ts: this.parts.clock.now(), credential: { deviceId, sha256: null } });
    this.parts.notify(storeId);
  }

  /** Other words for the same device; null takes a key away. @throws EnrolmentError */
  async change(
    storeId: string,
    deviceId: string,
    change: Readonly<Record<string, unknown>>,
    by: string,
  ): Promise<{ device: Device; storeFileVersion: number }> {
    for (const key of ['id', 'family'])
      if (key in change) throw new EnrolmentError('invalid', problem(key, 'staysAsItIs'));
    let changed: Device | undefined;
    const version = await this.#edit(
      storeId,
      (file) => {
        const devices = [...(file.devices ?? [])];
        const index = devices.findIndex(({ id }) => id === deviceId);
        if (index < 0) throw new EnrolmentError('unknownDevice', problem('', 'noSuch', { what: 'device' }));
        const entries = Object.entries({ ...devices[index], ...change }).filter(([, value]) => value !== null);
        devices[index] = Object.fromEntries(entries) as Device;
        changed ??= devices[index];
        return { file: { ...file, devices }, index };
      },
      { by, code: 'deviceChanged', deviceId },
    );
    return { device: changed as Device, storeFileVersion: version.version };
  }

  /** Where the shop's devices reach their broker, as its agent says. */
  async addressOf(storeId: string): Promise<BrokerAddress & { httpPort: number | null }> {
    const reach = (await this.parts.statuses.latest(storeId))?.reach;
    if (!reach) return { host: null, port: null, webSocketUrl: null, httpPort: null };
    const host = reach.host.includes(':') ? `[${reach.host}]` : reach.host;
    const { mqttPort: port, httpPort } = reach;
    return { host: reach.host, port, webSocketUrl: `${reach.tls ? 'wss' : 'ws'}://${host}:${httpPort}/mqtt`, httpPort };
  }

  #secret(): { password: string; sha256: string } {
    const draw = () => Buffer.from(this.parts.random.secretBytes(PASSWORD_BYTES)).toString('base64url');
    // One that begins with "-" is taken for an option by many a tool that it is given to.
    let password = draw();
    while (password.startsWith('-')) password = draw();
    return { password, sha256: createHash('sha256').update(password).digest('hex') };
  }

  async #known(storeId: string, deviceId: string): Promise<{ device: Device; version: number; storeFile: StoreFile }> {
    const current = await this.parts.stores.current(storeId);
    const device = current?.storeFile.devices?.find(({ id }) => id === deviceId);
    if (!current || !device) throw new EnrolmentError('unknownDevice', problem('', 'noSuch', { what: 'device' }));
    return { device, version: current.version, storeFile: current.storeFile };
  }

  async #edit(
    storeId: string,
    make: Make,
    { by: author, code, deviceId }: { by: string; code: 'deviceAdded' | 'deviceChanged'; deviceId: string },
    credential?: { deviceId: string; sha256: string },
  ): Promise<StoreVersion> {
    const { records, stores, clock } = this.parts;
    const note = packWords({ reason: { code, values: { device: deviceId } } });
    for (let tries = 1; ; tries += 1) {
      const current = await stores.current(storeId);
      if (!current) throw new EnrolmentError('unknownDevice', problem('', 'noStoreFile'));
      const ts = clock.now();
      const { file, index } = make(current.storeFile);
      check(file, index);
      const { newest, later } = await this.#planned(storeId, ts, make);
      try {
        const version = await records.changeDevice({
          storeId,
          ts,
          storeFile: { madeFrom: newest, file, author, note, later },
          ...(credential && { credential }),
        });
        await stores.forget(storeId);
        this.parts.notify(storeId);
        return version as StoreVersion;
      } catch (error) {
        if (!(error instanceof CatalogError && error.code === 'changed')) throw error;
        stores.stale(storeId);
        if (tries >= TRIES) throw new EnrolmentError('busy', problem('', 'beingChanged'));
      }
    }
  }

  /** What is planned stays planned, and has the device as well: the version that is made now would take its place. */
  async #planned(storeId: string, ts: number, make: Make): Promise<{ newest: number; later: Later[] }> {
    const { versions } = this.parts;
    const line = await versions.versions(storeId);
    const later: Later[] = [];
    for (const record of line) {
      if (stateOf(line, record, ts) !== 'planned') continue;
      const { version, validFrom, author } = record;
      const planned = await versions.version(storeId, version);
      if (!planned) continue;
      const { note } = unpackWords(record.note);
      later.push({
        validFrom,
        file: inPlan(planned.storeFile, make),
        author,
        note: packWords({ note, reason: { code: 'planKept', values: { version } } }),
      });
    }
    return { newest: line.at(-1)?.version ?? 0, later };
  }
}

/** Whether a new device has what its dialect needs. @throws EnrolmentError that names the key */
function complete(device: Device): void {
  const { family, dialect } = device;
  for (const keys of traitsOf(device).needs ?? [])
    if (keys.every((key) => device[key] === undefined))
      throw new EnrolmentError('invalid', problem(keys[0] as string, 'deviceNeeds', { family, dialect }));
}

type Make = (file: StoreFile) => { file: StoreFile; index: number };
type Later = NonNullable<NonNullable<DeviceStep['storeFile']>['later']>[number];

/** A plan that has the device already, or that has it no more, says how it shall be then. */
function inPlan(planned: StoreFile, make: Make): StoreFile {
  try {
    const { file, index } = make(planned);
    check(file, index);
    return file;
  } catch (error) {
    if (error instanceof EnrolmentError && error.code !== 'invalid') return planned;
    throw error;
  }
}

/** The rules of the store file; what is wrong with the entry itself is told by paths within it. */
function check(file: StoreFile, index: number): void {
  try {
    keptStoreFile(file, 'the store file');
  } catch (error) {
    if (!(error instanceof StoreFileError)) throw error;
    const own = `devices[${index}]`;
    const wrong = (error.problems.find(({ field }) => field.startsWith(own)) ?? error.problems[0]) as Problem;
    const field = wrong.field.startsWith(own) ? wrong.field.slice(own.length).replace(/^\./, '') : wrong.field;
    throw new EnrolmentError('invalid', atField(field, wrong));
  }
}
