import { createCipheriv } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deviceTopic, type FactValue, type StoreFile } from '@aisle/contracts';
import { openShop, storeFileCommand, until, type Shop } from '../../agent/test/runtime/harness.js';
import { STORE, SECRETS } from '../../agent/test/runtime/harness.js';
import { FakeBluez, fakeBluezProblem } from '../../simulators/src/adapters/fake-bluez.js';

const ADDRESS = '54:48:E6:8F:80:A5';
const PLAIN_ADDRESS = '54:48:E6:8F:80:A6';
const KEY = '231d39c1d7cc1ab1aee224cd096db932';
const UNIT_KG = 1.03;

const devices = (extra: NonNullable<StoreFile['devices']> = []): StoreFile => ({
  ...STORE,
  devices: [
    ...(STORE.devices ?? []).filter(({ id }) => id !== 'shelf-1' && id !== 'odd-1'),
    { id: 'shelf-ble', family: 'shelf', dialect: 'bthome', fixture: 'fx-1', address: ADDRESS, key: KEY },
    { id: 'shelf-plain', family: 'shelf', dialect: 'bthome', fixture: 'fx-2', address: PLAIN_ADDRESS },
    ...extra,
  ],
});

/** A mass in kilograms, by the specification's own recipe (bthome.io/encryption). */
function sealed(kilograms: number, counter: number): string {
  const payload = Buffer.alloc(3);
  payload[0] = 0x06;
  payload.writeUInt16LE(Math.round(kilograms * 100), 1);
  const count = Buffer.alloc(4);
  count.writeUInt32LE(counter);
  const nonce = Buffer.concat([Buffer.from(`${ADDRESS.replaceAll(':', '')}d2fc41`, 'hex'), count]);
  const cipher = createCipheriv('aes-128-ccm', Buffer.from(KEY, 'hex'), nonce, { authTagLength: 4 });
  const text = Buffer.concat([cipher.update(payload), cipher.final()]);
  return Buffer.concat([Buffer.from([0x41]), text, count, cipher.getAuthTag()]).toString('hex');
}

const slot = (shop: Shop, id: string): FactValue<'slot'> | undefined => {
  const facts = [...shop.cloud.facts.values()].filter((fact) => fact.kind === 'slot' && fact.subject === id);
  return facts.sort((a, b) => b.ts - a.ts)[0]?.value as FactValue<'slot'> | undefined;
};
/** What was taken in all minutes; the next one may have begun meanwhile. */
const taken = (shop: Shop, id: string): number =>
  [...shop.cloud.facts.values()]
    .filter((fact) => fact.kind === 'slot' && fact.subject === id)
    .reduce((sum, fact) => sum + ((fact.value as FactValue<'slot'>).pickups ?? 0), 0);
interface Shown {
  state: string;
  trouble?: string;
  nearby?: number;
  refused?: { reason: string; count: number }[];
}
async function shown(shop: Shop, id: string): Promise<Shown | undefined> {
  shop.cloud.send('watch', { leaseMs: 5000, fresh: true });
  const snapshot = await until('a snapshot', () => {
    const newest = shop.cloud.live.findLast((update) => update.type === 'snapshot');
    shop.cloud.live.length = 0;
    return newest as { snapshot: { devices: ({ deviceId: string } & Shown)[] } } | undefined;
  });
  return snapshot.snapshot.devices.find(({ deviceId }) => deviceId === id);
}
const metrics = async (shop: Shop): Promise<string> =>
  (await fetch(`${shop.http}/metrics`, { headers: { authorization: `Bearer ${SECRETS.local}` } })).text();

const problem = fakeBluezProblem();
describe.skipIf(problem !== undefined)(`the agent's own radio${problem === undefined ? '' : ` (${problem})`}`, () => {
  const bluez = new FakeBluez();
  let shop: Shop;
  let before: string | undefined;
  let counter = 100;

  beforeEach(async () => {
    before = process.env['DBUS_SYSTEM_BUS_ADDRESS'];
    await bluez.start();
    process.env['DBUS_SYSTEM_BUS_ADDRESS'] = bluez.address;
  });
  afterEach(async () => {
    await shop.end();
    await bluez.stop();
    if (before === undefined) delete process.env['DBUS_SYSTEM_BUS_ADDRESS'];
    else process.env['DBUS_SYSTEM_BUS_ADDRESS'] = before;
  });
  const open = async () => {
    shop = await openShop({
      withStore: false,
      deps: { radioOptions: { firstPauseMs: 100, longestPauseMs: 400 } },
    });
    shop.cloud.command(
      storeFileCommand(1, devices([{ id: 'radio-1', family: 'ble', dialect: 'bluez', zone: 'dairy' }])),
    );
    await until('the store file', () => shop.agent.host.config);
  };
  const scanning = () => until('the radio', () => bluez.scanning);
  /** The shelf as a device would say it: the same words several times, then the next ones. */
  const say = (kilograms: number) => {
    counter += 1;
    for (let time = 0; time < 3; time += 1)
      bluez.advert({ address: ADDRESS, rssi: -58 - time, serviceData: { fcd2: sealed(kilograms, counter) } });
  };
  /** Until it is a fact that so many units are there. */
  const weighs = async (units: number) => {
    await until(
      `${units} units`,
      async () => {
        say(units * UNIT_KG);
        return slot(shop, 'fx-1-a')?.stock === units;
      },
      20_000,
      250,
    );
  };

  it('hears an encrypted shelf, and a weight over the air becomes stock and pickups', async () => {
    await open();
    await scanning();
    await weighs(8);
    await weighs(6);
    expect(slot(shop, 'fx-1-a')).toMatchObject({ stock: 6 });
    expect(taken(shop, 'fx-1-a')).toBe(2);
    // Somebody plays back what the shelf said when it was full.
    bluez.advert({ address: ADDRESS, rssi: -40, serviceData: { fcd2: sealed(8 * UNIT_KG, 101) } });
    await until('the refusal', async () =>
      (await metrics(shop)).includes('aisle_messages_refused_total{device="shelf-ble",reason="replay"} 1\n'),
    );
    expect(bluez.errors).toEqual([]);
  });

  it('tells strangers from each other only to count them', async () => {
    await open();
    await scanning();
    for (let round = 0; round < 3; round += 1)
      for (let stranger = 0; stranger < 7; stranger += 1)
        bluez.advert({ address: `C0:00:00:00:00:0${stranger}`, rssi: -70, manufacturerData: { '76': '1005031c' } });
    await until('seven strangers', async () => (await shown(shop, 'radio-1'))?.nearby === 7);
    expect(await metrics(shop)).toContain('aisle_ble_nearby{device="radio-1"} 7\n');
  });

  it('goes on when the stick was pulled out and put in again, and when somebody switched it off', async () => {
    await open();
    await scanning();
    await weighs(5);
    bluez.happen({ adapter: 'remove' });
    await until('it is shown', async () => {
      const radio = await shown(shop, 'radio-1');
      return radio?.state === 'offline' && (radio.trouble ?? '').includes('adapter');
    });
    bluez.happen({ adapter: 'add' });
    await scanning();
    await weighs(4);
    expect(await shown(shop, 'radio-1')).not.toHaveProperty('trouble');
    bluez.happen({ powered: false });
    await until('it has noticed', () => !bluez.scanning);
    await scanning();
    await weighs(3);
  });

  it('goes on when bluetoothd and when the whole bus were started again', async () => {
    await open();
    await scanning();
    await weighs(5);
    bluez.happen({ restart: 500 });
    await until('it has gone', async () => (await shown(shop, 'radio-1'))?.state === 'offline');
    await scanning();
    await weighs(4);
    await bluez.stopBus();
    await bluez.stopBluez();
    await until('the bus has gone', async () =>
      ((await shown(shop, 'radio-1'))?.trouble ?? '').match(/no system bus|bus has gone/),
    );
    await bluez.startBus();
    await bluez.startBluez();
    await scanning();
    await weighs(3);
  });

  it('says what is missing where there is no bus, no BlueZ, no adapter, and disturbs nothing else', async () => {
    await bluez.stopBluez();
    await open();
    await until('no BlueZ', async () => (await shown(shop, 'radio-1'))?.trouble?.includes('bluetooth.service'));
    await bluez.startBluez();
    bluez.happen({ adapter: 'remove' });
    await until('no adapter', async () => (await shown(shop, 'radio-1'))?.trouble?.includes('no Bluetooth adapter'));
    await bluez.stopBluez();
    await bluez.stopBus();
    await until('no bus', async () => (await shown(shop, 'radio-1'))?.trouble?.includes('no system bus'));
    const client = await shop.connect();
    const ts = Date.now();
    const positions = { ts, people: [{ id: '1', x: 2, y: 2 }] };
    await client.publishAsync(deviceTopic('cam-1', 'camera/positions'), JSON.stringify(positions), { qos: 1 });
    await until('the camera', async () => (await shown(shop, 'cam-1'))?.state === 'online');
    await bluez.startBus();
    await bluez.startBluez();
    await scanning();
  });

  it('ends its scan with the store file that named it', async () => {
    await open();
    await scanning();
    shop.cloud.command(storeFileCommand(2, devices()));
    await until('it has ended', () => !bluez.scanning);
  });
});

describe('receivers over MQTT', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop({ withStore: false });
    shop.cloud.command(
      storeFileCommand(
        1,
        devices([
          { id: 'ble-1', family: 'ble', dialect: 'aisle', zone: 'dairy' },
          { id: 'gw-1', family: 'ble', dialect: 'theengs' },
        ]),
      ),
    );
    await until('the store file', () => shop.agent.host.config);
  });
  afterEach(() => shop.end());

  it('are heard alike: native and gateway, the same advertisement over both counts once', async () => {
    const client = await shop.connect();
    const both = async (kilograms: number, counter: number) => {
      const data = sealed(kilograms, counter);
      const native = { ts: Date.now(), adverts: [{ address: ADDRESS, rssiDbm: -60, serviceData: { fcd2: data } }] };
      const gateway = { id: ADDRESS, rssi: -71, servicedata: data, servicedatauuid: '0xfcd2' };
      await client.publishAsync(deviceTopic('ble-1', 'ble/adverts'), JSON.stringify(native), { qos: 1 });
      await client.publishAsync(`home/gw-1/BTtoMQTT/${ADDRESS.replaceAll(':', '')}`, JSON.stringify(gateway), {
        qos: 1,
      });
    };
    let counter = 10;
    for (const units of [9, 7])
      await until(
        `${units} units`,
        async () => {
          await both(units * UNIT_KG, (counter += 1));
          return slot(shop, 'fx-1-a')?.stock === units;
        },
        20_000,
        250,
      );
    expect(slot(shop, 'fx-1-a')).toMatchObject({ stock: 7 });
    expect(taken(shop, 'fx-1-a')).toBe(2);
    const text = await metrics(shop);
    expect(text).not.toMatch(/refused_total\{device="shelf-ble"/);
    expect(text).toMatch(/aisle_ble_adverts_total\{device="gw-1"\} [1-9]/);
  });

  it('takes what a gateway says of itself, its last will, and values that it decoded itself', async () => {
    const client = await shop.connect();
    const about = { uptime: 604, version: 'v1.8.0', env: 'esp32dev-ble', rssi: -39, modules: ['BT'] };
    await client.publishAsync('home/gw-1/SYStoMQTT', JSON.stringify(about), { qos: 1 });
    await until('its firmware', async () => {
      const gateway = (await shown(shop, 'gw-1')) as { firmware?: string } | undefined;
      return gateway?.firmware === 'v1.8.0';
    });
    const plain = { id: PLAIN_ADDRESS, rssi: -50, model_id: 'XMTZC05HM', weight: 13, unit: 'kg', batt: 81 };
    await client.publishAsync('home/gw-1/BTtoMQTT/5448E68F80A6', JSON.stringify(plain), { qos: 1 });
    await until('its weight', () => slot(shop, 'fx-2-a')?.stock === 10);
    await until('its battery', async () => {
      const shelf = (await shown(shop, 'shelf-plain')) as { battery?: number } | undefined;
      return shelf?.battery === 81;
    });
    await client.publishAsync('home/gw-1/LWT', 'offline', { qos: 1, retain: true });
    await until('offline', async () => (await shown(shop, 'gw-1'))?.state === 'offline');
  });

  it('counts at the shelf what does not open, with the reason', async () => {
    const client = await shop.connect();
    const forged = `${sealed(9, 5000).slice(0, -2)}00`;
    const native = { ts: Date.now(), adverts: [{ address: ADDRESS, rssiDbm: -60, serviceData: { fcd2: forged } }] };
    await client.publishAsync(deviceTopic('ble-1', 'ble/adverts'), JSON.stringify(native), { qos: 1 });
    await until('the refusal', async () =>
      (await metrics(shop)).includes('aisle_messages_refused_total{device="shelf-ble",reason="malformed"} 1'),
    );
    // Its counter was never taken, so that nobody can lock the shelf out.
    const good = { ts: Date.now(), adverts: [{ address: ADDRESS, serviceData: { fcd2: sealed(5 * UNIT_KG, 11) } }] };
    await client.publishAsync(deviceTopic('ble-1', 'ble/adverts'), JSON.stringify(good), { qos: 1 });
    await until('its weight', () => slot(shop, 'fx-1-a')?.stock === 5);
  });
});
