import { AisleError, type Remedy } from '@aisle/contracts';
import { connect, type MqttClient } from 'mqtt';
import type { Message } from '../devices/message.js';
import type { Publisher } from '../ports.js';

export interface PublisherOptions {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly clientId: string;
  /** messages under way at a time: beyond it they wait here, unsent */
  readonly window?: number;
  /** messages held, sent or not, above which senders are asked to wait */
  readonly limit?: number;
  readonly onNotice?: (text: string) => void;
}
export class LoginRefused extends AisleError {
  override readonly name = 'LoginRefused';
  readonly code = 'loginRefused';

  override get remedy(): Remedy {
    return 'stop';
  }
}
interface Waiting {
  readonly message: Message;
  acknowledged: boolean;
}

const RETRY_MS = [100, 200, 400, 800, 1000];
const REFUSED_CODES = new Set([4, 5, 134, 135]);

/**
 * Publishes at QoS 1 in order, with a bounded number under way. MQTT.js has a store and a reconnect of its own, but their
 * order after a reconnect is nobody's promise; here every connection starts afresh with what was not acknowledged,
 * oldest first, so that a device's messages can never overtake one another.
 */
export class MqttPublisher implements Publisher {
  private readonly waiting: Waiting[] = [];
  /** of `waiting`, how many were handed to the present connection */
  private sent = 0;
  private client: MqttClient | undefined;
  private online = false;
  private ending = false;
  private attempts = 0;
  private retry: NodeJS.Timeout | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly subscriptions = new Map<string, (payload: Buffer) => void>();
  acknowledged = 0;
  reconnects = -1;

  constructor(private readonly options: PublisherOptions) {}

  /** Resolves at the first connection. @throws LoginRefused when the broker knows the account not */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => this.open(resolve, reject));
  }

  private open(onFirst?: () => void, onRefused?: (error: Error) => void): void {
    const { url, username, password, clientId } = this.options;
    const client = connect(url, {
      clientId,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: 5000,
      keepalive: 15,
      resubscribe: false,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
    });
    this.client = client;
    client.on('connect', () => {
      if (client !== this.client) return;
      this.online = true;
      this.attempts = 0;
      this.reconnects += 1;
      this.sent = 0;
      for (const topic of this.subscriptions.keys()) this.subscribeNow(client, topic);
      this.pump();
      onFirst?.();
      onFirst = onRefused = undefined;
    });
    client.on('message', (topic, payload) => this.subscriptions.get(topic)?.(payload));
    client.on('error', (error) => {
      const code = (error as { code?: unknown }).code;
      if (typeof code === 'number' && REFUSED_CODES.has(code)) {
        if (onRefused) {
          this.ending = true;
          onRefused(new LoginRefused(`${url} refused the login of "${username ?? ''}"`));
        } else this.options.onNotice?.(`${url} refused the login; trying again`);
      }
    });
    client.on('close', () => {
      if (client !== this.client) return;
      if (this.online) this.options.onNotice?.(`lost ${url}; ${this.waiting.length} messages wait`);
      this.online = false;
      this.sent = 0;
      this.client = undefined;
      client.removeAllListeners();
      client.on('error', () => undefined);
      client.end(true);
      if (this.ending) return;
      const pause = RETRY_MS[Math.min(this.attempts, RETRY_MS.length - 1)];
      this.attempts += 1;
      this.retry = setTimeout(() => this.open(onFirst, onRefused), pause);
    });
  }

  publish(message: Message): void {
    this.waiting.push({ message, acknowledged: false });
    this.pump();
  }

  /** Publishes once at QoS 0, or not at all while there is no connection: for what is worth nothing later. */
  offer(topic: string, payload: Buffer): boolean {
    if (!this.client || !this.online) return false;
    this.client.publish(topic, payload, { qos: 0 });
    return true;
  }

  private pump(): void {
    const { client } = this;
    if (!client || !this.online) return;
    const window = this.options.window ?? 256;
    while (this.sent < this.waiting.length && this.sent < window) {
      const next = this.waiting[this.sent++] as Waiting;
      if (next.acknowledged) continue;
      const { topic, payload, bytes, retain } = next.message;
      client.publish(topic, bytes ? Buffer.from(bytes) : payload, { qos: 1, retain }, (error) => {
        if (client === this.client && !error) this.acknowledge(next);
      });
    }
  }

  private acknowledge(entry: Waiting): void {
    if (entry.acknowledged) return;
    entry.acknowledged = true;
    this.acknowledged += 1;
    let done = 0;
    while (this.waiting[done]?.acknowledged) done += 1;
    if (done > 0) {
      this.waiting.splice(0, done);
      this.sent -= done;
      this.pump();
      for (const listener of this.listeners) listener();
    }
  }

  /** Messages held, sent or not. */
  get held(): number {
    return this.waiting.length;
  }

  get isFull(): boolean {
    return this.waiting.length >= (this.options.limit ?? 1000);
  }

  room(): Promise<void> {
    return this.wait(() => !this.isFull);
  }

  async drained(withinMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), withinMs)));
    const done = await Promise.race([this.wait(() => this.waiting.length === 0).then(() => true), late]);
    clearTimeout(timer);
    return done;
  }

  private wait(isSo: () => boolean): Promise<void> {
    if (isSo()) return Promise.resolve();
    return new Promise((resolve) => {
      const listener = () => {
        if (!isSo()) return;
        this.listeners.delete(listener);
        resolve();
      };
      this.listeners.add(listener);
    });
  }

  /** Listens to a topic, now and after every reconnect. A refusal is noticed, and harms nothing else. */
  subscribe(topic: string, onMessage: (payload: Buffer) => void): void {
    this.subscriptions.set(topic, onMessage);
    if (this.client && this.online) this.subscribeNow(this.client, topic);
  }

  private subscribeNow(client: MqttClient, topic: string): void {
    client.subscribe(topic, { qos: 1 }, (error, grants) => {
      if (client !== this.client) return;
      if (error || grants?.some((grant) => grant.qos === 128)) this.options.onNotice?.(`may not listen to ${topic}`);
    });
  }

  async stop(): Promise<void> {
    this.ending = true;
    clearTimeout(this.retry);
    const { client } = this;
    this.client = undefined;
    this.online = false;
    if (!client) return;
    client.removeAllListeners();
    client.on('error', () => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, 300)));
    await Promise.race([client.endAsync(), late]);
    clearTimeout(timer);
    client.end(true);
  }
}
