import type { RadioAdvert } from '../../ports/ble-scanner.js';

/** Devices whose data is remembered; those heard longest ago are forgotten first. */
const MOST_DEVICES = 2048;
const PATH = /\/dev_([0-9A-F]{2}(?:_[0-9A-F]{2}){5})$/;

type Value = { value: unknown };
type Properties = Readonly<Record<string, Value>>;
type Data = Record<string, Uint8Array>;
interface Known {
  serviceData: Data;
  manufacturerData: Data;
}

/**
 * From BlueZ's properties to advertisements. BlueZ tells what changed, often the signal strength alone: what a device sent
 * before is put beside it, so that a beacon heard again is the same beacon.
 */
export class AdvertBook {
  readonly #known = new Map<string, Known>();

  /** A device has come into view; one that BlueZ merely knows has no signal strength. */
  added(path: string, properties: Properties): RadioAdvert | undefined {
    return 'RSSI' in properties ? this.changed(path, properties) : undefined;
  }

  changed(path: string, changed: Properties): RadioAdvert | undefined {
    const { RSSI: rssi, ServiceData: service, ManufacturerData: manufacturer } = changed;
    // Anything else, such as a name or a connection, is no advertisement.
    if (!rssi && !service && !manufacturer) return undefined;
    const address = PATH.exec(path)?.[1]?.replaceAll('_', ':');
    if (address === undefined) return undefined;
    const known = this.#known.get(path) ?? { serviceData: {}, manufacturerData: {} };
    if (service) known.serviceData = dataOf(service);
    if (manufacturer) known.manufacturerData = dataOf(manufacturer);
    this.#known.delete(path);
    this.#known.set(path, known);
    if (this.#known.size > MOST_DEVICES) this.#known.delete(this.#known.keys().next().value as string);
    const rssiDbm = typeof rssi?.value === 'number' ? rssi.value : null;
    return { address, rssiDbm, ...known };
  }

  removed(path: string): void {
    this.#known.delete(path);
  }
}

/** `a{sv}` or `a{qv}` of byte arrays. */
function dataOf({ value }: Value): Data {
  const data: Data = {};
  for (const [key, entry] of Object.entries((value ?? {}) as Record<string, Value>))
    if (entry.value instanceof Uint8Array) data[key] = entry.value;
  return data;
}
