import { DeviceState, compile, type DeviceStateEvent } from '@aisle/contracts';
import { refuse, type DecodeContext, type Decoded, type Dialect } from '../decode.js';

const schema = compile(DeviceState);

/** `state` of any native device, also its last will. */
export function deviceStateEvent(value: unknown, context: DecodeContext): Decoded<DeviceStateEvent> {
  const checked = schema.check(value);
  if (!checked.ok) return refuse('malformed', checked.problem.field, checked.problem.message);
  const { state, model, firmware, ts } = checked.value;
  return {
    ok: true,
    event: {
      kind: 'deviceState',
      deviceId: context.device.id,
      ts: ts ?? context.receivedTs,
      receivedTs: context.receivedTs,
      // Without a time of its own the same bytes are said again on purpose: "online" after every reconnect.
      digest: ts === undefined ? `${context.digest}@${context.receivedTs}` : context.digest,
      state,
      ...(model !== undefined && { model }),
      ...(firmware !== undefined && { firmware }),
    },
  };
}

export const stateDialect: Dialect = {
  family: undefined,
  name: 'aisle',
  channels: new Map([['state', deviceStateEvent]]),
};
