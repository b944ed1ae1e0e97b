import type { Device } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { decodeBthome } from '../../agent/src/devices/ble/bthome.js';
import { massKilograms, packetId, plainBthome } from '../../simulators/src/devices/ble/bthome.js';
import { theengsReceiver } from '../../simulators/src/devices/ble/dialects.js';
import type { Heard } from '../../simulators/src/devices/ble/receiver.js';
import type { Message } from '../../simulators/src/devices/message.js';
import { impinjReader } from '../../simulators/src/devices/rfid/impinj.js';
import { Reader, type ReaderDialect } from '../../simulators/src/devices/rfid/reader.js';
import { zebraReader } from '../../simulators/src/devices/rfid/zebra.js';
import { NOISELESS } from '../../simulators/src/devices/settings.js';
import { esphomeStatus, esphomeWeight } from '../../simulators/src/devices/shelf/esphome.js';
import { Random } from '../../simulators/src/random.js';
import { RECEIVED_TS, START, decodeIn, exactly, exampleOf, filled, filledJson, filledYaml, kindsOf, raw, sensed } from '../support/firmware.js'; // prettier-ignore

// A device that is set up as its file says, and the one that the simulator makes of the file's store-file example, must say
// the same on the same topics; and the agent must understand it.

const json = (text: string) => JSON.parse(text) as Record<string, unknown>;
const seconds = (time: string): number => Number(/^(\d+)s$/.exec(time)?.[1]);

interface EsphomeNode {
  mqtt: Record<'birth_message' | 'will_message', { topic: string; payload: string; qos: number; retain: boolean }> & {
    topic_prefix: string;
    discovery: boolean;
    discover_ip: boolean;
    log_topic: null;
  };
  sensor: {
    name: string;
    unit_of_measurement: string;
    accuracy_decimals: number;
    qos: number;
    retain: boolean;
    update_interval: string;
    filters: { median?: { window_size: number }; or?: { throttle?: string }[] }[];
  }[];
  esp32_ble_tracker?: { on_ble_advertise: { then: { lambda: string }[] }[] };
}

describe.each([
  ['esphome-shelf', 'shelf.yaml'],
  ['esphome-ble-proxy-shelf', 'proxy-shelf.yaml'],
])('%s', (folder, file) => {
  const { device, store } = exampleOf(folder, 'esphome');
  const node = filledYaml<EsphomeNode>(`${folder}/${file}`, device.id);
  const decode = decodeIn(store);

  it('one sensor for each slot of the example, on the simulator’s topics, in its unit and with its decimals', () => {
    // ESPHome's object id: small letters, blanks become underscores.
    const topics = node.sensor.map(
      ({ name }) => `${node.mqtt.topic_prefix}/sensor/${name.toLowerCase().replaceAll(' ', '_')}/state`,
    );
    const slots = (device.sensors ?? []).map(({ slot }) => slot);
    const told = slots.map((slot) => esphomeWeight(device)(device.id, RECEIVED_TS, slot, 8240.52));
    expect(topics).toEqual(told.map(({ topic }) => topic));
    node.sensor.forEach((sensor, index) => {
      const message = told[index] as Message;
      const unit = device.sensors?.[index]?.unit ?? 'g';
      expect([sensor.unit_of_measurement, sensor.qos, sensor.retain]).toEqual([unit, 1, message.retain]);
      expect(message.payload).toBe((8240.52).toFixed(sensor.accuracy_decimals));
      expect(decode(message)).toMatchObject({ ok: true, events: [{ kind: 'weight', slotId: slots[index], decigrams: 82405 }] }); // prettier-ignore
    });
  });

  it('birth and last will are the simulator’s', () => {
    for (const [message, state] of [
      ['birth_message', 'online'],
      ['will_message', 'offline'],
    ] as const) {
      // prettier-ignore
      const told = esphomeStatus(device, state);
      expect(node.mqtt[message]).toEqual({ topic: told.topic, payload: told.payload, qos: 1, retain: told.retain });
      expect(decode(told)).toMatchObject({ ok: true, events: [{ kind: 'deviceState', state }] });
    }
  });

  it('keeps within the rights of its account, hides no quick pickup, and is never silent', () => {
    expect([node.mqtt.discovery, node.mqtt.discover_ip, node.mqtt.log_topic]).toEqual([false, false, null]);
    for (const { filters, update_interval } of node.sensor) {
      const window = filters.find(({ median }) => median)?.median?.window_size ?? 0;
      expect(window * Number.parseInt(update_interval)).toBeLessThanOrEqual(1000);
      const beat = filters.flatMap((filter) => filter.or ?? []).find(({ throttle }) => throttle)?.throttle ?? '';
      expect(seconds(beat) * 1000).toBeLessThanOrEqual(NOISELESS.shelf.heartbeatMs);
    }
  });
});

const advert: Heard = {
  address: 'A4:C1:38:56:53:84',
  random: false,
  at: { x: 0, y: 0 },
  powerDbm: -59,
  rssiDbm: -62,
  serviceData: { fcd2: plainBthome([packetId(42), massKilograms(8.24), massKilograms(3.1)]) },
};

describe('esphome-ble-proxy-shelf, as a receiver', () => {
  const { device, store } = exampleOf('esphome-ble-proxy-shelf', 'theengs');
  const node = filledYaml<EsphomeNode>('esphome-ble-proxy-shelf/proxy-shelf.yaml', device.gateway as string);
  const lambda = node.esp32_ble_tracker?.on_ble_advertise[0]?.then[0]?.lambda ?? '';

  it('says what the simulated gateway says, through the account of its shelf', () => {
    const [told] = theengsReceiver(device).tell([advert], RECEIVED_TS);
    const prefix = /publish\("([^"]+)" \+ plain, told, 1, false\)/.exec(lambda)?.[1];
    expect(`${prefix}A4C138565384`).toBe(told?.topic);
    // The words of the C++ with the advertisement's values in the places of %s and %d.
    const values = [advert.address, advert.rssiDbm, advert.serviceData?.['fcd2']?.toString('hex')];
    const payload = (/R"\((.*?)\)"/.exec(lambda)?.[1] ?? '').replace(/%[sd]/g, () => String(values.shift()));
    const { mac_type: _type, adv_type: _adv, ...rest } = json(told?.payload ?? '');
    expect(json(payload)).toEqual(rest);
    const decode = decodeIn(store);
    const own = decode({ deviceId: device.id, topic: told?.topic ?? '', payload });
    expect(kindsOf(own)).toEqual(['adverts']);
    expect(own).toEqual(decode(told as Message));
  });
});

describe('bthome-shelf', () => {
  it('the example is what the simulator advertises, and the agent reads two weights in it', () => {
    const text = filled('bthome-shelf/advertising.txt', 'shelf-3');
    const bytes = Buffer.from(
      (/Example +((?:[0-9a-f]{2} )+[0-9a-f]{2})/.exec(text)?.[1] ?? '').replaceAll(' ', ''),
      'hex',
    );
    expect(bytes).toEqual(advert.serviceData?.['fcd2']);
    const read = decodeBthome(bytes);
    expect(read.ok && read.value.packetId).toBe(42);
    expect(read.ok && read.value.objects.filter(({ name }) => name === 'mass').map(({ value }) => value)).toEqual([8.24, 3.1]); // prettier-ignore
  });
});

describe('openmqttgateway', () => {
  const { device, store } = exampleOf('openmqttgateway', 'theengs');
  const gateway = theengsReceiver(device);
  const decode = decodeIn(store);

  it.each([
    [
      'Theengs Gateway',
      () => filledJson<{ publish_topic: string; lwt_topic: string }>('openmqttgateway/theengsgw.conf', device.id),
    ],
    [
      'OpenMQTTGateway',
      () => {
        const lines = filled('openmqttgateway/console.txt', device.id).split('\n');
        const names = json(lines.find((line) => line.includes('gateway_name'))?.replace(/^\S+ /, '') ?? '');
        const root = `${names['mqtt_topic'] as string}${names['gateway_name'] as string}`;
        return { publish_topic: `${root}/BTtoMQTT`, lwt_topic: `${root}/LWT` };
      },
    ],
  ])('%s speaks on the topics of the simulated one', (_, settings) => {
    const { publish_topic, lwt_topic } = settings();
    const [told] = gateway.tell([advert], RECEIVED_TS);
    expect(told?.topic).toBe(`${publish_topic}/A4C138565384`);
    expect(gateway.start(RECEIVED_TS).map(({ topic }) => topic)).toEqual([lwt_topic]);
    expect(kindsOf(decode(told as Message))).toEqual(['adverts']);
    expect(gateway.start(RECEIVED_TS).flatMap((message) => kindsOf(decode(message)))).toEqual(['deviceState']);
  });

  it('both tell what they hear, not only what they know', () => {
    expect(raw('openmqttgateway/console.txt')).toMatch(/"onlysensors":false,"pubadvdata":true/);
    expect(filledJson('openmqttgateway/theengsgw.conf', device.id)).toMatchObject({ publish_all: 1, publish_advdata: 1, discovery: 0 }); // prettier-ignore
  });
});

/** What a reader says in half a minute of a tag that lies before its first antenna. */
function readFor(device: Device, dialect: ReaderDialect): Message[] {
  const antennas = [{ antenna: 1, at: { x: 0, y: 0 }, boostDb: 0, slots: new Set(['fx-1-a']), gate: false }];
  const reader = new Reader(device.id, antennas, dialect, NOISELESS.rfid, Random.stream(1, 'firmware'), exactly, 0);
  const items = [{ epc: '3034257BF7194E4000001A85', at: { x: 0.3, y: 0 }, carried: false, slotId: 'fx-1-a' }];
  const told = reader.start(START);
  for (let ts = START; ts < START + 31_000; ts += 50) told.push(...reader.sample(sensed(ts, { items })));
  return told;
}

describe('impinj-r700', () => {
  const { device, store } = exampleOf('impinj-r700', 'impinj');
  const mqtt = filledJson<Record<string, string | number>>('impinj-r700/mqtt.json', device.id);
  interface Preset {
    eventConfig: { tagInventory: Record<string, string> & { tagReporting: { reportingIntervalSeconds: number } } };
    antennaConfigs: { antennaPort: number; antennaName: string }[];
  }
  const preset = filledJson<Preset>('impinj-r700/preset.json', device.id);
  const told = readFor(device, impinjReader(device));
  const decode = decodeIn(store);

  it('events go to the simulator’s topic, with the fields that are switched on and no others', () => {
    expect(new Set(told.map(({ topic }) => topic))).toEqual(new Set([mqtt['eventTopic']]));
    expect(mqtt['eventQualityOfService']).toBe(1);
    const on = Object.entries(preset.eventConfig.tagInventory).flatMap(([key, value]) =>
      value === 'enabled' ? [key] : [],
    );
    const events = told.flatMap(({ payload }) => payload.split('\r\n').map(json));
    const reads = events.flatMap((event) => (event['tagInventoryEvent'] ? [event['tagInventoryEvent'] as object] : []));
    for (const read of reads) expect(Object.keys(read).sort()).toEqual([...on, 'antennaName'].sort());
    // One report a second and tag.
    expect(reads.length * preset.eventConfig.tagInventory.tagReporting.reportingIntervalSeconds).toBe(31);
    // "Running" is a reading of nothing: it says that the reader listens.
    expect(new Set(told.flatMap((message) => kindsOf(decode(message))))).toEqual(new Set(['reads']));
  });

  it('its antennas are those of the example', () => {
    const ports = preset.antennaConfigs.map(({ antennaPort }) => antennaPort);
    expect(ports).toEqual(device.antennas?.map(({ antenna }) => antenna));
    for (const { antennaPort, antennaName } of preset.antennaConfigs)
      expect(antennaName).toBe(`Antenna ${antennaPort}`);
  });

  it('connect message and last will are states of the device', () => {
    const topic = mqtt['willTopic'] as string;
    for (const [key, state] of [['connectMessage', 'online'], ['willMessage', 'offline'], ['disconnectMessage', 'offline']]) // prettier-ignore
      expect(decode({ deviceId: device.id, topic, payload: mqtt[key as string] as string })).toMatchObject({ ok: true, events: [{ kind: 'deviceState', state }] }); // prettier-ignore
  });
});

describe('zebra-iot-connector', () => {
  const { device, store } = exampleOf('zebra-iot-connector', 'zebra');
  interface Connection {
    options: { publishTopic: string[]; additional: { qos: number; clientId: string } };
    additionalOptions: { batching: { reportingInterval: number } };
  }
  interface Endpoints {
    endpointConfig: Record<'data' | 'management', { event: { connections: [Connection] } }>;
  }
  const fx = filledJson<{
    'READER-GATEWAY': Endpoints & { managementEventConfig: { heartbeat: { interval: number } } };
  }>('zebra-iot-connector/fx9600-config.json', device.id)['READER-GATEWAY'];
  const mode = filledJson<{ antennas: number[]; transmitPower: number[]; tagMetaData: string[]; reportFilter: object }>(
    'zebra-iot-connector/mode.json',
    device.id,
  );
  const { data, management } = fx.endpointConfig;
  const told = readFor(device, zebraReader(device, store.store.timezone));
  const on = (topic: string | undefined) => told.filter((message) => message.topic === topic);

  it('both kinds of readers get the same endpoints, one for each kind of event, each a client of its own', () => {
    const fxr = filledJson<Endpoints>('zebra-iot-connector/fxr90-endpoints.json', device.id);
    expect(fxr.endpointConfig).toEqual(fx.endpointConfig);
    const [tags, events] = [data.event.connections[0].options, management.event.connections[0].options];
    expect([tags.additional.qos, events.additional.qos]).toEqual([1, 1]);
    expect(tags.additional.clientId).not.toBe(events.additional.clientId);
  });

  it('events go to the simulator’s topics in its rhythm, with the meta data that is asked for', () => {
    const { options, additionalOptions } = data.event.connections[0];
    const tags = on(options.publishTopic[0]);
    const heartbeats = on(management.event.connections[0].options.publishTopic[0]);
    expect(tags.length + heartbeats.length).toBe(told.length);
    expect(tags.length).toBe(31_000 / additionalOptions.batching.reportingInterval);
    expect(heartbeats.length).toBe(1 + Math.floor(31 / fx.managementEventConfig.heartbeat.interval));
    const fields: Record<string, string> = { ANTENNA: 'antenna', RSSI: 'peakRssi' };
    const wanted = ['eventNum', 'format', 'idHex', ...mode.tagMetaData.map((name) => fields[name] ?? name)];
    for (const { payload } of tags) expect(Object.keys(json(payload)['data'] as object).sort()).toEqual(wanted.sort());
    const decode = decodeIn(store);
    expect(new Set(tags.flatMap((message) => kindsOf(decode(message))))).toEqual(new Set(['reads']));
    expect(new Set(heartbeats.flatMap((message) => kindsOf(decode(message))))).toEqual(new Set(['deviceState']));
    // In the mode of the file the reader names it in its events; nothing hangs on that name.
    const custom = (tags[0]?.payload ?? '').replace('"SIMPLE"', '"CUSTOM"');
    expect(custom).not.toBe(tags[0]?.payload);
    expect(kindsOf(decode({ ...(tags[0] as Message), payload: custom }))).toEqual(['reads']);
  });

  it('its antennas are those of the example, each with its power', () => {
    expect(mode.antennas).toEqual(device.antennas?.map(({ antenna }) => antenna));
    expect(mode.transmitPower).toHaveLength(mode.antennas.length);
  });
});
