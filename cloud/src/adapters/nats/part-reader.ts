import type { Consumer, ConsumerMessages, JetStreamManager, JsMsg } from '@nats-io/jetstream';
import type { AgentBrokerHandlers } from '../../ports/agent-broker.js';
import type { Clock } from '../../ports/clock.js';
import { parseUpSubject, STREAM } from './subjects.js';
import { ACK_WAIT_MS, AT_ONCE, leave, takeOver } from './up-stream.js';

export interface ReaderParts {
  jsm: JetStreamManager;
  consumer(name: string): Promise<Consumer>;
  handlers: Pick<AgentBrokerHandlers, 'message' | 'refused'>;
  clock: Clock;
  log: {
    info(details: object, message: string): void;
    warn(details: object, message: string): void;
    error(details: object, message: string): void;
  };
}

const PAUSE_MS = 1_000;
const HEARTBEAT_MS = 2_000;
/** what could not be handled now comes again after this */
const AGAIN_MS = 2_000;
/** readers that end, one after another, at the same message: from then on one message at a time, to see whose fault it is */
const SUSPECT_AFTER = 3;
/** the message that alone was under way each time is what ends them */
const POISON_AFTER = 5;

/** Reads one part of the stream, in its order, and lets go of a message once it is kept. */
export class PartReader {
  /** by sequence in the stream: taken and not kept; kept after the last reading too, so that what is kept then is let go of */
  readonly #open = new Map<number, JsMsg>();
  #messages: ConsumerMessages | undefined;
  #isTaken = false;

  constructor(
    private readonly part: number,
    private readonly parts: ReaderParts,
  ) {}

  get open(): number {
    return this.#open.size;
  }

  /** Reads until it is told to end; a line that breaks, or servers that choose a leader, are waited for. */
  async run(ended: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    const stopWorking = clock.every(ACK_WAIT_MS / 3, () => {
      for (const message of this.#open.values()) message.working();
    });
    const stop = (): void => this.#messages?.stop();
    ended.addEventListener('abort', stop);
    try {
      while (!ended.aborted) {
        try {
          await this.#read(ended);
        } catch (error) {
          if (!ended.aborted)
            log.warn({ part: this.part, reason: (error as Error).message }, 'a part of the stream cannot be read now');
        }
        if (!ended.aborted) await this.#pause(ended);
      }
    } finally {
      stopWorking();
      ended.removeEventListener('abort', stop);
      if (this.#isTaken) await leave(this.parts.jsm, this.part).catch(() => undefined);
      this.#isTaken = false;
    }
  }

  async #read(ended: AbortSignal): Promise<void> {
    const { name, stuck } = await takeOver(this.parts.jsm, this.part, this.#isTaken);
    this.#isTaken = true;
    const consumer = await this.parts.consumer(name);
    const messages = await consumer.consume({
      max_messages: stuck < SUSPECT_AFTER ? AT_ONCE : 1,
      // a consumer whose leader ended forgets that it was asked; two that are missed, and it is asked again
      idle_heartbeat: HEARTBEAT_MS,
      abort_on_missing_resource: true,
    });
    this.#messages = messages;
    if (ended.aborted) messages.stop();
    const whenEnded = new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve(), { once: true }));
    let suspect = stuck >= POISON_AFTER;
    for await (const message of messages) {
      if (ended.aborted) break;
      if (suspect) this.#refuse(message, 'every reader ended at it');
      else {
        const kept = this.#take(message, stuck >= SUSPECT_AFTER);
        if (kept) await Promise.race([kept, whenEnded]);
      }
      suspect = false;
    }
  }

  #take(message: JsMsg, alone: boolean): void | Promise<void> {
    const said = parseUpSubject(message.subject);
    if (!said) return this.#refuse(message, 'no agent says this');
    this.#open.set(message.seq, message);
    let isKept: () => void = () => undefined;
    const kept = new Promise<void>((resolve) => (isKept = resolve));
    const held = this.parts.handlers.message(said.storeId, said.channel, Buffer.from(message.data), (outcome) => {
      // it may have been brought again since: the newest is what is answered
      const current = this.#open.get(message.seq);
      if (!current) return;
      this.#open.delete(message.seq);
      if (outcome === 'done') current.ack();
      else current.nak(AGAIN_MS);
      isKept();
    });
    return alone ? kept : held;
  }

  #refuse(message: JsMsg, why: string): void {
    const { subject, seq } = message;
    this.parts.log.error(
      { stream: STREAM, part: this.part, seq, subject, why },
      'a message of the stream is passed over',
    );
    this.parts.handlers.refused('publish', `${subject}: ${why}`);
    message.term();
  }

  #pause(ended: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.parts.clock.after(PAUSE_MS, resolve);
      ended.addEventListener('abort', () => (cancel(), resolve()), { once: true });
    });
  }
}
