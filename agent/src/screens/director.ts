import {
  DEFAULT_ENGAGED_AFTER_SECONDS,
  SHOW_CHANNEL,
  deviceTopic,
  type DecidedEvent,
  type Device,
  type LiveScreen,
  type ScreenShow,
} from '@aisle/contracts';
import type { StoreIndex } from '../devices/decode.js';
import type { AudienceMember } from '../domain/engine/engine-api.js';
import type { JournalEntry } from '../journal/record.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { Random } from '../ports/random.js';
import { urlOf } from './content.js';
import { choose, sentenceOf } from './rule.js';

export interface DirectorOptions {
  /** how long a choice is shown when nobody renews it, ms; longer keeps stale choices, shorter flickers to idle */
  holdMs?: number;
  /** switches of one screen in a minute; more follows people closer and looks restless */
  switchesPerMinute?: number;
}

export interface DirectorParts {
  config(): StoreIndex | undefined;
  audienceOf(zoneId: string): AudienceMember[];
  /** journals a decision; it comes back through `apply` */
  decide(event: DecidedEvent): void;
  publish(topic: string, payload: string): void;
  clock: Clock;
  random: Random;
}

const DEFAULT_MIN_PLAY_SECONDS = 8;
const DEFAULT_HOLD_MS = 30_000;

interface Showing {
  decision: DecidedEvent;
  /** wall clock, epoch ms */
  expiresTs: number;
}

/**
 * Chooses what screens show. A choice is made when somebody's stay in a screen's zone becomes engaged, is journaled, and is
 * delivered once it is durable; it is renewed while the audience stays, and expires when nobody does. Needs no cloud.
 */
export class ScreenDirector {
  readonly name = 'screens';
  #showing = new Map<string, Showing>();
  /** Times of the last minute's switches, by screen. */
  readonly #switches = new Map<string, number[]>();
  /** Decisions on their way through the journal, by screen. */
  readonly #pending = new Set<string>();
  /** Looks that wait for a minimum play time to run out, by screen. */
  readonly #again = new Map<string, Timer>();
  #delivering = false;

  constructor(
    private readonly parts: DirectorParts,
    private readonly options: DirectorOptions = {},
  ) {}

  /** From here on decisions are delivered too: before, they were those of an earlier life. */
  start(): void {
    this.#delivering = true;
    for (const screenId of this.#showing.keys()) this.#deliver(screenId);
  }

  apply({ event }: JournalEntry): void {
    if (event.kind !== 'decided') return;
    this.#pending.delete(event.screenId);
    this.#showing.set(event.screenId, { decision: event, expiresTs: event.ts + this.#holdMs });
    const recent = this.#recent(event.screenId, event.ts);
    this.#switches.set(event.screenId, [...recent, event.ts]);
    if (this.#delivering) this.#deliver(event.screenId);
  }

  get #holdMs(): number {
    return this.options.holdMs ?? DEFAULT_HOLD_MS;
  }
  #recent(screenId: string, now: number): number[] {
    return (this.#switches.get(screenId) ?? []).filter((ts) => now - ts < 60_000);
  }

  /** Looks at every screen's audience: to be called after people have moved. */
  look(): void {
    const store = this.parts.config();
    if (!store) return;
    for (const device of store.devices.values())
      if (device.family === 'screen' && device.zone !== undefined) this.#lookAt(device, device.zone, store);
  }

  #lookAt(screen: Device, zoneId: string, store: StoreIndex): void {
    if (this.#pending.has(screen.id)) return;
    const now = this.parts.clock.now();
    const current = this.#current(screen.id, now);
    // The minimum play time comes first: it is also the cheapest to ask.
    const minPlayMs = (screen.minPlaySeconds ?? DEFAULT_MIN_PLAY_SECONDS) * 1000;
    const leftMs = current ? current.decision.ts + minPlayMs - now : 0;
    if (leftMs > 0) return this.#lookAgain(screen.id, leftMs);
    const zone = store.file.zones?.find((candidate) => candidate.id === zoneId);
    const engagedMs = (zone?.engagedAfterSeconds ?? DEFAULT_ENGAGED_AFTER_SECONDS) * 1000;
    const audience = this.parts.audienceOf(zoneId).filter((member) => member.stayMs >= engagedMs);
    if (audience.length === 0) return;
    const choice = choose(store.file, zoneId, audience);
    if (!choice) return;
    if (current?.decision.contentId === choice.card.contentId) return this.#renew(screen.id, current, now);
    if (this.#recent(screen.id, now).length >= (this.options.switchesPerMinute ?? 6)) return;
    this.#pending.add(screen.id);
    this.parts.decide({
      kind: 'decided',
      ts: now,
      decisionId: this.parts.random.id(),
      screenId: screen.id,
      contentId: choice.card.contentId,
      category: choice.card.category,
      reason: sentenceOf(store.file, choice.why),
      why: choice.why,
      probabilityMicro: 1_000_000,
      heldOut: false,
      candidates: choice.candidates,
    });
  }

  /** Nobody need move for a choice to fall due: who stands still while the minimum play time runs out is still there. */
  #lookAgain(screenId: string, afterMs: number): void {
    if (this.#again.has(screenId)) return;
    const timer = this.parts.clock.after(afterMs, () => {
      this.#again.delete(screenId);
      this.look();
    });
    this.#again.set(screenId, timer);
  }

  /** Ends what waits. */
  stop(): void {
    for (const timer of this.#again.values()) timer.cancel();
    this.#again.clear();
  }

  #current(screenId: string, now: number): Showing | undefined {
    const showing = this.#showing.get(screenId);
    return showing && showing.expiresTs > now ? showing : undefined;
  }

  #renew(screenId: string, showing: Showing, now: number): void {
    if (showing.expiresTs - now > this.#holdMs / 2) return;
    showing.expiresTs = now + this.#holdMs;
    this.#deliver(screenId);
  }

  #deliver(screenId: string): void {
    const store = this.parts.config();
    const showing = this.#current(screenId, this.parts.clock.now());
    if (!store || !showing) return;
    const { decisionId, contentId, reason } = showing.decision;
    const content = store.file.content?.find(({ id }) => id === contentId);
    const url = (content && urlOf(content)) ?? `/player/${screenId}/content/${contentId}.json`;
    const show: ScreenShow = { decisionId, contentId, url, reason, expiresTs: showing.expiresTs };
    this.parts.publish(deviceTopic(screenId, SHOW_CHANNEL), JSON.stringify(show));
  }

  /** What each screen shows now, for people. */
  list(): LiveScreen[] {
    const now = this.parts.clock.now();
    const screens = [...(this.parts.config()?.devices.values() ?? [])].filter((device) => device.family === 'screen');
    return screens.map(({ id, zone }) => {
      const showing = this.#current(id, now);
      return {
        deviceId: id,
        decisionId: showing?.decision.decisionId ?? null,
        contentId: showing?.decision.contentId ?? null,
        category: showing?.decision.category ?? null,
        reason: showing?.decision.reason ?? '',
        ...(showing?.decision.why && { why: showing.decision.why }),
        sinceTs: showing?.decision.ts ?? null,
        audience: zone === undefined ? 0 : this.parts.audienceOf(zone).length,
      };
    });
  }

  save(): unknown {
    return [...this.#showing.values()];
  }
  restore(data: unknown): void {
    this.#showing = new Map((data as Showing[]).map((showing) => [showing.decision.screenId, showing]));
  }
}
