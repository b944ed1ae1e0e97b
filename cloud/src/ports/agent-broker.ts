import type { DownChannel, UpChannel } from '@aisle/contracts';

/** Who an agent is, once its user name and password were right. */
export interface AgentIdentity {
  storeId: string;
  username: string;
}

/**
 * What became of a message: it is kept for good, or refused for good (`done`), or nothing could be done about it now (`again`).
 * A broker that keeps messages lets go of it, or brings it once more; any other may ignore it.
 */
export type Taken = (outcome: 'done' | 'again') => void;

/** What the broker tells the cloud. Handlers run in the order in which one agent's messages arrived. */
export interface AgentBrokerHandlers {
  authenticate(username: string, password: Buffer): Promise<AgentIdentity | undefined>;
  connected(storeId: string): void;
  disconnected(storeId: string): void;
  /**
   * A promise holds back the agent's next messages until it resolves: that is how a full queue slows an agent down. `taken` is called
   * once, perhaps long after that; a process that dies before has not taken it.
   */
  message(storeId: string, channel: UpChannel, payload: Buffer, taken?: Taken): void | Promise<void>;
  /** A publication or subscription outside the agent's rights, or a wrong password. */
  refused(what: 'login' | 'publish' | 'subscribe', detail: string): void;
  /** Accounts that are worth nothing any more, by `AgentAccount.key`; asked at every start and after every change. */
  revokedKeys?(): Promise<readonly string[]>;
}

/** An account that the broker itself checks. */
export interface AgentAccount {
  password: string;
  /** what the broker calls it; no secret */
  key: string;
}

/** The cloud's side of MQTT: agents log in, publish their own store's `up/*` and subscribe their own `down/*`. */
export interface AgentBroker {
  /** Listens. Resolves with the port that it listens on; 0 where agents connect to somebody else. */
  start(handlers: AgentBrokerHandlers): Promise<number>;
  /** Takes nothing more from agents; where they are connected to this process, their connections are closed. */
  stop(): Promise<void>;
  /** What was answered since then has gone out. */
  close?(): Promise<void>;
  /** Sends to the store's agent (QoS 1); false when it is not connected. */
  send(storeId: string, channel: DownChannel, message: unknown): boolean;
  /** A new account of the store's agent. Left out: any random password does, and `authenticate` is asked for it. */
  account?(storeId: string): Promise<AgentAccount>;
  /**
   * The store's account was replaced or revoked, and that is kept: whoever is there by another is cut off. False when that could not be
   * done now: it is done as soon as it can.
   */
  accountChanged(storeId: string): Promise<boolean>;
}
