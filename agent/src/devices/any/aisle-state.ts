import { DeviceState, compile, type DeviceStateEvent } from '@aisle/contracts';
import type { DecodeContext, Dialect } from '../decode.js';
import { nativeDialect, type NativeDecoded } from '../native.js';
import { refused } from '../wire/reading.js';

const schema = compile(DeviceState);

/** `state` of any native device, also its last will. */
export function deviceStateEvent(value: unknown, context: DecodeContext): NativeDecoded<DeviceStateEvent> {
  const checked = schema.check(value);
  if (!checked.ok) return refused(checked.problem);
  const { state, model, firmware, battery, simulated, ts } = checked.value;
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
      ...(simulated === true && { simulated }),
      ...(battery !== undefined && { battery: Math.round(battery) }),
    },
  };
}

/** Every device may say so, whatever its own dialect is. */
export const stateDialect: Dialect = nativeDialect(undefined, new Map([['state', deviceStateEvent]]));
