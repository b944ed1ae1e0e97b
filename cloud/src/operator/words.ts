import type { DeviceRow, DevicesView, EnrolledDevice, KnockRow } from '@aisle/contracts';

/** Rows as columns, each as wide as its widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}

/** "3 s ago", from epoch ms. */
export function ago(ts: number | null, now: number): string {
  if (ts === null) return 'never';
  const seconds = Math.max(0, Math.round((now - ts) / 1000));
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} days ago`;
}

export function credentialWords({ credential: { state, pending } }: Pick<DeviceRow, 'credential'>): string {
  return pending ? `${state}, on its way to the shop` : state;
}

export function deviceTable(view: DevicesView, now: number): string {
  const head = ['DEVICE', 'FAMILY', 'DIALECT', 'PLACE', 'STATE', 'LAST SEEN', 'CREDENTIAL', 'REMARKS'];
  const rows = view.devices.map((device) => [
    device.deviceId,
    device.family,
    device.dialect,
    device.fixture ?? device.zone ?? '',
    device.state,
    ago(device.lastSeenTs, now),
    credentialWords(device),
    remarks(device),
  ]);
  const lines = [table(head, rows)];
  if (!view.agentOnline)
    lines.push('', `The agent of this store is away (last seen ${ago(view.agentLastSeenTs, now)}).`);
  return lines.join('\n');
}

function remarks({ battery, clockSkewMs, refused }: DeviceRow): string {
  return [
    ...(battery !== undefined && battery < 20 ? [`battery ${battery} %`] : []),
    ...(clockSkewMs !== undefined && Math.abs(clockSkewMs) > 2000
      ? [`clock off by ${Math.round(clockSkewMs / 1000)} s`]
      : []),
    ...(refused ?? []).map(({ reason, count }) => `${count} refused: ${reason}`),
  ].join('; ');
}

export function knockTable(knocks: readonly KnockRow[], now: number): string {
  if (knocks.length === 0) return 'Nobody knocks who is not in the store file.';
  const rows = knocks.map(({ name, count, firstTs, lastTs }) => [
    name,
    String(count),
    ago(firstTs, now),
    ago(lastTs, now),
  ]);
  return table(['NAME', 'TIMES', 'FIRST', 'LAST'], rows);
}

/** The account, and where to go with it. */
export function accountWords({ credential, mqtt }: EnrolledDevice): string {
  return [
    'Shown this once:',
    `  broker     ${mqtt.host ?? 'the address of the agent'}:${mqtt.port ?? 1883}${mqtt.webSocketUrl === null ? '' : ` (WebSocket: ${mqtt.webSocketUrl})`}`,
    `  user name  ${credential.username}`,
    `  password   ${credential.password}`,
  ].join('\n');
}
