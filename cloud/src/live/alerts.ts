import type { LiveAlert, LiveDevice, LiveSnapshot } from '@aisle/contracts';

/** Milliseconds of [from, to) in which the shop is open. */
export type OpenMs = (from: number, to: number) => number;

/**
 * Devices that are away: `deviceOffline` said that it goes, or its last will was published; `deviceSilent` has said nothing for
 * longer than its own rhythm suggests. Only hours in which the shop is open count as silence: many devices sleep at night. One
 * that has no rhythm yet, or was shut out on purpose, is no alert. `deviceClock`: its clock is days off. `cellSilent`: a shelf says nothing of a slot any more, which is its subject.
 */
export function deviceAlerts(snapshot: LiveSnapshot, now: number, openMs: OpenMs): LiveAlert[] {
  return snapshot.devices.flatMap((device) => {
    if (device.revoked === true) return [];
    const kind = kindOf(device, now, openMs);
    const clock = device.problems?.find(({ code }) => code === 'clockOff');
    return [
      ...(kind === undefined ? [] : [alertOf(kind, device, device.lastSeenTs ?? snapshot.ts)]),
      ...(clock ? [alertOf('deviceClock', device, clock.sinceTs)] : []),
      ...(device.problems ?? []).flatMap(({ code, values: { slot }, sinceTs }) =>
        code === 'cellSilent' && typeof slot === 'string' ? [alertOf(code, { deviceId: slot }, sinceTs)] : [],
      ),
    ];
  });
}

const alertOf = (kind: string, { deviceId }: Pick<LiveDevice, 'deviceId'>, since: number): LiveAlert => ({
  alertId: `${kind}:${deviceId}:${since}`,
  kind,
  subject: deviceId,
  since: new Date(since).toISOString(),
  until: null,
});

function kindOf({ state, lastSeenTs, silentAfterMs }: LiveDevice, now: number, openMs: OpenMs): string | undefined {
  if (state === 'offline') return 'deviceOffline';
  if (state !== 'silent' || lastSeenTs === null || silentAfterMs === undefined) return undefined;
  return openMs(lastSeenTs, now) > silentAfterMs ? 'deviceSilent' : undefined;
}

/** A view with the alerts that the cloud adds to the agent's own. */
export function withAlerts(
  snapshot: LiveSnapshot,
  more: readonly LiveAlert[],
  now: number,
  openMs: OpenMs,
): LiveSnapshot {
  const alerts = [...snapshot.alerts, ...more, ...deviceAlerts(snapshot, now, openMs)];
  return alerts.length === snapshot.alerts.length ? snapshot : { ...snapshot, alerts };
}
