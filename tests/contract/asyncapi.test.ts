import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  DEVICE_ROOT,
  DOWN_CHANNELS,
  FRAME_CHANNEL,
  SHOW_CHANNEL,
  SocketEvents,
  SocketRequests,
  UP_CHANNELS,
  downTopic,
  upTopic,
} from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { DIALECTS } from '../../agent/src/devices/registry.js';
import { asyncapiDocument } from '../asyncapi.js';

interface Channel {
  address: string;
  description?: string;
  servers: [{ $ref: string }];
  parameters: Record<string, { description: string }>;
}
interface Document {
  servers: Record<string, object>;
  channels: Record<string, Channel>;
  operations: Record<string, { action: string; channel: { $ref: string } }>;
  components: { messages: Record<string, { payload?: object; contentType: string }>; schemas: Record<string, object> };
}

const document = asyncapiDocument() as Document;
const on = (server: string) =>
  Object.values(document.channels)
    .filter(({ servers }) => servers[0].$ref === `#/servers/${server}`)
    .map(({ address }) => address)
    .sort();
const forDevices = (channel: string) => `${DEVICE_ROOT}/{deviceId}/${channel}`;

describe('the AsyncAPI document', () => {
  it('has every topic that a dialect of the registry speaks, pictures, and what screens are told, and no other', () => {
    const spoken = DIALECTS.flatMap(({ topics }) => topics).map((topic) =>
      topic.replace('{id}', '{deviceId}').replace('#', '{rest}').replace('+', '{part}'),
    );
    expect(spoken.length).toBeGreaterThanOrEqual(DIALECTS.length);
    expect(on('store')).toEqual([...spoken, forDevices(`${FRAME_CHANNEL}/{ts}`), forDevices(SHOW_CHANNEL)].sort());
  });

  it('has every topic between agents and the cloud, and no other', () => {
    const up = UP_CHANNELS.map((channel) => upTopic('{storeId}', channel));
    const down = DOWN_CHANNELS.map((channel) => downTopic('{storeId}', channel));
    expect(on('cloud')).toEqual([...up, ...down].sort());
  });

  it('has every event of the live socket in both directions, and no other', () => {
    expect(on('live')).toEqual([...Object.keys(SocketEvents), ...Object.keys(SocketRequests), 'error'].sort());
  });

  it('says what stands in each topic, and describes the contents of all that is not a maker’s own', () => {
    const root = path.resolve(import.meta.dirname, '../..');
    for (const [name, { address, parameters, description }] of Object.entries(document.channels)) {
      expect(Object.keys(parameters), name).toEqual([...address.matchAll(/\{(\w+)\}/g)].map(([, key]) => key));
      const { payload } = document.components.messages[name] ?? {};
      if (payload) continue;
      const guide = /docs\/devices\/[\w-]+\.md/.exec(description ?? '')?.[0];
      expect(guide, `${name} has neither a schema nor a guide`).toBeDefined();
      expect(readFileSync(path.join(root, guide ?? ''), 'utf8').length).toBeGreaterThan(0);
    }
  });

  it('has no reference that leads nowhere, and one operation for each channel', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, to = '']) => to);
    for (const to of references) {
      const found = to.split('/').reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], document);
      expect(found, to).toBeDefined();
    }
    expect(Object.keys(document.operations)).toEqual(Object.keys(document.channels));
    expect(document.operations[`device.${SHOW_CHANNEL.replace('/', '.')}`]?.action).toBe('send');
  });
});
