import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import type { Device, EnrolledDevice, StoreFile, VersionRow, VersionView } from '@aisle/contracts';
import { waitFor, type System } from '../support/system.js';

export interface Deeds {
  /** devices that come in */
  enrolments: number;
  /** versions of the store file that are made */
  changes: number;
}

interface Answer {
  status: number;
  body: unknown;
}

/** A cloud that was killed is back within seconds; nobody waits longer than this for it. */
const PATIENCE_MS = 60_000;
/** kinds of changes */
const EDITS = 3;

/**
 * A person at the dashboard while processes die: enrols devices and edits the store file, tries again whatever got no answer, and remembers
 * what was promised. Nothing that is done changes what the shop senses: screens come in, prices and names change.
 */
export class ChaosOperator {
  /** by device, as the last answer said it; `at`: when, epoch milliseconds */
  readonly #accounts = new Map<string, { password: string; at: number }>();
  readonly #changed: { note: string; holds: (file: StoreFile) => boolean; at: number }[] = [];

  constructor(private readonly system: System) {}

  /** The same promises, held against another start. */
  on(system: System): ChaosOperator {
    const other = new ChaosOperator(system);
    for (const [id, account] of this.#accounts) other.#accounts.set(id, account);
    other.#changed.push(...this.#changed);
    return other;
  }

  get done(): string {
    return `${this.#accounts.size} enrolments, ${this.#changed.length} changes of the store file`;
  }

  /** All deeds, mixed, spread over so many seconds. `draw`: 0 to 1. */
  async work({ enrolments, changes }: Deeds, seconds: number, draw: () => number): Promise<void> {
    const deeds = [
      ...Array.from({ length: enrolments }, (_, n) => () => this.#enrol(n + 1)),
      ...Array.from({ length: changes }, (_, n) => () => this.#change(n + 1)),
    ]
      .map((deed) => ({ deed, place: draw() }))
      .sort((a, b) => a.place - b.place);
    const began = Date.now();
    for (const { deed, place } of deeds) {
      await sleep(Math.max(0, began + place * seconds * 1000 - Date.now()));
      await deed();
    }
  }

  /** What was promised, up to a moment if one is given, and does not hold, once all is quiet. */
  async broken(until = Infinity): Promise<string[]> {
    const broken: string[] = [];
    const due = <T extends { at: number }>({ at }: T): boolean => at < until;
    const [newest] = await this.#versions();
    if (!newest) return ['the shop has no version'];
    const { storeFile } = await this.#file(newest.version);
    const notes = new Set((await this.#versions()).map(({ note }) => note));
    for (const { note, holds } of this.#changed.filter(due)) {
      if (!notes.has(note)) broken.push(`"${note}" was made and is no version`);
      if (!holds(storeFile)) broken.push(`"${note}" was made and is not in the newest version`);
    }
    const known = new Set((storeFile.devices ?? []).map(({ id }) => id));
    for (const [id, account] of this.#accounts) {
      if (!due(account)) continue;
      if (!known.has(id)) broken.push(`${id} was enrolled and is not in the newest version`);
      if (!(await this.#letsIn(id, account.password))) broken.push(`${id} was enrolled and is not let in`);
    }
    return broken;
  }

  async #enrol(n: number): Promise<void> {
    const device: Device = { id: `chaos-${n}`, family: 'screen', dialect: 'aisle', zone: 'view-drinks' };
    const first = await this.#asked('POST', '/devices', device);
    // Known: it was made, and the answer with its password died with the cloud. A person would renew it.
    const { status, body } =
      first.status === 409 ? await this.#asked('POST', `/devices/${device.id}/credential`) : first;
    if (status !== 201) throw new Error(`${device.id} could not be enrolled: ${status} ${JSON.stringify(body)}`);
    this.#accounts.set(device.id, { password: (body as EnrolledDevice).credential.password, at: Date.now() });
  }

  async #change(n: number): Promise<void> {
    const note = `chaos ${n}`;
    const name = { en: `Chaos ${n}`, zh: `混乱${n}` };
    for (;;) {
      const versions = await this.#versions();
      // Also when a try of before was made and its answer lost.
      const isMade = versions.some((row) => row.note === note);
      const newest = versions[0] as VersionRow;
      const { storeFile: file } = await this.#file(newest.version);
      // each change has its own place: none may undo another
      const at = (list: readonly unknown[]): number => Math.floor(n / EDITS) % list.length;
      const [products, zones, devices] = [file.products ?? [], file.zones ?? [], file.devices ?? []];
      const product = products[at(products)];
      const edits: [(file: StoreFile) => boolean, Partial<StoreFile>][] = [
        [
          (now) => now.products?.some(({ gtin, price }) => gtin === product?.gtin && price === 100 + n) === true,
          { products: products.map((each) => (each === product ? { ...each, price: 100 + n } : each)) },
        ],
        [
          (now) => now.zones?.some((zone) => isCalled(zone.name, name)) === true,
          { zones: zones.map((each, index) => (index === at(zones) ? { ...each, name } : each)) },
        ],
        [
          (now) => now.devices?.some((device) => isCalled(device.name, name)) === true,
          // those of the file, which stay where they are while others come in behind them
          { devices: devices.map((each, index) => (index === at(devices) ? { ...each, name } : each)) },
        ],
      ];
      const [holds, edit] = edits[n % EDITS] as (typeof edits)[number];
      if (!isMade) {
        const body = { basedOn: newest.version, note, storeFile: { ...file, ...edit } };
        const { status, body: told } = await this.#asked('POST', '/versions', body);
        if (status === 409) continue;
        if (status !== 201) throw new Error(`"${note}" was refused: ${status} ${JSON.stringify(told)}`);
      }
      this.#changed.push({ note, holds, at: Date.now() });
      return;
    }
  }

  async #versions(): Promise<VersionRow[]> {
    return (await this.#asked('GET', '/versions')).body as VersionRow[];
  }

  async #file(version: number): Promise<VersionView> {
    return (await this.#asked('GET', `/versions/${version}`)).body as VersionView;
  }

  /** Asks until there is an answer that is not about the server's own state. */
  #asked(method: string, call: string, body?: unknown): Promise<Answer> {
    const { apiUrl, apiToken } = this.system.access;
    return waitFor(
      `an answer to ${method} ${call}`,
      async () => {
        const response = await fetch(`${apiUrl}${this.system.store}${call}`, {
          method,
          headers: {
            authorization: `Bearer ${apiToken}`,
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        if (response.status >= 500) throw new Error(`${response.status} ${text.slice(0, 200)}`);
        return { status: response.status, body: JSON.parse(text) as unknown };
      },
      PATIENCE_MS,
      200,
    );
  }

  /** The shop hears of its accounts a moment after the cloud has promised them. */
  #letsIn(username: string, password: string): Promise<boolean> {
    return waitFor(
      `${username} to be let in`,
      async () => {
        const client = await mqtt.connectAsync(this.system.access.storeMqttUrl, { username, password }, false);
        await client.endAsync(true);
        return true;
      },
      PATIENCE_MS,
      250,
    ).catch(() => false);
  }
}

const isCalled = (found: StoreFile['store']['name'] | undefined, name: { en: string }): boolean =>
  typeof found === 'object' && found.en === name.en;
