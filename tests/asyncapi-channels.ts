import {
  AgentStatus,
  Ack,
  Asked,
  Batch,
  CameraCrossings,
  CameraDetections,
  CameraPositions,
  DEVICE_ROOT,
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
  SocketProblem,
  SocketRequests,
  TillSale,
  Watch,
  Welcome,
  downTopic,
  upTopic,
  type DownChannel,
  type UpChannel,
} from '@aisle/contracts';
import { Type, type TSchema } from '@sinclair/typebox';
import { BleAdverts } from '../agent/src/devices/ble/aisle-adverts.js';
import { RfidReads } from '../agent/src/devices/rfid/aisle-reads.js';

/** One topic of a broker, or one event of the live socket. */
export interface Channel {
  name: string;
  /** `{…}` stands for one level, `{rest}` for one or more */
  address: string;
  summary: string;
  /** undefined: in a vendor's own words, see `description` */
  schema?: TSchema;
  description?: string;
  /** seen from the agent (the store's broker, the uplink) or the cloud (socket.io) */
  action: 'send' | 'receive';
  server: 'store' | 'cloud' | 'live';
  contentType: string;
}

type Said = readonly [summary: string, schema: TSchema, contentType?: string];

const JSON_TYPE = 'application/json';

/** What devices say under a root of their own, and what screens are told there. */
const NATIVE: Readonly<Record<string, Said>> = {
  state: ['A device says that it is there; retained, and its last will', DeviceState],
  'camera/positions': ['People on the floor in metres; sent also when empty', CameraPositions],
  'camera/detections': ['People in one picture, in pixels; the calibration lays them on the floor', CameraDetections],
  'camera/crossings': ['A camera counted people over an entrance', CameraCrossings],
  'camera/frame/{ts}': [
    'A picture, taken at the epoch milliseconds at the end of the topic',
    Type.String(),
    'image/jpeg',
  ],
  'shelf/weight': ['Gross weight on a slot', ShelfWeight],
  'rfid/reads': ['Tags that a reader saw at `ts`', RfidReads],
  'ble/adverts': ['Advertisements that a receiver heard at `ts`', BleAdverts],
  'till/sale': ['A receipt', TillSale],
  'till/csv': ['A file of comma separated values, one row per sale line', Type.String(), 'text/csv'],
  'till/poslog': ['An ARTS POSLog of receipts', Type.String(), 'application/xml'],
  'screen/play': ['Proof of play', ScreenPlay],
  'screen/show': ['What the screen shall show now, and why; retained', ScreenShow],
};
const SENT_TO_DEVICES = new Set(['screen/show']);

/** Topics of vendors, as their devices come; a device's entry in the store file may name others. */
const VENDORS: readonly (readonly [address: string, guide: string, summary: string, contentType?: string])[] = [
  ['{deviceId}/onvif-ej/{rest}', 'camera-onvif', 'Events of a camera that analyses itself (ONVIF Profile M)'],
  ['{deviceId}/event/{rest}', 'camera-onvif', 'Events of a camera of Axis in its own format'],
  ['frigate/events', 'camera-frigate', 'People whom a Frigate NVR follows'],
  ['frigate/stats', 'camera-frigate', 'How the cameras of a Frigate NVR fare'],
  ['frigate/available', 'camera-frigate', 'Whether a Frigate NVR is there', 'text/plain'],
  [
    'frigate/{part}/status/detect',
    'camera-frigate',
    'Whether the pictures of a camera arrive at a Frigate NVR',
    'text/plain',
  ],
  ['{deviceId}/{rest}', 'shelf-esphome', 'States of an ESPHome shelf’s sensors, its birth and last will', 'text/plain'],
  ['home/{deviceId}/BTtoMQTT/{rest}', 'ble-gateway', 'What an OpenMQTTGateway or Theengs Gateway heard'],
  ['home/{deviceId}/LWT', 'ble-gateway', 'Whether a gateway is there', 'text/plain'],
  ['home/{deviceId}/SYStoMQTT', 'ble-gateway', 'What a gateway says of itself'],
  ['impinj/{deviceId}/events', 'rfid-impinj', 'Tags and heartbeats of an Impinj reader'],
  ['zebra/{deviceId}/{rest}', 'rfid-zebra', 'Tags and heartbeats of a Zebra reader'],
];

const UP: Readonly<Record<UpChannel, Said>> = {
  hello: ['First word of an agent at every connection', Hello],
  facts: [
    'A batch of facts, gzip of JSON, kept by the agent until its acknowledgement',
    Type.Object({ ...Batch.properties, facts: Type.Array(Fact) }),
    'application/gzip',
  ],
  'inbox-ack': ['Commands up to seq are durable in the agent', InboxAck],
  live: ['What changed in the live view; lossy, only while watched', LiveUpdate],
  status: ['Counters of the agent; retained', AgentStatus],
};
const DOWN: Readonly<Record<DownChannel, Said>> = {
  welcome: ['The epoch for this journal', Welcome],
  ack: ['A batch has been committed, or refused with the reason', Ack],
  inbox: ['A command, sent again until acknowledged', InboxCommand],
  watch: ['A lease on live data', Watch],
  asked: ['Somebody reads figures: facts go up as soon as they change, until the lease runs out', Asked],
};

/** `camera/frame/{ts}` → `camera.frame`, which a name in the document may be. */
const nameOf = (address: string): string =>
  address
    .replace(/\{\w+\}/g, '')
    .split('/')
    .filter((level) => level !== '')
    .join('.');

const channel = (
  name: string,
  address: string,
  [summary, schema, contentType = JSON_TYPE]: Said,
  way: Pick<Channel, 'action' | 'server'>,
): Channel => ({ name, address, summary, schema, contentType, ...way });

/** Every topic of the store's broker and of the cloud's, and every event of the live socket. */
export function channels(): Channel[] {
  return [
    ...Object.entries(NATIVE).map(([path, said]) =>
      channel(`device.${nameOf(path)}`, `${DEVICE_ROOT}/{deviceId}/${path}`, said, {
        action: SENT_TO_DEVICES.has(path) ? 'send' : 'receive',
        server: 'store',
      }),
    ),
    ...VENDORS.map(([address, guide, summary, contentType = JSON_TYPE]): Channel => ({
      name: `vendor.${nameOf(address) || guide}`,
      address,
      summary,
      description: `In the maker's own words: docs/devices/${guide}.md. The entry of a device may name other topics.`,
      action: 'receive',
      server: 'store',
      contentType,
    })),
    ...(Object.keys(UP) as UpChannel[]).map((name) =>
      channel(`up.${name}`, upTopic('{storeId}', name), UP[name], { action: 'send', server: 'cloud' }),
    ),
    ...(Object.keys(DOWN) as DownChannel[]).map((name) =>
      channel(`down.${name}`, downTopic('{storeId}', name), DOWN[name], { action: 'receive', server: 'cloud' }),
    ),
    ...Object.entries({ ...SocketEvents, error: SocketProblem }).map(([name, schema]) =>
      channel(`live.${name}`, name, [`socket.io event "${name}" to the browser, in the namespace /live`, schema], {
        action: 'send',
        server: 'live',
      }),
    ),
    ...Object.entries(SocketRequests).map(([name, schema]) =>
      channel(`live.${name}`, name, [`socket.io event "${name}" of the browser, in the namespace /live`, schema], {
        action: 'receive',
        server: 'live',
      }),
    ),
  ];
}
