import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { MqttClient } from 'mqtt';
import { describe, expect, it } from 'vitest';
import type { DeviceEvent, Fact, StoreFile } from '@aisle/contracts';
import { systemClock } from '../../src/adapters/system.js';
import { metric, openShop, refusedCount, sha256, storeFileCommand, until, type Shop } from './harness.js';

/**
 * Inputs after reports from the field, through a real connection into the running agent. Each kind of fault has inputs of its own here; those of
 * AISLE_RECORDINGS/field-cases are tried besides, against the answers that lie beside them.
 */
const MILK = '06901234567892';
const SHOP: StoreFile = {
  store: { id: 'demo', name: 'Field', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 20, depth: 10 },
  entrances: [{ id: 'main', line: [[8, 10], [12, 10]], inward: [0, -1] }], // prettier-ignore
  zones: [
    { id: 'dairy', kind: 'aisle', category: 'dairy', polygon: [[0, 0], [5, 0], [5, 5], [0, 5]] }, // prettier-ignore
    { id: 'bread', kind: 'aisle', polygon: [[6, 0], [9, 0], [9, 5], [6, 5]] }, // prettier-ignore
  ],
  products: [
    { gtin: MILK, category: 'dairy', price: 12.5, unitGrams: 1030 },
    { gtin: '06901234567908', category: 'dairy', price: 8, unitGrams: 200 },
  ],
  fixtures: [
    {
      id: 'fx-1',
      zone: 'dairy',
      slots: [
        { id: 'fx-1-a', gtin: MILK },
        { id: 'fx-1-b', gtin: '06901234567908' },
      ],
    },
  ],
  staff: { badges: [
    { id: 'anna', ibeacon: { uuid: 'fda50693-a4e2-4fb1-afcf-c6eb07647825', major: 1, minor: 2 } },
    { id: 'ben', eddystone: { namespace: '00112233445566778899', instance: 'aabbccddeeff' } },
  ] }, // prettier-ignore
  devices: [
    { id: 'frig-1', family: 'camera', dialect: 'frigate', nvrCamera: 'front', covers: ['dairy'] },
    { id: 'zeb-1', family: 'rfid', dialect: 'zebra', fixture: 'fx-1' },
    { id: 'imp-1', family: 'rfid', dialect: 'impinj', fixture: 'fx-1' },
    {
      id: 'cam-door',
      family: 'camera',
      dialect: 'onvif',
      covers: ['main'],
      rules: [
        { rule: 'Door in', kind: 'line', entrance: 'main', direction: 'in' },
        { rule: 'Bread', kind: 'field', zone: 'bread' },
        { rule: 'Device1Scenario1', kind: 'counter', entrance: 'main', direction: 'in' },
        { rule: 'Device1Scenario2', kind: 'line', entrance: 'main', direction: 'out' },
        { rule: 'Device1Scenario3', kind: 'occupancy', zone: 'dairy' },
      ],
    },
    { id: 'gw-1', family: 'ble', dialect: 'theengs', zone: 'dairy' },
    {
      id: 'shelf-1',
      family: 'shelf',
      dialect: 'esphome',
      fixture: 'fx-1',
      sensors: [
        { sensor: 'slot_a', slot: 'fx-1-a' },
        { sensor: 'slot_b', slot: 'fx-1-b' },
      ],
    },
    { id: 'till-1', family: 'till', dialect: 'aisle' },
  ],
};

const folder = path.join(process.env['AISLE_RECORDINGS'] ?? '/nowhere', 'field-cases');
const cases = existsSync(folder) ? readdirSync(folder) : [];
const has = (name: string) => cases.includes(name);
const json = <T>(...parts: string[]): T => JSON.parse(readFileSync(path.join(folder, ...parts), 'utf8')) as T;
interface Told {
  topic: string;
  payload: unknown;
}
const messagesOf = (name: string) => json<Told[]>(name, 'messages.json');
const expectedOf = (name: string) => json<{ expected: Record<string, unknown> }>(name, 'expected.json').expected;

/** One shop for one story: started, spoken to by the account of a device, and ended. */
async function live<T>(
  account: string,
  tell: (say: (topic: string, payload: unknown) => Promise<void>, shop: Shop, client: MqttClient) => Promise<T>,
  now?: () => number,
): Promise<T> {
  const shop = await openShop({
    withStore: false,
    ...(now && { deps: { clock: { ...systemClock, now } } }),
  });
  try {
    shop.cloud.command(storeFileCommand(1, SHOP));
    await until('the store file', () => shop.agent.host.config);
    const seq = 2;
    shop.cloud.command({ seq, kind: 'credential', deviceId: account, sha256: sha256('secret') });
    const client = await until('the account', () => shop.connect(account, 'secret').catch(() => undefined));
    return await tell(
      async (topic, payload) => {
        const bytes = typeof payload === 'string' ? payload : JSON.stringify(payload);
        await client.publishAsync(topic, bytes, { qos: 1 });
      },
      shop,
      client,
    );
  } finally {
    await shop.end();
  }
}

const factsOf = <K extends Fact['kind']>(shop: Shop, kind: K) =>
  [...shop.cloud.facts.values()].filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);
const refusedOf = (shop: Shop, device: string) => shop.agent.refusedTotals().get(device) ?? [];
const ignored = async (shop: Shop, device: string, reason: string) =>
  (await metric(shop, `aisle_messages_ignored_total{device="${device}",reason="${reason}"}`)) ?? 0;
/** What went into the journal of a device, in order. */
async function told(shop: Shop, device: string): Promise<DeviceEvent[]> {
  const events: DeviceEvent[] = [];
  await shop.agent.journal.replay(0, ({ event }) => {
    if ('digest' in event && event.deviceId === device) events.push(event);
  });
  return events;
}
const statesOf = async (shop: Shop, device: string) =>
  (await told(shop, device)).flatMap((event) => (event.kind === 'deviceState' ? [event.state] : []));
const readsOf = async (shop: Shop, device: string) =>
  (await told(shop, device)).flatMap((event) => (event.kind === 'reads' ? event.reads.map(([epc]) => epc) : []));
const entries = (shop: Shop) => factsOf(shop, 'crossings').reduce((sum, { value }) => sum + value.in, 0);
const exits = (shop: Shop) => factsOf(shop, 'crossings').reduce((sum, { value }) => sum + value.out, 0);
const items = (shop: Shop) =>
  factsOf(shop, 'slot').map(({ subject, value }) => [subject, value.pickups, value.putbacks]);

const AT = '2026-03-02T04:00:00';
const EPC = '3034257BF7194E4000001A85';
const LINE = 'cam-door/onvif-ej/RuleEngine/LineDetector/Crossed/&1/2/Door in';
const crossed = (second: number | string, Data: object, more: object = {}) => ({
  UtcTime: `2026-03-02T04:00:${String(second).padStart(2, '0')}Z`,
  Source: { VideoSource: '1', Rule: 'Door in' },
  Data,
  ...more,
});

describe('a camera that says ONVIF events', () => {
  it('counts no flag that is false or initial, and says where it stays', () =>
    live('cam-door', async (say, shop) => {
      await say(LINE, crossed(0, { State: 'false' }, { PropertyOperation: 'Initialized' }));
      await say(LINE, crossed(1, { State: 'true' }, { PropertyOperation: 'Initialized' }));
      for (const [second, flag] of [true, false, '1', '0', 'True', 'FALSE', 1, 0].entries())
        await say(LINE, crossed(10 + second, second < 4 ? { State: flag } : { IsCrossed: flag }));
      await say(LINE, crossed(30, { ObjectId: '5' }, { PropertyOperation: 'Deleted' }));
      await say(LINE, crossed(31, { State: 'perhaps' }));
      await until('four people', () => entries(shop) === 4);
      expect(await ignored(shop, 'cam-door', 'noEvent')).toBe(7);
      expect(await refusedCount(shop, 'cam-door', 'malformed')).toBe(1);
    }));

  it('counts as many objects as a list holds, and each that is no person elsewhere', () =>
    live('cam-door', async (say, shop) => {
      const lists: [object, number, number][] = [
        [{ ObjectId: '1', ClassTypes: 'Human' }, 1, 0],
        [{ ObjectId: '2', ClassTypes: 'Face Human' }, 1, 0],
        [{ ObjectId: '3 4 5', ClassTypes: 'Human Vehicle Human' }, 2, 1],
        [{ ObjectId: ['6', 7], ClassTypes: ['Person', 'Pedestrian'] }, 2, 0],
        [{ ObjectId: '8,9', ClassTypes: 'Human' }, 2, 0],
        [{ ClassTypes: 'Human Human' }, 2, 0],
        [{ ClassTypes: 'Human Face' }, 1, 0],
        [{ ObjectId: '10', ClassTypes: 'Vehicle' }, 0, 1],
        [{ ObjectId: '11 12', ClassTypes: 'Car Truck' }, 0, 2],
        [{ ObjectId: '13 14' }, 2, 0],
        [{ Object: [{ Appearance: { Class: { Type: 'Human' } } }, { Appearance: { Class: { Type: 'Bike' } } }] }, 1, 1],
      ];
      let people = 0;
      let others = 0;
      for (const [index, [data, more, besides]] of lists.entries()) {
        await say(LINE, crossed(index, data));
        people += more;
        others += besides;
        await until(JSON.stringify(data), () => entries(shop) === people);
        expect(await ignored(shop, 'cam-door', 'notPerson'), JSON.stringify(data)).toBe(others);
      }
      expect(refusedOf(shop, 'cam-door')).toEqual([]);
    }));

  it('takes each of several objects in an area for itself', () =>
    live('cam-door', async (say, shop) => {
      const area = (second: number, IsInside: boolean) =>
        say('cam-door/onvif-ej/RuleEngine/FieldDetector/ObjectsInside/&1/Bread', {
          ...crossed(second, { ObjectId: '4 5 6', ClassTypes: 'Human Human Dog', IsInside }),
          Source: { Rule: 'Bread' },
        });
      await area(0, true);
      await area(9, false);
      await until('two visits', () => factsOf(shop, 'zone').some(({ value }) => value.visits === 2));
    }));

  it('reads several events of one message, each for itself, and counts no state that is initial', () =>
    live('cam-door', async (say, shop) => {
      const one = (second: number, more: object = {}) => crossed(second, { ObjectId: String(second) }, more);
      await say(LINE, [one(1), one(2), { UtcTime: 'never' }]);
      await say(LINE, `${JSON.stringify(one(3))}\n${JSON.stringify(one(4))}`);
      const topic = 'tns1:RuleEngine/LineDetector/Crossed';
      const notice = (Topic: unknown, event: object) => ({ Topic, Message: { Message: event } });
      const told = {
        Notify: {
          NotificationMessage: [
            notice(topic, one(5)),
            notice({ '#text': topic }, one(6)),
            notice('tns1:VideoSource/MotionAlarm', one(7)),
            notice('tns1:RuleEngine/MyDetector/Seen', one(8)),
          ],
        },
      };
      await say('cam-door/onvif-ej', told);
      // Nobody crosses by being told how things stand; where nothing can stand, somebody has.
      await say(LINE, crossed(9, { ObjectId: '9', State: 'active' }, { PropertyOperation: 'initialized' }));
      await say(LINE, one(10, { PropertyOperation: 'Initialized' }));
      await say(LINE, crossed(11, { ObjectId: '11', State: 'active' }));
      await until('all of them', () => entries(shop) === 8);
      expect(refusedOf(shop, 'cam-door')).toEqual([
        expect.objectContaining({ reason: 'malformed', count: 1 }),
        expect.objectContaining({ reason: 'unsupported', count: 1 }),
      ]);
    }));

  it('takes two people in one second of its clock for two, and one message that MQTT sends again for one', () =>
    live('cam-door', async (say, shop, client) => {
      const body = JSON.stringify(crossed(5, {}));
      await say(LINE, body);
      await say(LINE, body);
      await client.publishAsync(LINE, body, { qos: 1, dup: true });
      await until('two', () => entries(shop) === 2);
      expect(await refusedCount(shop, 'cam-door', 'duplicate')).toBe(1);
      // A clock that tells more: the same words are the same event.
      const finer = JSON.stringify(crossed('09.250', {}));
      await say(LINE, finer);
      await say(LINE, finer);
      await until('three', () => entries(shop) === 3);
      expect(await refusedCount(shop, 'cam-door', 'duplicate')).toBe(2);
    }));

  it("reads what Axis' own MQTT page publishes: counts, areas, objects, its last will; the rest is chatter", () =>
    live('cam-door', async (say, shop) => {
      const axis = (name: string, second: number, data: object, space = '') =>
        say(`cam-door/event/${space}CameraApplicationPlatform/ObjectAnalytics/${name}`, {
          topic: `axis:CameraApplicationPlatform/ObjectAnalytics/${name}`,
          timestamp: Date.parse(`${AT}Z`) + second * 1000,
          serial: '0123456789AB',
          message: { source: {}, key: {}, data },
        });
      await axis('Device1Scenario1', 0, { reason: 'human', total: '13', totalHuman: '12', totalCar: '1' });
      await axis('Device1Scenario1', 9, { reason: 'human', total: '15', totalHuman: '14', totalCar: '1' }, 'tns:axis/');
      await axis('Device1Scenario1', 12, { reason: 'car', total: '16', totalHuman: '14', totalCar: '2' });
      await until('two in', () => entries(shop) === 2);
      await axis('Device1Scenario2', 20, { active: '1', objectId: '7', classTypes: 'human' });
      await axis('Device1Scenario2', 21, { active: '0', objectId: '7', classTypes: 'human' });
      await axis('Device1Scenario2', 22, { active: '1', objectId: '8', classTypes: 'car' });
      await until('one out', () => exits(shop) === 1);
      await axis('Device1Scenario3', 25, { total: '4', human: '3', car: '1' });
      await axis('Device1ScenarioANY', 26, { active: '1' });
      await say('cam-door/event/tns:onvif/Device/tns:axis/IO/Port/$source/port/1', {
        topic: 'onvif:Device/axis:IO/Port',
        timestamp: Date.parse(`${AT}Z`),
        message: { source: { port: '1' }, key: {}, data: { state: '0' } },
      });
      await say('cam-door/event/connection', { connected: true });
      await say('cam-door/event/connection', { connected: false });
      expect(await statesOf(shop, 'cam-door')).toEqual(['online', 'offline']);
      const noticed = (await told(shop, 'cam-door')).filter(({ kind }) => kind === 'noticed');
      expect(noticed).toMatchObject([{ what: 'occupancy', zoneId: 'dairy', count: 3 }]);
      expect(refusedOf(shop, 'cam-door')).toEqual([]);
      expect(await ignored(shop, 'cam-door', 'chatter')).toBe(2);
      await axis('Device1Scenario9', 30, { total: '1', totalHuman: '1' });
      expect(refusedOf(shop, 'cam-door')[0]?.sample).toContain('"Device1Scenario9" is no counter rule');
    }));
});

describe('an NVR of any version', () => {
  it('goes offline by every word for an end, and tells of its cameras in either layout', () =>
    live('frig-1', async (say, shop) => {
      await say('frigate/available', 'online');
      await say('frigate/available', 'stopped');
      await say('frigate/stats', { front: { camera_fps: 5.1 }, detectors: {}, service: { last_updated: 1772424000 } });
      await say('frigate/stats', { cameras: { front: { camera_fps: 0 } }, service: { last_updated: 1772424060.5 } });
      await say('frigate/front/status/detect', 'online');
      await say('frigate/front/status/detect', 'disabled');
      expect(await statesOf(shop, 'frig-1')).toEqual(['online', 'offline', 'online', 'offline', 'online', 'offline']);
      expect(refusedOf(shop, 'frig-1')).toEqual([]);
      await say('frigate/stats', { front: { camera_fps: 5 } });
      await say('frigate/available', 'ajar');
      expect(await refusedCount(shop, 'frig-1', 'malformed')).toBe(2);
    }));

  it('may say of cars and dogs what it likes, and is no trouble for all else that it says', () =>
    live('frig-1', async (say, shop) => {
      await say('frigate/events', { type: 'new', after: { camera: 'front', label: 'car', box: null } });
      for (const topic of ['front/person', 'front/all/active', 'reviews', 'camera_activity', 'notifications/state'])
        await say(`frigate/${topic}`, '1');
      expect(refusedOf(shop, 'frig-1')).toEqual([]);
      expect(await ignored(shop, 'frig-1', 'notPerson')).toBe(1);
      expect(await ignored(shop, 'frig-1', 'chatter')).toBe(5);
      // Another account has no business there.
      await say('zebra/zeb-1/tagEvents', '{}');
      expect(await refusedCount(shop, 'frig-1', 'topic')).toBe(1);
    }));
});

describe('RFID readers', () => {
  const tag = (idHex: unknown, more: object = {}) => ({
    type: 'SIMPLE',
    timestamp: `${AT}.000+0000`,
    data: { idHex, antenna: 1, peakRssi: -50, ...more },
  });

  it('Zebra: management events say that it lives, whatever names them; a broken one costs itself', () =>
    live('zeb-1', async (say, shop) => {
      const events = [{ type: 'heartbeat' }, { eventType: 'gpi' }, { component: 'RG', eventNum: 3, data: { x: 1 } }];
      for (const event of events) await say('zebra/zeb-1/managementEvents', event);
      expect(await statesOf(shop, 'zeb-1')).toEqual(['online', 'online', 'online']);
      expect(refusedOf(shop, 'zeb-1')).toEqual([]);
      await say('zebra/zeb-1/tagEvents', [tag(EPC), tag('XYZ'), { type: 'heartbeat' }, tag('30')]);
      expect(await readsOf(shop, 'zeb-1')).toEqual([EPC, '30']);
      expect(await refusedCount(shop, 'zeb-1', 'malformed')).toBe(1);
      await say('zebra/zeb-1/tagEvents', JSON.stringify(tag('3001')) + JSON.stringify(tag('3002')));
      await say('zebra/zeb-1/tagEvents', `${JSON.stringify(tag('3003'))}\n{"type":\n${JSON.stringify(tag('3004'))}`);
      expect(await readsOf(shop, 'zeb-1')).toEqual([EPC, '30', '3001', '3002', '3003', '3004']);
      expect(await refusedCount(shop, 'zeb-1', 'malformed')).toBe(2);
      await say('zebra/zeb-1/tagEvents', { type: 'SIMPLE', timestamp: 1, data: {} });
      expect(await refusedCount(shop, 'zeb-1', 'malformed')).toBe(3);
    }));

  it('Impinj: the key names the event, and one that nobody knows costs only itself', () =>
    live('imp-1', async (say, shop) => {
      const timestamp = `${AT}.1Z`;
      await say('impinj/imp-1/events', [
        { timestamp, tagInventoryEvent: { epcHex: EPC, antennaPort: 1 } },
        { timestamp, hoverEvent: { what: 'ever' } },
        { timestamp, tagInventoryEvent: { antennaPort: 1 } },
        { timestamp },
        { timestamp, tagInventoryEvent: { epcHex: '3005' } },
      ]);
      expect(await readsOf(shop, 'imp-1')).toEqual([EPC, '3005']);
      expect(await refusedCount(shop, 'imp-1', 'malformed')).toBe(2);
      await say('impinj/imp-1/events', { antennaConnectedEvent: { antennaPort: 2 } });
      expect(await statesOf(shop, 'imp-1')).toEqual(['online']);
    }));
});

describe('a scale', () => {
  it.each([8388607, -8388608, 8388608])('counts nothing while its converter stands at %d', (end) =>
    stuckAt(String(end)),
  );
});

/** 4 a second: 6 s of goods, 8 s at the end of the converter, 6 s of goods. */
async function stuckAt(value: string): Promise<void> {
  const start = Date.now();
  let ts = start;
  await live(
    'shelf-1',
    async (say, shop) => {
      for (let sample = 0; sample < 80; sample += 1) {
        ts = start + sample * 250;
        const isStuck = sample >= 24 && sample < 56;
        await say('shelf-1/sensor/slot_b/state', isStuck ? value : `2000.${sample % 10}`);
      }
      await until('the last sample', () => factsOf(shop, 'slot').length > 0);
      expect(items(shop).map(([, pickups, putbacks]) => [pickups, putbacks])).toContainEqual([0, 0]);
      for (const [, pickups, putbacks] of items(shop)) expect([pickups, putbacks]).toEqual([0, 0]);
      expect(await refusedCount(shop, 'shelf-1', 'malformed')).toBe(32);
    },
    () => ts,
  );
}

describe('badges', () => {
  it('are known by who they are, with or without power, battery or name of a model', () =>
    live('gw-1', async (say, shop) => {
      const beacon = { uuid: 'fda50693a4e24fb1afcfc6eb07647825', major: 1, minor: 2, rssi: -58 };
      const forms = [
        { ...beacon, model_id: 'IBEACON', volt: 2.6 },
        { ...beacon, uuid: beacon.uuid.toUpperCase(), power: 'n/a' },
        { ...beacon, major: '1', minor: '2', model_id: 'MOKO', txpower: 999 },
        { manufacturerdata: `4c000215${beacon.uuid}00010002`, rssi: -58 },
        { manufacturerdata: `4c000215${beacon.uuid}00010002c5aa`, rssi: -58 },
      ];
      const sent = [
        ...forms.map((form): [string, object] => ['anna', form]),
        ['ben', { namespace: '00112233445566778899', instance: 'AABBCCDDEEFF', rssi: -50 }],
        ['ben', { servicedatauuid: 'feaa', servicedata: '00e700112233445566778899aabbccddeeff00000199', rssi: -50 }],
      ] as [string, object][];
      for (const [index, [who, form]] of sent.entries()) {
        const from = Date.now();
        await say(`home/gw-1/BTtoMQTT/C0FFEE00000${index}`, form);
        await until(`${who} by ${JSON.stringify(form)}`, async () => {
          await say(`home/gw-1/BTtoMQTT/C0FFEE00000${index}`, form);
          const heard = (await told(shop, 'gw-1')).filter(({ kind, ts }) => kind === 'heard' && ts >= from);
          return heard.some((event) => event.kind === 'heard' && event.badges.some(([id]) => id === who));
        });
      }
      for (const topic of ['home/gw-1/RLStoMQTT', 'home/gw-1/WebUItoMQTT', 'homeassistant/sensor/gw-1-rssi/config'])
        await say(topic, '{}');
      expect(refusedOf(shop, 'gw-1')).toEqual([]);
      expect(await ignored(shop, 'gw-1', 'chatter')).toBe(3);
    }));
});

describe('a device', () => {
  it('whose clock is days off is told of at once, as is who else uses its name', () =>
    live('till-1', async (say, shop) => {
      const sale = (ts: number) => ({ ts, receipt: `r${ts}`, lines: [{ gtin: MILK, quantity: 1, net: 12.5 }] });
      const problemsOf = async (device: string) => {
        shop.cloud.send('watch', { leaseMs: 30_000, fresh: true });
        const snapshots = shop.cloud.live.filter(({ type }) => type === 'snapshot');
        const last = snapshots.at(-1)?.['snapshot'] as
          { devices: { deviceId: string; problems?: object[] }[] } | undefined;
        return last?.devices.find(({ deviceId }) => deviceId === device)?.problems ?? [];
      };
      await say('aisle/v1/devices/till-1/till/sale', sale(Date.now() - 3 * 86_400_000));
      await until('the clock', async () => JSON.stringify(await problemsOf('till-1')).includes('"clockOff"'));
      // A moment old: a time that is just that of its arrival could be the agent's own, and says nothing of a clock.
      await say('aisle/v1/devices/till-1/till/sale', sale(Date.now() - 1_500));
      await until('a right clock', async () => !JSON.stringify(await problemsOf('till-1')).includes('"clockOff"'));
      for (let copy = 0; copy < 4; copy += 1) await shop.connect('till-1', 'secret', { clientId: 'copied' });
      await until('the copy', async () => JSON.stringify(await problemsOf('till-1')).includes('"sameClient"'));
    }));
});

describe('AISLE_RECORDINGS field-cases', () => {
  const all = (name: string, say: (topic: string, payload: unknown) => Promise<void>) =>
    messagesOf(name).reduce((last, { topic, payload }) => last.then(() => say(topic, payload)), Promise.resolve());

  for (const name of ['16-frigate-stopped', '17-frigate-stats-before-0.13'])
    it.skipIf(!has(name))(name, () =>
      live('frig-1', async (say, shop) => {
        await all(name, say);
        expect((await statesOf(shop, 'frig-1')).at(-1)).toBe(expectedOf(name)['state']);
        expect(refusedOf(shop, 'frig-1')).toEqual([]);
      }),
    );

  it.skipIf(!has('18-frigate-own-chatter'))('18-frigate-own-chatter', () =>
    live('frig-1', async (say, shop) => {
      const topics = readFileSync(path.join(folder, '18-frigate-own-chatter', 'topics.txt'), 'utf8')
        .trim()
        .split('\n');
      for (const topic of topics) await say(topic, '1');
      expect(refusedOf(shop, 'frig-1').length).toBe(expectedOf('18-frigate-own-chatter')['refusedShown']);
      expect(await ignored(shop, 'frig-1', 'chatter')).toBe(topics.length);
    }),
  );

  it.skipIf(!has('19-zebra-management-events'))('19-zebra-management-events', () =>
    live('zeb-1', async (say, shop) => {
      await all('19-zebra-management-events', say);
      const { events, refused } = expectedOf('19-zebra-management-events');
      expect((await statesOf(shop, 'zeb-1')).map((state) => `deviceState ${state}`)).toEqual(events);
      expect(refusedOf(shop, 'zeb-1').length).toBe(refused);
    }),
  );

  it.skipIf(!has('21-impinj-events-without-type'))('21-impinj-events-without-type', () =>
    live('imp-1', async (say, shop) => {
      await say('impinj/imp-1/events', json('21-impinj-events-without-type', 'batch.json'));
      const { reads, listening } = expectedOf('21-impinj-events-without-type');
      expect((await readsOf(shop, 'imp-1')).length).toBe(reads);
      const newest = (await told(shop, 'imp-1')).find(({ kind }) => kind === 'reads')?.ts;
      expect(newest).toBe(Date.parse(listening as string));
      expect(refusedOf(shop, 'imp-1')).toEqual([]);
    }),
  );

  for (const name of ['22-onvif-crossed-with-state', '23-onvif-lists-of-objects'])
    it.skipIf(!has(name))(name, () =>
      live('cam-door', async (say, shop) => {
        await all(name, say);
        await until('the people', () => entries(shop) === expectedOf(name)['main.in']);
        expect(refusedOf(shop, 'cam-door')).toEqual([]);
      }),
    );

  it.skipIf(!has('25-axis-native-mqtt'))('25-axis-native-mqtt', () =>
    live('cam-door', async (say, shop) => {
      await all('25-axis-native-mqtt', say);
      expect((await told(shop, 'cam-door')).at(-1)).toMatchObject({ kind: 'counted', count: 12 });
      expect(refusedOf(shop, 'cam-door')).toEqual([]);
    }),
  );

  it.skipIf(!has('26-ibeacon-with-battery-for-power'))('26-ibeacon-with-battery-for-power', () =>
    live('gw-1', async (say, shop) => {
      const { speaker } = expectedOf('26-ibeacon-with-battery-for-power') as { speaker: { id: string } };
      await until('the badge', async () => {
        await all('26-ibeacon-with-battery-for-power', say);
        const heard = await told(shop, 'gw-1');
        return heard.some((event) => event.kind === 'heard' && event.badges.some(([id]) => id === speaker.id));
      });
    }),
  );

  it.skipIf(!has('30-mqtt-client-id-of-another'))('30-mqtt-client-id-of-another', () =>
    live('till-1', async (_say, shop) => {
      const till = await shop.connect('till-1', 'secret', { clientId: 'till-1' });
      shop.cloud.command({ seq: 3, kind: 'credential', deviceId: 'gw-1', sha256: sha256('other') });
      await until('the other', () => shop.connect('gw-1', 'other', { clientId: 'till-1' }).catch(() => undefined));
      await till.publishAsync('aisle/v1/devices/till-1/state', '{"state":"online"}', { qos: 1 });
      expect(till.connected).toBe(true);
    }),
  );

  it.skipIf(!has('27-hx711-stuck-at-its-end'))('27-hx711-stuck-at-its-end', () => stuckAt('8388607.00'));
});
