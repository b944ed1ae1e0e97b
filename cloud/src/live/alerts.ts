import type { LiveAlert, LiveSnapshot } from '@aisle/contracts';

/** Devices that said they go, or whose last will was published. Silence alone is no alarm: a quiet till says nothing. */
export function deviceAlerts(snapshot: LiveSnapshot): LiveAlert[] {
  return snapshot.devices
    .filter((device) => device.state === 'offline')
    .map((device) => {
      const since = device.lastSeenTs ?? snapshot.ts;
      return {
        alertId: `deviceOffline:${device.deviceId}:${since}`,
        kind: 'deviceOffline',
        subject: device.deviceId,
        since: new Date(since).toISOString(),
        until: null,
      };
    });
}

/** A view with the alerts that the cloud adds to the agent's own. */
export function withAlerts(snapshot: LiveSnapshot, more: readonly LiveAlert[]): LiveSnapshot {
  const alerts = [...snapshot.alerts, ...more, ...deviceAlerts(snapshot)];
  return alerts.length === snapshot.alerts.length ? snapshot : { ...snapshot, alerts };
}
