import { describe, expect, it } from 'vitest';
import { FrigateCamera, poseOver } from '../../simulators/src/devices/camera/frigate.js';
import { OnvifCamera } from '../../simulators/src/devices/camera/onvif.js';
import type { SensedPerson } from '../../simulators/src/devices/device.js';
import { NOISELESS } from '../../simulators/src/devices/settings.js';
import { Random } from '../../simulators/src/random.js';
import { START, decodeIn, elements, exactly, exampleOf, filledXml, filledYaml, kindsOf, sensed } from '../support/firmware.js'; // prettier-ignore
import { ONVIF_RULES } from '../support/firmware-schemas.js';

// Cameras that analyse by themselves, set up as their files say, beside the simulated ones: see firmware-simulators.test.ts.

const person = (personId: number, x: number, y: number): SensedPerson => ({
  personId,
  position: { x, y },
  staff: false,
});

describe('onvif-camera', () => {
  const { device, store } = exampleOf('onvif-camera', 'onvif');
  const broker = filledXml('onvif-camera/event-broker.xml', device.id);
  const text = (name: string) => elements(broker, name)[0]?.text;
  const rules = elements(filledXml('onvif-camera/rules.xml', device.id), 'Rule').map(({ attributes }) => ({
    rule: attributes['Name'] as string,
    ...(ONVIF_RULES[attributes['Type'] ?? ''] as { kind: string; topic: string }),
  }));

  it('has the rules of the example, of the same kinds, reset at the same hour', () => {
    expect(rules.map(({ rule, kind }) => ({ rule, kind }))).toEqual(
      device.rules?.map(({ rule, kind }) => ({ rule, kind })),
    );
    const resets = elements(filledXml('onvif-camera/rules.xml', device.id), 'SimpleItem')
      .filter(({ attributes }) => attributes['Name'] === 'ResetTime')
      .map(({ attributes }) => attributes['Value']);
    expect(resets).toEqual(device.rules?.flatMap(({ resetAt }) => (resetAt ? [`${resetAt}:00`] : [])));
  });

  it.each([0, 1])('each rule speaks on the simulator’s topics, and the agent understands it (make %i)', (make) => {
    const camera = new OnvifCamera(
      device,
      store,
      NOISELESS.smartCamera,
      Random.stream(1, 'firmware'),
      exactly,
      400,
      make,
    );
    const told = camera.start(START);
    const crossings = (['in', 'out'] as const).map((direction) => ({ personId: 1, lineId: 'main', direction }));
    const side = { personId: 2, lineId: 'side', direction: 'in' } as const;
    // One person lingers in the dairy, one at the tills; then both are gone.
    for (let ts = START; ts < START + 60_000; ts += 400)
      told.push(...camera.sample(sensed(ts, {
        people: ts < START + 50_000 ? [person(1, 2, 2), person(3, 10, 2)] : [],
        crossings: ts === START + 4000 ? [...crossings, side] : [],
      }))); // prettier-ignore
    expect([text('TopicPrefix'), text('QoS'), text('Address')]).toEqual([device.id, '1', 'mqtt://192.168.1.5:1883']); // prettier-ignore
    const spoken = new Map<string, Set<string>>();
    const decode = decodeIn(store);
    for (const message of told) {
      const rule = rules.find(({ rule, topic }) => message.topic === `${text('TopicPrefix')}/onvif-ej/${topic}/&1/${rule}`); // prettier-ignore
      expect(rule, message.topic).toBeDefined();
      const kinds = kindsOf(decode(message));
      spoken.set(rule?.rule ?? '', new Set([...(spoken.get(rule?.rule ?? '') ?? []), ...kinds]));
    }
    expect(Object.fromEntries([...spoken].map(([rule, kinds]) => [rule, [...kinds]]))).toEqual({
      'Door in': ['crossing'],
      'Door out': ['crossing'],
      Visitors: ['counted'],
      Queue: ['noticed'],
      'Milk shelf': ['noticed'],
      'Hanging about': ['noticed'],
    });
  });

  it('publishes nothing but what rules say', () => {
    expect(text('TopicExpression')).toBe('tns1:RuleEngine//.');
    for (const { topic } of rules) expect(topic).toMatch(/^RuleEngine\//);
  });
});

describe('frigate', () => {
  const { device, store } = exampleOf('frigate', 'frigate');
  interface Config {
    mqtt: { topic_prefix: string; stats_interval: number; qos: number };
    cameras: Record<string, { detect: Record<'width' | 'height', number>; zones: object; mqtt: { enabled: boolean } }>;
  }
  const config = filledYaml<Config>('frigate/config.yml', device.id);
  const [name, camera] = Object.entries(config.cameras)[0] as [string, Config['cameras'][string]];

  it('the camera, its zones and the size of its picture are those of the example and of the simulator', () => {
    expect(name).toBe(device.nvrCamera ?? device.id);
    expect(Object.keys(camera.zones)).toEqual(device.covers);
    const { width, height } = poseOver(device, store);
    expect(camera.detect).toMatchObject({ width, height });
    expect(camera.mqtt.enabled).toBe(false);
  });

  it('speaks on the simulator’s topics in its rhythm, and the agent understands it', () => {
    const { smartCamera } = NOISELESS;
    const nvr = new FrigateCamera(
      device,
      store,
      poseOver(device, store),
      smartCamera,
      Random.stream(1, 'firmware'),
      exactly,
    );
    const told = nvr.start();
    for (let ts = START; ts < START + 60_000; ts += 200) {
      const people = ts < START + 40_000 ? [person(1, 2.5 + ((ts - START) % 4000) / 8000, 2.6)] : [];
      told.push(...nvr.sample(sensed(ts, { people })));
    }
    const { topic_prefix, stats_interval, qos } = config.mqtt;
    const topics = ['events', 'stats', 'available'].map((end) => `${topic_prefix}/${end}`);
    expect([...new Set(told.map(({ topic }) => topic))].sort()).toEqual(topics.sort());
    expect(qos).toBe(1);
    expect(told.filter(({ topic }) => topic === `${topic_prefix}/stats`)).toHaveLength(60 / stats_interval);
    const decode = decodeIn(store);
    const kinds = new Set(told.flatMap((message) => kindsOf(decode(message))));
    expect(kinds).toEqual(new Set(['deviceState', 'noticed', 'tracked']));
    const zones = told.flatMap((message) => {
      const read = decode(message);
      return read.ok ? read.events.flatMap((event) => (event.kind === 'noticed' ? [event.zoneId] : [])) : [];
    });
    expect(new Set(zones)).toEqual(new Set(Object.keys(camera.zones)));
  });
});
