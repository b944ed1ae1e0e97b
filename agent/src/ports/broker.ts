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

/** `forward`: acknowledged and given to subscribers; `drop`: acknowledged only; `refuse`: not acknowledged, the connection ends. */
export type Verdict = 'forward' | 'drop' | 'refuse';

export interface BrokerRules {
  login(username: string | undefined, password: string | undefined): Sender | undefined;
  maySubscribe(sender: Sender, filter: string): boolean;
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
