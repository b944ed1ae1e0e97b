import type { Catalog, Clock, Random } from '../ports/index.js';
import { hashPassword, sha256, verifyPassword } from './password.js';

/** Who may use this cloud, as its operator's file says. */
export interface Provisioning {
  organisation: string;
  user?: { email: string; password: string; role: 'owner' | 'viewer' } | undefined;
  apiToken?: string | undefined;
  agents?: readonly { storeId: string; username: string; passwordSha256: string }[] | undefined;
}

/** Upserts organisation, user, token and agents; secrets are kept as hashes. Running it again changes nothing. */
export async function applyProvisioning(
  given: Provisioning,
  parts: { catalog: Catalog; clock: Clock; random: Random },
): Promise<void> {
  const { catalog, clock, random } = parts;
  const organisationId = given.organisation;
  await catalog.ensureOrganisation(organisationId);
  if (given.user) {
    const { email, password, role } = given.user;
    const known = await catalog.userByEmail(email);
    const same =
      known?.organisationId === organisationId &&
      known.role === role &&
      (await verifyPassword(password, known.passwordHash));
    if (!same) {
      await catalog.putUser({ organisationId, email, role, passwordHash: await hashPassword(password, random) });
    }
  }
  if (given.apiToken !== undefined) {
    await catalog.putApiToken({
      tokenHash: sha256(given.apiToken),
      organisationId,
      name: 'provisioned',
      role: 'owner',
      createdTs: clock.now(),
    });
  }
  for (const agent of given.agents ?? []) {
    await catalog.ensureStore(agent.storeId, organisationId);
    await catalog.putAgent(agent);
  }
}
