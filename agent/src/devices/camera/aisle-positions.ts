import { CameraPositions, compile, toMillimetres, type PositionsEvent } from '@aisle/contracts';
import type { DecodeContext } from '../decode.js';
import type { NativeDecoded } from '../native.js';
import { refused } from '../wire/reading.js';

const schema = compile(CameraPositions);

/** `camera/positions`: who is where, in whole millimetres from here on. */
export function positions(value: unknown, context: DecodeContext): NativeDecoded<PositionsEvent> {
  const checked = schema.check(value);
  if (!checked.ok) return refused(checked.problem);
  const { ts, people } = checked.value;
  const { digest, receivedTs, device } = context;
  return {
    ok: true,
    event: {
      kind: 'positions',
      deviceId: device.id,
      ts,
      receivedTs,
      digest,
      people: people.map(({ id, x, y }) => [id, toMillimetres(x), toMillimetres(y)]),
    },
  };
}
