/** A message as a device puts it on the wire. This room encodes with its own code: no decoder's mistake can hide here. */
export interface Message {
  readonly deviceId: string;
  readonly topic: string;
  readonly payload: string;
  /** what arrives instead of `payload`, where the line has damaged it */
  readonly bytes?: Uint8Array;
  readonly retain: boolean;
  /** its sender keeps it until it was taken: it may come late or twice, but it comes */
  readonly sure?: true;
}

const ROOT = 'aisle/v1/devices';

export const message = (deviceId: string, channel: string, body: unknown, retain = false): Message => ({
  deviceId,
  topic: `${ROOT}/${deviceId}/${channel}`,
  payload: JSON.stringify(body),
  retain,
});

/** A message on somebody else's topic. */
export const foreign = (deviceId: string, topic: string, payload: string, retain = false): Message => ({
  deviceId,
  topic,
  payload,
  retain,
});
/** The same, kept by its sender until it was taken. */
export const surely = (told: Message): Message => ({ ...told, sure: true });

/** The same, by a clock that is `ms` ahead. */
export function later(told: Message, ms: number): Message {
  const body = JSON.parse(told.payload) as { ts?: number };
  return { ...told, payload: JSON.stringify(body.ts === undefined ? body : { ...body, ts: body.ts + ms }) };
}

export const stateMessage = (deviceId: string, state: 'online' | 'offline', model: string, ts: number): Message =>
  message(deviceId, 'state', { state, model, firmware: 'sim-1', simulated: true, ts }, true);

/** Whole millimetres as metres: what a camera writes, without binary dust. */
export const metres = (value: number): number => {
  const rounded = Math.round(value * 1000) / 1000;
  return rounded === 0 ? 0 : rounded;
};
/** Minor units as a decimal amount. */
export const amount = (minor: number, digits: number): number => Number((minor / 10 ** digits).toFixed(digits));
