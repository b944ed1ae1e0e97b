import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Type, type Static } from '@sinclair/typebox';
import { DEVICE_ROOT, compile, traitsOf, type Device, type ReadyConfiguration, type StoreFile } from '@aisle/contracts';
import { ownValues, type OwnValues } from './own-values.js';

/** `firmware-configs/index.json`: which files set up a device that speaks a dialect. */
const Templates = Type.Array(
  Type.Object({
    dialect: Type.String(),
    family: Type.String(),
    files: Type.Array(
      Type.Object({
        /** below the folder */
        path: Type.String({ minLength: 1 }),
        title: Type.Object({ en: Type.String(), zh: Type.Optional(Type.String()) }),
        language: Type.String(),
      }),
    ),
  }),
);
const templates = compile(Templates);

/** What is filled in for `{{name}}`. */
export interface Filling {
  deviceId: string;
  username: string;
  password: string;
  /** as text; where it is not known, words that say what belongs there */
  host: string;
  port: string;
  httpPort: string;
  storeId: string;
}
interface Log {
  warn(details: object, message: string): void;
}

/** Ready configurations: templates of the folder `firmware-configs/`, else a plain text that any tool's settings can be typed from. */
export class Configurations {
  constructor(
    /** undefined: only the plain text */
    private readonly folder: string | undefined,
    private readonly log: Log,
  ) {}

  /** Everything to paste for this device, filled in. Never throws: what cannot be read is logged, and the plain text helps on. */
  for(device: Device, filling: Filling, file: StoreFile): ReadyConfiguration[] {
    const own = ownValues(device, file);
    const found = this.#index().find(({ family, dialect }) => family === device.family && dialect === device.dialect);
    const ready = (found?.files ?? []).flatMap(({ path: name, title, language }) => {
      const text = this.#read(name);
      return text === undefined
        ? []
        : [{ file: path.basename(name), title, language, text: fill(text, filling, own, path.extname(name)) }];
    });
    return ready.length > 0 ? ready : plainText(device, filling);
  }

  #index(): Static<typeof Templates> {
    const text = this.#read('index.json');
    if (text === undefined) return [];
    try {
      const checked = templates.check(JSON.parse(text));
      if (checked.ok) return checked.value;
      const { field, message } = checked.problem;
      this.log.warn(
        { folder: this.folder, field },
        `the list of ready configurations cannot be used: ${field} ${message}`,
      );
    } catch {
      this.log.warn({ folder: this.folder }, 'the list of ready configurations is not JSON');
    }
    return [];
  }

  #read(name: string): string | undefined {
    if (this.folder === undefined) return undefined;
    const file = path.resolve(this.folder, name);
    if (!file.startsWith(path.resolve(this.folder) + path.sep)) return undefined;
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      this.log.warn({ file, reason: (error as Error).message }, 'a ready configuration cannot be read');
      return undefined;
    }
  }
}

const BLOCK = /^[^\S\n]*\{\{#(\w+)\}\}[^\S\n]*\n([\s\S]*?)^[^\S\n]*\{\{\/\1\}\}[^\S\n]*\n/gm;

/**
 * Puts the values in; names that are none of ours stay as they are (some tools have braces of their own). Lines between `{{#list}}` and
 * `{{/list}}` are there for each item of the list. @param extension of the file, such as `.xml`: what quotes would break is escaped
 */
export function fill(text: string, filling: Filling, own: OwnValues = NOTHING, extension = ''): string {
  const escape = ESCAPES[extension] ?? ((value: string) => value);
  const put = (part: string, values: Readonly<Record<string, string>>, isOwn: boolean): string =>
    part.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => {
      const value = Object.hasOwn(values, name) ? (values[name] as string) : undefined;
      return value === undefined ? whole : isOwn ? escape(value) : value;
    });
  const list = (part: string): string =>
    part.replaceAll(BLOCK, (whole, name: string, lines: string) => {
      const items = Object.hasOwn(own.lists, name) ? own.lists[name] : undefined;
      return items ? items.map((item) => put(lines, item, true)).join('') : whole;
    });
  // A list may stand within one.
  const listed = list(list(text));
  return put(put(listed, { ...filling }, false), own.values, true);
}
const NOTHING: OwnValues = { values: {}, lists: {} };

const inQuotes = (value: string): string => JSON.stringify(value).slice(1, -1);
const ESCAPES: Readonly<Record<string, (value: string) => string>> = {
  '.xml': (value) =>
    value.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] as string),
  '.json': inQuotes,
  '.yaml': inQuotes,
  '.yml': inQuotes,
};

function plainText(device: Device, filling: Filling): ReadyConfiguration[] {
  const { deviceId, username, password, host, port, httpPort } = filling;
  const ready: ReadyConfiguration[] = [];
  const native = traitsOf(device).native === true;
  if (device.family === 'screen' && native)
    ready.push({
      file: `${deviceId}-player.txt`,
      title: { en: 'Address of the player, for a browser in kiosk mode', zh: '播放器地址（浏览器展示模式）' },
      language: 'text',
      text: `http://${host}:${httpPort}/player/${encodeURIComponent(deviceId)}#key=${password}\n`,
    });
  const topics = native ? [`${DEVICE_ROOT}/${deviceId}/`] : (device.topics ?? []);
  ready.push({
    file: `${deviceId}-mqtt.txt`,
    title: { en: 'MQTT settings', zh: 'MQTT 设置' },
    language: 'text',
    text: [
      `broker     ${host}`,
      `port       ${port}`,
      'protocol   MQTT 3.1.1 (version 4), TCP; over WebSocket:',
      `           ws://${host}:${httpPort}/mqtt`,
      `client id  ${deviceId}`,
      `user name  ${username}`,
      `password   ${password}`,
      'QoS        1',
      ...(topics.length > 0 ? [`topics     ${topics.join(', ')}${native ? '… (see docs/devices)' : ''}`] : []),
      ...(native
        ? [
            `last will  ${DEVICE_ROOT}/${deviceId}/state, retained: {"state":"offline"}`,
            '',
            'Try it:',
            `mosquitto_pub -V mqttv311 -h ${host} -p ${port} -u ${username} -P '${password}' -q 1 \\`,
            `  -t ${DEVICE_ROOT}/${deviceId}/state -m '{"state":"online"}'`,
          ]
        : []),
      '',
    ].join('\n'),
  });
  return ready;
}
