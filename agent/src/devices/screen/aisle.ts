import { ScreenPlay, compile, type PlayEvent } from '@aisle/contracts';
import type { DecodeContext, Dialect } from '../decode.js';
import { refuse } from '../refusal.js';
import { nativeDialect, type NativeDecoded } from '../native.js';
import { refused } from '../wire/reading.js';

const schema = compile(ScreenPlay);

/** `screen/play`: proof of play, from rendered to replaced. */
export function playEvent(value: unknown, context: DecodeContext): NativeDecoded<PlayEvent> {
  const checked = schema.check(value);
  if (!checked.ok) return refused(checked.problem);
  const { decisionId, contentId, completed, outcome, trouble } = checked.value;
  const { ts, startedTs, endedTs } = byAgentsClock(checked.value);
  if (endedTs < startedTs) return refuse('malformed', 'endedTs', 'endsBefore');
  const { digest, receivedTs, device } = context;
  return {
    ok: true,
    event: {
      kind: 'play',
      deviceId: device.id,
      ts,
      receivedTs,
      digest,
      decisionId,
      contentId,
      startedTs,
      endedTs,
      completed,
      ...(outcome !== undefined && { outcome }),
      ...(trouble !== undefined && { trouble }),
    },
  };
}

/** Clocks that are no further apart agree (SEMANTICS §25): then what the player says of its times stands, to the millisecond. */
const AGREES_MS = 1_000;

/** The times of a player that knows how far its own clock is off. */
function byAgentsClock({
  ts,
  startedTs,
  endedTs,
  clockOffMs = 0,
}: ScreenPlay): Pick<ScreenPlay, 'ts' | 'startedTs' | 'endedTs'> {
  const off = Math.abs(clockOffMs) > AGREES_MS ? clockOffMs : 0;
  const by = (time: number): number => Math.max(0, time - off);
  return { ts: by(ts), startedTs: by(startedTs), endedTs: by(endedTs) };
}

export const screenDialect: Dialect = nativeDialect('screen', new Map([['screen/play', playEvent]]));
