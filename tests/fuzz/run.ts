import { TypeCompiler } from '@sinclair/typebox/compiler';
import { AisleError, DomainEvent, REFUSAL_REASONS, type DeviceEvent } from '@aisle/contracts';
import { advertFrom } from '../../agent/src/devices/ble/advert.js';
import type { Decoded } from '../../agent/src/devices/decode.js';
import { DeviceDecoder, DIALECTS } from '../../agent/src/devices/registry.js';
import { indexStore } from '../../agent/src/devices/store-index.js';
import { Receivers } from '../../agent/src/pipeline/ble/receivers.js';
import { EXAMPLES, HEARD, SHOP, TS, type Example } from './examples.js';
import { Dice, garbage, mutated, templateOf, type Template } from './mutate.js';

/** How a dialect is called among the examples. */
export const dialectKeys = (): string[] => DIALECTS.map(({ family, name }) => `${family ?? 'any'}|${name}`);

export interface FuzzFigures {
  messages: number;
  /** domain events that came of them, all of them checked */
  events: number;
  /** messages of which something came, by dialect */
  understood: ReadonlyMap<string, number>;
  refused: ReadonlyMap<string, number>;
  /** bytes on the heap after a collection, at ten moments from the second tenth on; empty without a collector */
  heap: number[];
}

export interface FuzzOptions {
  messages: number;
  seed: number;
  /** collects garbage now, if it can */
  collect?: (() => void) | undefined;
  onTenth?: (messages: number, heapBytes: number) => void;
}

/** What went wrong, with the message that did it, so that it can be made a test of its own. */
export class FuzzError extends AisleError {
  readonly code = 'fuzz';
}

interface Subject {
  key: string;
  example: Example;
  template: Template;
}

/** Every message is a good one that was broken, or garbage: no decoder may throw, or make an event of what says nothing. */
export function fuzz(options: FuzzOptions): FuzzFigures {
  // Parsers throw for nearly every message, and a stack costs more than the message does.
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return fuzzAll(options);
  } finally {
    Error.stackTraceLimit = before;
  }
}

function fuzzAll({ messages, seed, collect, onTenth }: FuzzOptions): FuzzFigures {
  const dice = new Dice(seed);
  const store = indexStore(SHOP, 1);
  const decoder = new DeviceDecoder();
  const receivers = new Receivers({
    random: { next: () => dice.next(), id: () => `0000${dice.below(1e9)}`.slice(-8).repeat(4) } as never,
    heard: () => undefined,
    refuse: () => undefined,
  });
  const subjects = dialectKeys().flatMap((key): Subject[] =>
    (EXAMPLES[key] ?? []).map((example) => ({ key, example, template: templateOf(example.payload) })),
  );
  const check = eventChecker();
  const understood = new Map<string, number>();
  const refused = new Map<string, number>();
  const heap: number[] = [];
  let events = 0;
  const radio = store.devices.get('radio');
  const tenth = Math.max(1, Math.floor(messages / 10));
  for (let count = 1; count <= messages; count += 1) {
    const receivedTs = TS + count;
    if (radio && count % 16 === 0) {
      const [address, data] = dice.pick(HEARD);
      const bytes = mutated({ text: data, spans: [] }, dice).toString('latin1');
      const advert = advertFrom({ address, rssiDbm: -60, serviceData: { fcd2: Buffer.from(bytes, 'hex') } });
      if (!advert.ok) throw new FuzzError(`an advertisement with any data was refused: ${advert.message}`);
      for (const event of receivers.take(radio, { ts: receivedTs, adverts: [advert.value] }, store, receivedTs)) {
        check(event, 'ble|bluez', data);
        events += 1;
      }
    } else {
      const { key, example, template } = dice.pick(subjects);
      const isGarbage = dice.next() < 0.25;
      const payload = isGarbage ? garbage(dice) : mutated(template, dice);
      const decoded = decode(key, example, payload);
      if (decoded.ok) {
        const device = store.devices.get(example.deviceId);
        const heard = decoded.adverts && device ? receivers.take(device, decoded.adverts, store, receivedTs) : [];
        for (const event of [...decoded.events, ...heard]) check(event, key, payload);
        if (isGarbage && [...decoded.events, ...heard].some(saysSomething))
          throw new FuzzError(`${key}: an event of garbage: ${shown(payload)}`);
        events += decoded.events.length + heard.length;
        if (decoded.events.length > 0 || decoded.adverts) understood.set(key, (understood.get(key) ?? 0) + 1);
      } else {
        if (!REFUSAL_REASONS.includes(decoded.reason) || decoded.message === '' || decoded.message.length > 2000)
          throw new FuzzError(`${key}: refused without a reason: ${shown(payload)}`);
        refused.set(decoded.reason, (refused.get(decoded.reason) ?? 0) + 1);
      }
    }
    if (count % tenth === 0) {
      collect?.();
      const used = process.memoryUsage().heapUsed;
      if (collect && count >= 2 * tenth) heap.push(used);
      onTenth?.(count, used);
    }
  }
  return { messages, events, understood, refused, heap };

  function decode(key: string, { deviceId, topic }: Example, payload: Buffer): Decoded {
    try {
      return decoder.decode({ deviceId, topic, payload, receivedTs: TS }, store);
    } catch (error) {
      throw new FuzzError(`${key}: threw ${String(error)} at ${shown(payload)}`, { cause: error });
    }
  }
}

/** A receiver that heard something of somebody unknown is alive, whatever that was. */
const saysSomething = (event: DeviceEvent): boolean =>
  event.kind !== 'heard' || event.badges.length > 0 || event.members.length > 0;

/** Checks an event against its schema, and that every number in it is a whole one that doubles hold exactly. */
function eventChecker(): (event: unknown, key: string, payload: Buffer | string) => void {
  const compiled = TypeCompiler.Compile(DomainEvent);
  return (event, key, payload) => {
    const first = compiled.Check(event) ? undefined : compiled.Errors(event).First();
    if (first !== undefined || !isWhole(event))
      throw new FuzzError(
        `${key}: no event: ${JSON.stringify(event)} (${first?.path ?? 'a number'}) of ${shown(payload)}`,
      );
  };
}

function isWhole(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  for (const inner of Object.values(value)) if (!isWhole(inner)) return false;
  return true;
}

const shown = (payload: Buffer | string): string =>
  (typeof payload === 'string' ? Buffer.from(payload) : payload).subarray(0, 2000).toString('base64');
