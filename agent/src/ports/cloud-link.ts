/** The line to the cloud's broker. It may be down for days. */
export interface CloudLinkEvents {
  connected(): void;
  disconnected(): void;
  message(topic: string, payload: Buffer): void;
}

export interface CloudLink {
  start(events: CloudLinkEvents): void;
  stop(): Promise<void>;
  readonly connected: boolean;
  subscribe(filter: string): Promise<void>;
  /** QoS 1: comes back when the broker has it, or rejects when the line breaks. */
  send(topic: string, payload: Buffer | string): Promise<void>;
  /** QoS 0: gone when the line is down or full. */
  sendLossy(topic: string, payload: string, options?: { retain?: boolean }): void;
}
