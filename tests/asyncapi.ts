import {
  AgentStatus,
  Ack,
  Batch,
  CameraCrossings,
  CameraPositions,
  DeviceState,
  Fact,
  Hello,
  InboxAck,
  InboxCommand,
  LiveUpdate,
  ScreenPlay,
  ScreenShow,
  ShelfWeight,
  SocketEvents,
  TillSale,
  Watch,
  Welcome,
  jsonSchema,
} from '@aisle/contracts';
import type { TSchema } from '@sinclair/typebox';

interface Channel {
  name: string;
  address: string;
  summary: string;
  schema: TSchema;
  /** seen from the agent (store MQTT, uplink) or the cloud (socket.io) */
  action: 'send' | 'receive';
  server: 'store' | 'cloud' | 'live';
  contentType?: string;
}

const device = (
  name: string,
  channel: string,
  schema: TSchema,
  summary: string,
  action: 'send' | 'receive' = 'receive',
): Channel => ({
  name,
  address: `aisle/v1/devices/{deviceId}/${channel}`,
  summary,
  schema,
  action,
  server: 'store',
});
const store = (name: string, channel: string, schema: TSchema, summary: string, contentType?: string): Channel => ({
  name,
  address: `aisle/v1/stores/{storeId}/${channel}`,
  summary,
  schema,
  action: channel.startsWith('up/') ? 'send' : 'receive',
  server: 'cloud',
  ...(contentType && { contentType }),
});

const CHANNELS: Channel[] = [
  device('deviceState', 'state', DeviceState, 'A device says that it is there; retained, and its last will'),
  device('cameraPositions', 'camera/positions', CameraPositions, 'People on the floor in metres; sent also when empty'),
  device('cameraCrossings', 'camera/crossings', CameraCrossings, 'A camera counted people over an entrance'),
  device('shelfWeight', 'shelf/weight', ShelfWeight, 'Gross weight on a slot'),
  device('tillSale', 'till/sale', TillSale, 'A receipt'),
  device('screenPlay', 'screen/play', ScreenPlay, 'Proof of play'),
  device('screenShow', 'screen/show', ScreenShow, 'What the screen shall show now, and why', 'send'),
  store('hello', 'up/hello', Hello, 'First word of an agent at every connection'),
  store(
    'facts',
    'up/facts',
    Batch,
    'A batch of facts, gzip of JSON, kept by the agent until its acknowledgement',
    'application/gzip',
  ),
  store('inboxAck', 'up/inbox-ack', InboxAck, 'Commands up to seq are durable in the agent'),
  store('liveUpdate', 'up/live', LiveUpdate, 'Lossy, only while watched'),
  store('agentStatus', 'up/status', AgentStatus, 'Counters of the agent; retained'),
  store('welcome', 'down/welcome', Welcome, 'The epoch for this journal'),
  store('ack', 'down/ack', Ack, 'A batch has been committed, or refused with the reason'),
  store('inbox', 'down/inbox', InboxCommand, 'A command, sent again until acknowledged'),
  store('watch', 'down/watch', Watch, 'A lease on live data'),
  ...Object.entries(SocketEvents).map(([name, schema]): Channel => ({
    name: `live.${name}`,
    address: name,
    summary: `socket.io event "${name}" in the namespace /live`,
    schema,
    action: 'send',
    server: 'live',
  })),
];

/** The AsyncAPI 3 document of everything that is not REST, made from the schemas that the processes check with. */
export function asyncapiDocument(): object {
  const parameters = (address: string) =>
    Object.fromEntries(
      [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => [
        name,
        { description: name === 'deviceId' ? 'id of the device in the store file' : 'id of the store' },
      ]),
    );
  return JSON.parse(
    JSON.stringify({
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
      channels: Object.fromEntries(
        CHANNELS.map(({ name, address, summary, server }) => [
          name,
          {
            address,
            summary,
            servers: [{ $ref: `#/servers/${server}` }],
            parameters: parameters(address),
            messages: { [name]: { $ref: `#/components/messages/${name}` } },
          },
        ]),
      ),
      operations: Object.fromEntries(
        CHANNELS.map(({ name, action }) => [
          name,
          {
            action,
            channel: { $ref: `#/channels/${name}` },
            messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
          },
        ]),
      ),
      components: {
        messages: Object.fromEntries(
          CHANNELS.map(({ name, schema, contentType, summary }) => [
            name,
            { name, summary, contentType: contentType ?? 'application/json', payload: jsonSchema(schema) },
          ]),
        ),
        schemas: { fact: jsonSchema(Fact) },
      },
    }),
  ) as object;
}
