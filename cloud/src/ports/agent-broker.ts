import type { DownChannel, UpChannel } from '@aisle/contracts';

/** Who an agent is, once its user name and password were right. */
export interface AgentIdentity {
  storeId: string;
  username: string;
}

/** What the broker tells the cloud. Handlers run in the order in which one agent's messages arrived. */
export interface AgentBrokerHandlers {
  authenticate(username: string, password: Buffer): Promise<AgentIdentity | undefined>;
  connected(storeId: string): void;
  disconnected(storeId: string): void;
  /** A promise holds back the agent's next messages until it resolves: that is how a full queue slows an agent down. */
  message(storeId: string, channel: UpChannel, payload: Buffer): void | Promise<void>;
  /** A publication or subscription outside the agent's rights, or a wrong password. */
  refused(what: 'login' | 'publish' | 'subscribe', detail: string): void;
}

/** The cloud's side of MQTT: agents log in, publish their own store's `up/*` and subscribe their own `down/*`. */
export interface AgentBroker {
  /** Listens. Resolves with the port that it listens on. */
  start(handlers: AgentBrokerHandlers): Promise<number>;
  /** Closes every connection. */
  stop(): Promise<void>;
  /** Sends to the store's agent (QoS 1); false when it is not connected. */
  send(storeId: string, channel: DownChannel, message: unknown): boolean;
}
