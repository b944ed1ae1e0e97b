import { MqttPublisher } from '../../simulators/src/adapters/mqtt-publisher.js';
import { SECRETS, type Api, type ShopFolder } from './sides.js';

/** One thing that happens in a shop, in order: a device's message, or a sale by the cloud's REST interface. */
export type Said = { topic: string; payload: string; retain?: true } | { sale: Record<string, unknown> };

const CLOCK_TOPIC = 'aisle/v1/clock';
/** What the time is, for an agent whose clock is the shop's. */
export const timeIs = (ts: number): Said => ({ topic: CLOCK_TOPIC, payload: String(ts) });
export const says = (deviceId: string, channel: string, body: unknown, retain = false): Said => ({
  topic: `aisle/v1/devices/${deviceId}/${channel}`,
  payload: JSON.stringify(body),
  ...(retain && { retain: true }),
});

/** Publishes it all in order, as fast as it is acknowledged, and waits until it is durable. */
export async function tell(folder: ShopFolder, api: Api, said: Iterable<Said>): Promise<void> {
  const publisher = new MqttPublisher({
    url: `mqtt://127.0.0.1:${folder.ports.storeMqtt}`,
    username: 'integrator',
    password: SECRETS.integrator,
    clientId: `compat-${folder.ports.storeMqtt}`,
    window: 64,
    limit: 64,
  });
  await publisher.start();
  try {
    for (const one of said) {
      if ('sale' in one) await api.ok('POST', `/stores/${folder.storeId}/sales`, one.sale);
      else publisher.publish({ deviceId: '', topic: one.topic, payload: one.payload, retain: one.retain ?? false });
      if (publisher.isFull) await publisher.room();
    }
    if (!(await publisher.drained(60_000))) throw new Error('not everything was acknowledged within a minute');
  } finally {
    await publisher.stop();
  }
}
