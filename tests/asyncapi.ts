import * as contracts from '@aisle/contracts';
import { BleAdverts } from '../agent/src/devices/ble/aisle-adverts.js';
import { RfidReads } from '../agent/src/devices/rfid/aisle-reads.js';
import { SchemaNames } from '../cloud/src/http/schema-names.js';
import { channels, type Channel } from './asyncapi-channels.js';

const PARAMETERS: Readonly<Record<string, string>> = {
  deviceId: 'id of the device in the store file',
  storeId: 'id of the store',
  ts: 'epoch milliseconds UTC',
  rest: 'one or more levels of the maker',
};

/** The AsyncAPI 3 document of everything that is not REST, made from the schemas that the processes check with. */
export function asyncapiDocument(): object {
  const names = new SchemaNames({ ...contracts, BleAdverts, RfidReads });
  const all = channels();
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Aisle',
      version: '1.0.0',
      license: { name: 'Apache-2.0' },
      description:
        'Devices and agent over the MQTT broker of the store (3.1.1), agent and cloud over the MQTT broker of the cloud, and the live view over socket.io.',
    },
    defaultContentType: 'application/json',
    servers: {
      store: {
        host: '127.0.0.1:1883',
        protocol: 'mqtt',
        protocolVersion: '3.1.1',
        description: 'The broker of the store, in the agent; also over WebSocket at /mqtt of the agent',
      },
      cloud: {
        host: '127.0.0.1:1884',
        protocol: 'mqtt',
        protocolVersion: '3.1.1',
        description: 'The broker of the cloud, for agents',
      },
      live: {
        host: '127.0.0.1:8080',
        protocol: 'socket.io',
        pathname: '/live',
        description: 'Live view for dashboards: emit `watch` with {storeId}',
      },
    },
    channels: byName(all, ({ name, address, summary, description, server }) => ({
      address,
      summary,
      ...(description !== undefined && { description }),
      servers: [{ $ref: `#/servers/${server}` }],
      parameters: parametersOf(address),
      messages: { [name]: { $ref: `#/components/messages/${name}` } },
    })),
    operations: byName(all, ({ name, action }) => ({
      action,
      channel: { $ref: `#/channels/${name}` },
      messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
    })),
    components: {
      messages: byName(all, ({ name, schema, contentType, summary }) => ({
        name,
        summary,
        contentType,
        ...(schema && { payload: names.refer(schema) }),
      })),
      schemas: names.components(),
    },
  };
}

const byName = (all: readonly Channel[], say: (channel: Channel) => object): Record<string, object> =>
  Object.fromEntries(all.map((channel) => [channel.name, say(channel)]));

const parametersOf = (address: string): Record<string, { description: string }> =>
  Object.fromEntries(
    [...address.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, { description: PARAMETERS[name] ?? name }]),
  );
