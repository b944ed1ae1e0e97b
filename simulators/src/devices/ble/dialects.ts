import type { Device } from '@aisle/contracts';
import { foreign, message, stateMessage, type Message } from '../message.js';
import { topicOf } from '../topics.js';
import type { Heard, ReceiverDialect } from './receiver.js';

/** A receiver of the native dialect: what was heard in a second in one message, an empty one too. */
export function aisleReceiver(deviceId: string): ReceiverDialect {
  return {
    start: (ts) => [stateMessage(deviceId, 'online', 'Sim BLE receiver', ts)],
    stop: (ts) => [stateMessage(deviceId, 'offline', 'Sim BLE receiver', ts)],
    tell: (heard, ts) => [message(deviceId, 'ble/adverts', { ts, adverts: heard.map(advertOf) })],
  };
}

const advertOf = ({ address, rssiDbm, serviceData, manufacturerData }: Heard) => ({
  address,
  rssiDbm,
  ...(serviceData && { serviceData: inHex(serviceData, (uuid) => uuid) }),
  ...(manufacturerData && {
    manufacturerData: inHex(manufacturerData, (company) => Number(company).toString(16).padStart(4, '0')),
  }),
});
const inHex = (data: Readonly<Record<string, Buffer>>, nameOf: (key: string) => string) =>
  Object.fromEntries(Object.entries(data).map(([key, bytes]) => [nameOf(key), bytes.toString('hex')]));

/**
 * OpenMQTTGateway and Theengs gateway, set to publish what they hear (`pubadvdata`): a message for each advertisement. They
 * tell no time. After docs.openmqttgateway.com "BLE gateway" and gateway.theengs.io.
 */
export function theengsReceiver(device: Device): ReceiverDialect {
  const will = topicOf({ ...device, topics: [] }, 'home/{id}/LWT');
  return {
    start: () => [foreign(device.id, will, 'online', true)],
    stop: () => [foreign(device.id, will, 'offline', true)],
    tell: (heard) => heard.map((advert) => gatewayMessage(device, advert)),
  };
}

function gatewayMessage(device: Device, { address, random, rssiDbm, serviceData, manufacturerData }: Heard): Message {
  const plain = address.replaceAll(':', '');
  const [service] = Object.entries(serviceData ?? {});
  const [company] = Object.entries(manufacturerData ?? {});
  const told = {
    id: address,
    mac_type: random ? 1 : 0,
    adv_type: 3,
    rssi: rssiDbm,
    ...(service && { servicedata: service[1].toString('hex'), servicedatauuid: `0x${service[0]}` }),
    ...(company && { manufacturerdata: companyFirst(Number(company[0]), company[1]) }),
  };
  return foreign(device.id, topicOf(device, 'home/{id}/BTtoMQTT/+', [plain]), JSON.stringify(told));
}

/** The company's number goes low byte first. */
const companyFirst = (company: number, data: Buffer): string =>
  Buffer.concat([Buffer.from([company & 0xff, company >> 8]), data]).toString('hex');

/** What the agent's own radio hears comes by no topic: it is handed to whoever stands in for BlueZ. */
export function bluezReceiver(hand: ((heard: Heard) => void) | undefined): ReceiverDialect {
  return {
    start: () => [],
    stop: () => [],
    tell: (heard) => {
      if (hand) for (const advert of heard) hand(advert);
      return [];
    },
  };
}
