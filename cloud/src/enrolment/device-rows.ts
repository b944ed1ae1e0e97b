import type { AgentStatus, CredentialState, DeviceRow, LiveSnapshot, StoreFile } from '@aisle/contracts';
import type { CredentialRecord } from '../ports/index.js';

/** Every device of the store file in its order: where it belongs, what it says of itself, whether it may log in. */
export function deviceRows(
  file: StoreFile,
  snapshot: Pick<LiveSnapshot, 'devices'>,
  status: AgentStatus | undefined,
  credentials: readonly CredentialRecord[],
): DeviceRow[] {
  const live = new Map(snapshot.devices.map((device) => [device.deviceId, device]));
  const given = new Map(credentials.map((record) => [record.deviceId, record]));
  const accounts = new Set(status?.accounts ?? []);
  return (file.devices ?? []).map(({ id, name, family, dialect, zone, fixture, gateway }) => {
    const now = live.get(id) ?? { deviceId: id, family, state: 'unknown' as const, lastSeenTs: null };
    const refused = now.refused ?? countsOf(status, id);
    return {
      ...now,
      family,
      dialect,
      ...(refused.length > 0 && { refused }),
      ...(name !== undefined && { name }),
      ...(zone !== undefined && { zone }),
      ...(fixture !== undefined && { fixture }),
      ...(gateway !== undefined && { gateway }),
      credential: credentialState(given.get(id), accounts.has(id)),
    };
  });
}

/** @param elsewhere the agent says that the device may log in, whoever gave it its password */
export function credentialState(record: CredentialRecord | undefined, elsewhere: boolean): CredentialState {
  if (!record) return { state: elsewhere ? 'given' : 'none', issuedTs: null, revokedTs: null, pending: false };
  const { sha256, issuedTs, revokedTs, pending } = record;
  return { state: sha256 === null ? 'revoked' : 'given', issuedTs, revokedTs, pending };
}

/** Counts from the agent's status where its live view does not give them (it is offline, say). */
function countsOf(status: AgentStatus | undefined, deviceId: string): NonNullable<DeviceRow['refused']> {
  return (status?.refused ?? [])
    .filter((row) => row.deviceId === deviceId)
    .map(({ reason, count }) => ({ reason, count, lastTs: 0, sample: '' }));
}
