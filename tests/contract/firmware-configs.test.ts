import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Device } from '@aisle/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DIALECTS } from '../../agent/src/devices/registry.js';
import { Configurations } from '../../cloud/src/enrolment/configurations.js';
import { ownValues } from '../../cloud/src/enrolment/own-values.js';
import { FOLDER, elements, filled, filledJson, filledXml, filledYaml, fillingFor, raw, readmeDevices, storeWith, templates } from '../support/firmware.js'; // prettier-ignore
import { OMG_COMMANDS, ONVIF_RULES, SCHEMAS } from '../support/firmware-schemas.js';

const temporary = mkdtempSync(path.join(tmpdir(), 'firmware-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

interface Entry {
  family: Device['family'];
  dialect: string;
  files: { path: string; title: { en: string; zh?: string }; language: string }[];
}
const index = JSON.parse(raw('index.json')) as Entry[];
const folders = [...new Set(templates().map((file) => path.dirname(file)))];
const has = (tool: string): boolean => spawnSync('which', [tool]).status === 0;
const ofKind = (extension: string) => templates().filter((file) => file.endsWith(extension));
const OTHER_BRACES = /\{\{\s*(\w+)\s*\}\}/g;

describe('the list of ready configurations', () => {
  it('has an entry for every dialect that the agent reads, in both languages', () => {
    const wanted = DIALECTS.filter(({ family }) => family !== undefined).map(({ family, name }) => `${family} ${name}`);
    expect(index.map(({ family, dialect }) => `${family} ${dialect}`).sort()).toEqual(wanted.sort());
    for (const { files } of index) {
      expect(files.length).toBeGreaterThan(0);
      // The page tells them apart by their names.
      expect(new Set(files.map((file) => path.basename(file.path))).size).toBe(files.length);
      for (const { title } of files) expect(title.en && title.zh).toBeTruthy();
    }
  });

  it('leaves out no file but the bridge, which is of no dialect', () => {
    const listed = index.flatMap(({ files }) => files.map((file) => file.path));
    expect([...new Set(listed), 'mosquitto-bridge/bridge.conf'].sort()).toEqual(templates());
  });

  it.each(index.map((entry) => [`${entry.family} ${entry.dialect}`, entry] as const))(
    'is filled in for %s as the cloud does it, with nothing left open',
    (_, { family, dialect, files }) => {
      const problems: string[] = [];
      const configurations = new Configurations(FOLDER, { warn: (_details, message) => void problems.push(message) });
      const filling = fillingFor('dev-1');
      const ready = configurations.for({ id: 'dev-1', family, dialect } as Device, filling, storeWith([]));
      expect(problems).toEqual([]);
      expect(ready.map(({ file }) => file)).toEqual(files.map((file) => path.basename(file.path)));
      const all = ready.map(({ text }) => text).join('\n');
      expect(all).not.toMatch(OTHER_BRACES);
      // What speaks over BLE, or for the agent itself, has no account.
      if (!['bthome', 'bluez'].includes(dialect)) {
        for (const value of [filling.password, filling.host]) expect(all).toContain(value);
        expect(all).toContain(family === 'screen' ? filling.httpPort : filling.port);
      }
    },
  );

  it('uses no placeholder that is not filled in', () => {
    const device = { id: 'x', family: 'till', dialect: 'csv', csv: { columns: { receipt: 'a', date: 'b', gtin: 'c', net: 'd' } } } as Device; // prettier-ignore
    const shelf = readmeDevices('esphome-shelf')[0] as Device;
    const { values, lists } = ownValues({ ...shelf, ...device, antennas: [{ antenna: 1 }], rules: readmeDevices('onvif-camera')[0]?.rules ?? [] }, storeWith([])); // prettier-ignore
    const items = Object.values(lists).flatMap((list) => list.flatMap((item) => Object.keys(item)));
    const known = [...Object.keys(fillingFor('x')), ...Object.keys(values), ...items];
    for (const file of templates())
      for (const [, name] of raw(file).matchAll(OTHER_BRACES)) expect(known, `${file}: ${name}`).toContain(name);
    for (const file of templates())
      for (const [, name] of raw(file).matchAll(/\{\{[#/](\w+)\}\}/g)) expect(Object.keys(lists), file).toContain(name);
  });
});

describe('the guides beside them', () => {
  it.each(folders)(
    '%s/README.md has a store-file example that the store file accepts, and says what was not tried',
    (folder) => {
      const text = raw(`${folder}/README.md`);
      expect(() => storeWith(readmeDevices(folder))).not.toThrow();
      expect(text).toMatch(/\*\*Open\*\*|## Open/);
      expect(text).toMatch(/\*\*Change\*\*/);
      for (const [, target] of text.matchAll(/\]\((\.[^)#]+)/g))
        expect(existsSync(path.join(FOLDER, folder, target as string)), target).toBe(true);
    },
  );

  it('the index names every folder, its guide and its simulator', () => {
    const text = raw('README.md');
    for (const folder of folders) expect(text).toContain(`](${folder}/README.md)`);
    for (const [, target] of text.matchAll(/\]\((\.\.[^)#]+)/g))
      expect(existsSync(path.join(FOLDER, target as string)), target).toBe(true);
    const simulators = path.resolve(FOLDER, '../simulators/src/devices');
    for (const [, source] of text.matchAll(/`([a-z/-]+\.ts)`/g))
      expect(existsSync(path.join(simulators, source as string)), source).toBe(true);
  });
});

const read = (file: string): unknown => (/\.ya?ml$/.test(file) ? filledYaml(file, 'dev-1') : filledJson(file, 'dev-1'));

describe('the index of the device guides', () => {
  const folder = path.resolve(FOLDER, '../docs/devices');
  const text = readFileSync(path.join(folder, 'README.md'), 'utf8');
  const rows = text.split('\n').filter((line) => /^\| (camera|shelf|rfid|ble|till|screen) \|/.test(line));

  it('has a row for every dialect, with a configuration that the list has and a simulator that is there', () => {
    const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()));
    const named = cells.map(([, family, dialect]) => `${family} ${dialect?.replaceAll('`', '')}`);
    expect(named.sort()).toEqual(index.map(({ family, dialect }) => `${family} ${dialect}`).sort());
    for (const [, family, dialect, , , configuration, simulator] of cells) {
      const entry = index.find((one) => one.family === family && `\`${one.dialect}\`` === dialect);
      for (const file of entry?.files ?? []) expect(configuration).toContain(`${path.dirname(file.path)}/README.md`);
      for (const [, source] of (simulator ?? '').matchAll(/`([a-z/-]+\.ts)`/g))
        expect(existsSync(path.resolve(FOLDER, '../simulators/src/devices', source as string)), source).toBe(true);
    }
  });

  it('links to nothing that is not there', () => {
    for (const [, target] of text.matchAll(/\]\(([^)#:]+)[)#]/g))
      expect(existsSync(path.join(folder, target as string)), target).toBe(true);
  });
});

describe('every key is one that the maker documents', () => {
  it('of every YAML and JSON file', () => {
    const data = templates().filter((file) => /\.(ya?ml|json)$/.test(file) || file.endsWith('theengsgw.conf'));
    expect([...SCHEMAS.keys()].sort()).toEqual(data);
  });

  it.each([...SCHEMAS])('%s', (file, schema) => {
    expect(schema.problems(read(file))).toEqual([]);
    // The schema sees every depth: a key that nobody knows is found wherever it stands.
    const places = objectsIn(read(file)).length;
    for (let place = 0; place < places; place += 1) {
      const value = read(file);
      const object = objectsIn(value)[place] as Record<string, unknown>;
      object['not_a key'] = 'x';
      expect(schema.check(value).ok, `${file}: object ${place} of ${places} takes any key`).toBe(false);
    }
  });

  it('of OpenMQTTGateway’s commands', () => {
    const lines = filled('openmqttgateway/console.txt', 'gw-1').trim().split('\n');
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) {
      const [topic = '', ...rest] = line.split(' ');
      for (const key of Object.keys(JSON.parse(rest.join(' ')) as object)) expect(OMG_COMMANDS[topic]).toContain(key);
    }
  });

  it('of ONVIF’s rules and of its event broker', () => {
    const rules = elements(filledXml('onvif-camera/rules.xml', 'cam'), 'Rule');
    for (const rule of rules) {
      const { items } = ONVIF_RULES[rule.attributes['Type'] ?? ''] ?? { items: [] };
      const given = [...elements(rule, 'SimpleItem'), ...elements(rule, 'ElementItem')];
      expect(given.length).toBeGreaterThan(1);
      for (const item of given) expect(items, rule.attributes['Name']).toContain(item.attributes['Name']);
      for (const point of elements(rule, 'Point'))
        for (const axis of ['x', 'y']) expect(Math.abs(Number(point.attributes[axis]))).toBeLessThanOrEqual(1);
    }
    const broker = elements(filledXml('onvif-camera/event-broker.xml', 'cam'), 'EventBroker')[0];
    // The schema's elements are a sequence: their order counts.
    const order = ['Address', 'TopicPrefix', 'UserName', 'Password', 'CertificateID', 'PublishFilter', 'QoS'];
    const names = broker?.children.map(({ name }) => name);
    expect(names).toEqual(order.filter((name) => name !== 'CertificateID'));
  });

  it('pins of a board are used once, and only those that can be read and written', () => {
    for (const file of ofKind('.yaml')) {
      const { sensor } = filledYaml<{ sensor: { dout_pin: string; clk_pin: string }[] }>(file, 'dev-1');
      const pins = sensor.flatMap(({ dout_pin, clk_pin }) => [dout_pin, clk_pin]);
      expect(new Set(pins).size).toBe(pins.length);
      // Flash, serial console, and those that decide how the chip starts.
      for (const pin of pins) expect([0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 15]).not.toContain(Number(pin.slice(4)));
    }
  });
});

describe('the tools’ own checkers', () => {
  it.each(ofKind('.sh'))('sh: %s', (file) => {
    execFileSync('sh', ['-n'], { input: filled(file, 'dev-1') });
  });

  it.each(ofKind('.xml'))('XML: %s is well-formed', (file) => {
    expect(filledXml(file, 'dev-1').name).toBe('Envelope');
  });

  it.skipIf(!has('systemd-analyze'))('systemd-analyze verify: the kiosk’s unit', () => {
    const unit = filled('screen-kiosk/aisle-kiosk.service', 'screen-1');
    // What this machine need not have installed stands in for itself.
    const here = unit.replaceAll('/usr/bin/cage', '/bin/true');
    const file = path.join(temporary, 'aisle-kiosk.service');
    const verify = (text: string) => {
      writeFileSync(file, text);
      const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
      return stderr.split('\n').filter((line) => line.includes('aisle-kiosk'));
    };
    expect(verify(here)).toEqual([]);
    expect(verify(here.replace('Restart=always', 'Restart=always\nNoSuchKey=1')).join()).toMatch(/NoSuchKey/);
  });

  it('the kiosk weakens no sandbox', () => {
    const commands = filled('screen-kiosk/aisle-kiosk.service', 'screen-1').replaceAll(/^#.*$/gm, '');
    expect(commands).not.toMatch(/no-sandbox|disable-web-security|NoNewPrivileges|RestrictNamespaces|User=root/);
    const env = filled('screen-kiosk/kiosk.env', 'screen-1');
    const { password } = fillingFor('screen-1');
    expect(env).toContain(`AISLE_PLAYER="http://192.168.1.5:8090/player/screen-1#key=${password}"`);
    expect(filled('screen-kiosk/player.txt', 'screen-1').trim()).toBe(/AISLE_PLAYER="(.*)"/.exec(env)?.[1]);
  });

  // No Debian package has it: where somebody has installed it, it looks too.
  it.each(has('esphome') ? ofKind('.yaml') : [])('esphome config: %s', { timeout: 120_000 }, (file) => {
    const folder = mkdtempSync(path.join(temporary, 'esphome-'));
    writeFileSync(path.join(folder, 'node.yaml'), filled(file, 'shelf-2'));
    writeFileSync(
      path.join(folder, 'secrets.yaml'),
      'wifi_ssid: shop\nwifi_password: secret-123\nota_password: other\n',
    );
    execFileSync('esphome', ['config', path.join(folder, 'node.yaml')], { stdio: 'pipe' });
  });

  it('YAML files have no key twice and no tab', () => {
    for (const file of [...ofKind('.yaml'), ...ofKind('.yml')]) {
      expect(() => parse(filled(file, 'dev-1').replaceAll('!secret ', ''), { uniqueKeys: true })).not.toThrow();
      expect(readFileSync(path.join(FOLDER, file), 'utf8')).not.toContain('\t');
    }
  });
});

/** Every object in a value, the value itself first. Objects that are maps by name of a shop's own take any name, but no odd one. */
function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value, ...inner];
}
