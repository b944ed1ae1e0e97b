/**
 * The objects of BTHome v2, by id. Source: bthome.io/format ("Sensor data", "Binary sensor data", "Events", "Device
 * information"), compared with the table of github.com/Bluetooth-Devices/bthome-ble (MIT).
 */
export type ObjectKind = 'number' | 'binary' | 'button' | 'dimmer' | 'time' | 'text' | 'raw' | 'version';

export interface ObjectType {
  kind: ObjectKind;
  /** the property's name in the specification */
  name: string;
  unit: string;
  /** bytes of the value; 0: a length byte stands before it */
  bytes: number;
  signed: boolean;
  /** value = raw × multiplier ÷ divisor, so that 100883 becomes 1008.83 and not 1008.8299999 */
  multiplier: number;
  divisor: number;
}

export const BUTTON_EVENTS: Readonly<Record<number, string>> = {
  0x01: 'press',
  0x02: 'double_press',
  0x03: 'triple_press',
  0x04: 'long_press',
  0x05: 'long_double_press',
  0x06: 'long_triple_press',
  0x80: 'hold_press',
  // Shelly's wall switches say it so.
  0xfe: 'hold_press',
};
export const DIMMER_EVENTS: Readonly<Record<number, string>> = { 0x01: 'rotate_left', 0x02: 'rotate_right' };

function table(): (ObjectType | undefined)[] {
  const objects = new Array<ObjectType | undefined>(256).fill(undefined);
  const put = (id: number, kind: ObjectKind, name: string, unit: string, bytes: number, more?: Partial<ObjectType>) => {
    objects[id] = { kind, name, unit, bytes, signed: false, multiplier: 1, divisor: 1, ...more };
  };
  for (const [id, name, unit, bytes, divisor, signed] of NUMBERS)
    put(id, 'number', name, unit, bytes, { divisor, signed: signed === 'signed' });
  for (const [id, name] of BINARY) put(id, 'binary', name, '', 1);
  // The one factor that is no power of ten: 0.35 °C.
  put(0x58, 'number', 'temperature', '°C', 1, { signed: true, multiplier: 35, divisor: 100 });
  put(0x3a, 'button', 'button', '', 1);
  put(0x3c, 'dimmer', 'dimmer', '', 2);
  put(0x50, 'time', 'timestamp', 'ms', 4, { multiplier: 1000 });
  put(0x53, 'text', 'text', '', 0);
  put(0x54, 'raw', 'raw', '', 0);
  put(0xf0, 'number', 'device_type_id', '', 2);
  put(0xf1, 'version', 'firmware_version', '', 4);
  put(0xf2, 'version', 'firmware_version', '', 3);
  return objects;
}

type NumberRow = readonly [id: number, name: string, unit: string, bytes: number, divisor: number, signed?: 'signed'];
// prettier-ignore
const NUMBERS: readonly NumberRow[] = [
  [0x00, 'packet_id', '', 1, 1],
  [0x01, 'battery', '%', 1, 1],
  [0x02, 'temperature', '°C', 2, 100, 'signed'],
  [0x03, 'humidity', '%', 2, 100],
  [0x04, 'pressure', 'hPa', 3, 100],
  [0x05, 'illuminance', 'lx', 3, 100],
  [0x06, 'mass', 'kg', 2, 100],
  [0x07, 'mass', 'lb', 2, 100],
  [0x08, 'dew_point', '°C', 2, 100, 'signed'],
  [0x09, 'count', '', 1, 1],
  [0x0a, 'energy', 'kWh', 3, 1000],
  [0x0b, 'power', 'W', 3, 100],
  [0x0c, 'voltage', 'V', 2, 1000],
  [0x0d, 'pm2.5', 'µg/m³', 2, 1],
  [0x0e, 'pm10', 'µg/m³', 2, 1],
  [0x12, 'co2', 'ppm', 2, 1],
  [0x13, 'tvoc', 'µg/m³', 2, 1],
  [0x14, 'moisture', '%', 2, 100],
  [0x2e, 'humidity', '%', 1, 1],
  [0x2f, 'moisture', '%', 1, 1],
  [0x3d, 'count', '', 2, 1],
  [0x3e, 'count', '', 4, 1],
  [0x3f, 'rotation', '°', 2, 10, 'signed'],
  [0x40, 'distance', 'mm', 2, 1],
  [0x41, 'distance', 'm', 2, 10],
  [0x42, 'duration', 's', 3, 1000],
  [0x43, 'current', 'A', 2, 1000],
  [0x44, 'speed', 'm/s', 2, 100],
  [0x45, 'temperature', '°C', 2, 10, 'signed'],
  [0x46, 'uv_index', '', 1, 10],
  [0x47, 'volume', 'L', 2, 10],
  [0x48, 'volume', 'mL', 2, 1],
  [0x49, 'volume_flow_rate', 'm³/h', 2, 1000],
  [0x4a, 'voltage', 'V', 2, 10],
  [0x4b, 'gas', 'm³', 3, 1000],
  [0x4c, 'gas', 'm³', 4, 1000],
  [0x4d, 'energy', 'kWh', 4, 1000],
  [0x4e, 'volume', 'L', 4, 1000],
  [0x4f, 'water', 'L', 4, 1000],
  [0x51, 'acceleration', 'm/s²', 2, 1000],
  [0x52, 'gyroscope', '°/s', 2, 1000],
  [0x55, 'volume_storage', 'L', 4, 1000],
  [0x56, 'conductivity', 'µS/cm', 2, 1],
  [0x57, 'temperature', '°C', 1, 1, 'signed'],
  [0x59, 'count', '', 1, 1, 'signed'],
  [0x5a, 'count', '', 2, 1, 'signed'],
  [0x5b, 'count', '', 4, 1, 'signed'],
  [0x5c, 'power', 'W', 4, 100, 'signed'],
  [0x5d, 'current', 'A', 2, 1000, 'signed'],
  [0x5e, 'direction', '°', 2, 100],
  [0x5f, 'precipitation', 'mm', 2, 10],
  [0x60, 'channel', '', 1, 1],
  [0x61, 'rotational_speed', 'rpm', 2, 1],
  [0x62, 'speed', 'm/s', 4, 1_000_000, 'signed'],
  [0x63, 'acceleration', 'm/s²', 4, 1_000_000, 'signed'],
  [0x64, 'light_level', '', 1, 1],
];

const BINARY: readonly (readonly [id: number, name: string])[] = [
  [0x0f, 'generic'],
  [0x10, 'power'],
  [0x11, 'opening'],
  [0x15, 'battery'],
  [0x16, 'battery_charging'],
  [0x17, 'carbon_monoxide'],
  [0x18, 'cold'],
  [0x19, 'connectivity'],
  [0x1a, 'door'],
  [0x1b, 'garage_door'],
  [0x1c, 'gas'],
  [0x1d, 'heat'],
  [0x1e, 'light'],
  [0x1f, 'lock'],
  [0x20, 'moisture'],
  [0x21, 'motion'],
  [0x22, 'moving'],
  [0x23, 'occupancy'],
  [0x24, 'plug'],
  [0x25, 'presence'],
  [0x26, 'problem'],
  [0x27, 'running'],
  [0x28, 'safety'],
  [0x29, 'smoke'],
  [0x2a, 'sound'],
  [0x2b, 'tamper'],
  [0x2c, 'vibration'],
  [0x2d, 'window'],
];

/** id → what it is; undefined: not in the specification, and nothing behind it can be read */
export const OBJECTS: readonly (ObjectType | undefined)[] = table();
