/** The shop's MQTT broker, as the agent's rules see it. */
export type Sender = { kind: 'device'; deviceId: string } | { kind: 'integrator'; name: string };

export interface BrokerMessage {
  sender: Sender;
  topic: string;
  payload: Buffer;
  qos: 0 | 1 | 2;
  /** sent again by MQTT, since it was not acknowledged */
  dup?: boolean;
  /** the same for all messages of one connection */
  connection?: object;
}

/**
 * `sameClient`: two connections of one account go by one client id and end each other; `notReading`: it did not read what was sent to it;
 * `crowded`: too many connections of one account, the oldest was ended.
 */
export type BrokerTrouble = 'sameClient' | 'notReading' | 'crowded';

/** `forward`: acknowledged and given to subscribers; `drop`: acknowledged only; `refuse`: not acknowledged, the connection ends. */
export type Verdict = 'forward' | 'drop' | 'refuse';

export interface BrokerRules {
  login(username: string | undefined, password: string | undefined): Sender | undefined;
  maySubscribe(sender: Sender, filter: string): boolean;
  /** A connection of this sender was ended by the broker, or kept others out. */
  trouble?(sender: Sender, what: BrokerTrouble): void;
  /** Called synchronously on arrival; the acknowledgement waits for `done`, which is called once. */
  receive(message: BrokerMessage, done: (verdict: Verdict) => void): void;
}

export interface StoreBroker {
  /** @throws StartError when the port is in use */
  start(): Promise<void>;
  stop(): Promise<void>;
  publish(topic: string, payload: string, options: { qos: 0 | 1; retain: boolean }): void;
  connections(): number;
  /** Ends every connection of a device at once, and takes nothing more from it, its last will included. Returns how many those were. */
  cut(deviceId: string): number;
}
