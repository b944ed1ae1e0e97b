import mqtt, { type MqttClient } from 'mqtt';
import type { Clock, Timer } from '../ports/clock.js';
import type { CloudLink, CloudLinkEvents } from '../ports/cloud-link.js';
import { GrowingPause } from '../ports/growing-pause.js';
import { lineTroubleOf, type LineTrouble } from '../ports/line-trouble.js';
import type { Logger } from '../ports/logger.js';
import type { Random } from '../ports/random.js';

export interface MqttLinkOptions {
  url: string;
  username: string;
  password: string;
  /** certificates to trust, PEM; left out: those of public authorities */
  ca?: string | undefined;
  /** first and longest wait between two tries, ms */
  firstRetryMs?: number;
  longestRetryMs?: number;
}

/** The line to the cloud by MQTT.js. Tries again for ever, at growing, jittered intervals, so that shops do not come back as one. */
export class MqttLink implements CloudLink {
  #client: MqttClient | undefined;
  #events: CloudLinkEvents | undefined;
  #retry: Timer | undefined;
  readonly #pauses: GrowingPause;
  #connected = false;
  #stopped = false;
  #trouble: LineTrouble | undefined;

  constructor(
    private readonly options: MqttLinkOptions,
    private readonly clock: Clock,
    random: Random,
    private readonly log: Logger,
  ) {
    const { firstRetryMs = 500, longestRetryMs = 30_000 } = options;
    this.#pauses = new GrowingPause(random, { firstPauseMs: firstRetryMs, longestPauseMs: longestRetryMs });
  }

  /** Why there is no line; undefined while there is one, and before the first try has ended. */
  get trouble(): LineTrouble | undefined {
    return this.#trouble;
  }

  get connected(): boolean {
    return this.#connected;
  }

  start(events: CloudLinkEvents): void {
    this.#events = events;
    this.#connect();
  }

  #connect(): void {
    if (this.#stopped) return;
    const { username, password, ca } = this.options;
    const url = withoutUser(this.options.url);
    // A clean session and no store: what must arrive waits in the outbox, not in the client.
    const client = mqtt.connect(url, {
      username,
      password,
      ...(ca !== undefined && { ca }),
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: 10_000,
      keepalive: 20,
      queueQoSZero: false,
      resubscribe: false,
    });
    this.#client = client;
    client.on('connect', () => {
      this.#connected = true;
      this.#trouble = undefined;
      this.#pauses.reset();
      this.log.info({ url }, 'connected to the cloud');
      this.#events?.connected();
    });
    client.on('message', (topic, payload) => this.#events?.message(topic, payload));
    let failed: LineTrouble | undefined;
    client.on('error', (error) => {
      const trouble = (failed ??= lineTroubleOf(error));
      // Once for each reason: it is tried for days.
      const say = trouble === this.#trouble ? 'debug' : 'warn';
      this.#trouble = trouble;
      this.log[say]({ url, trouble, reason: error.message }, 'no line to the cloud');
    });
    client.once('close', () => {
      const was = this.#connected;
      this.#connected = false;
      if (!failed) this.#trouble = 'broken';
      client.end(true);
      if (was) {
        this.log.warn({ url }, 'the line to the cloud broke; facts wait in the outbox');
        this.#events?.disconnected();
      }
      this.#again();
    });
  }

  #again(): void {
    if (this.#stopped) return;
    this.#retry?.cancel();
    this.#retry = this.clock.after(this.#pauses.next(), () => this.#connect());
  }

  async subscribe(filter: string): Promise<void> {
    await this.#client?.subscribeAsync(filter, { qos: 1 });
  }

  async send(topic: string, payload: Buffer | string): Promise<void> {
    if (!this.#client || !this.#connected) throw new Error('not connected');
    await this.#client.publishAsync(topic, payload, { qos: 1 });
  }

  sendLossy(topic: string, payload: string, { retain = false }: { retain?: boolean } = {}): void {
    const client = this.#client;
    if (!client || !this.#connected) return;
    // A full line: newer live data is worth more than old.
    const stream = client.stream as { writableLength?: number } | undefined;
    if (!retain && (stream?.writableLength ?? 0) > 1 << 20) return;
    client.publish(topic, payload, { qos: 0, retain });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#retry?.cancel();
    const client = this.#client;
    if (client) await new Promise<void>((resolve) => client.end(!this.#connected, {}, () => resolve()));
    this.#connected = false;
  }
}

/** The account is what the configuration says beside it; one within the address would take its place, and stand in logs. */
function withoutUser(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  url.username = url.password = '';
  return url.href;
}
