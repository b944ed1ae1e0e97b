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
  const { ts, decisionId, contentId, startedTs, endedTs, completed } = checked.value;
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
    },
  };
}

export const screenDialect: Dialect = nativeDialect('screen', new Map([['screen/play', playEvent]]));
