import type { AgentRecords, ApiTokenRecords, Clock, Random, Role, StoreRecords, UserRecords } from '../ports/index.js';
import { everywhere } from './access.js';
import { hashPassword, sha256, verifyPassword } from './password.js';

/** Who may use this cloud, as its operator's file says. */
export interface Provisioning {
  organisation: string;
  user?: { email: string; password: string; role: Role } | undefined;
  apiToken?: string | undefined;
  agents?: readonly { storeId: string; username: string; passwordSha256: string }[] | undefined;
}

interface Parts {
  users: UserRecords;
  tokens: ApiTokenRecords;
  stores: StoreRecords;
  agents: AgentRecords;
  clock: Clock;
  random: Random;
}

/**
 * Upserts organisation, user, token and agents; secrets are kept as hashes. What the file says anew is taken; what it has said before
 * may have been changed by people since then, and stays as they left it: a password, a role, an account or a token that is gone.
 */
export async function applyProvisioning(given: Provisioning, parts: Parts): Promise<void> {
  const { users, tokens, stores, agents, clock } = parts;
  const organisationId = given.organisation;
  await users.ensureOrganisation(organisationId);
  if (given.user) await applyUser(organisationId, given.user, parts);
  if (given.apiToken !== undefined) {
    const tokenHash = sha256(given.apiToken);
    if ((await users.provisioned(organisationId, 'token')) !== tokenHash) {
      await tokens.putApiToken({
        ...{ tokenHash, organisationId, name: 'provisioned', grant: everywhere('owner', organisationId) },
        ...{ createdTs: clock.now(), expiresTs: null },
      });
      await users.noteProvisioned(organisationId, 'token', tokenHash);
    }
  }
  for (const agent of given.agents ?? []) {
    const known = await agents.agent(agent.storeId);
    // with a thousand shops, what is so already must cost nothing
    if (
      known?.organisationId === organisationId &&
      known.username === agent.username &&
      known.passwordSha256 === agent.passwordSha256
    )
      continue;
    await stores.ensureStore(agent.storeId, organisationId);
    await agents.putAgent(agent);
  }
}

async function applyUser(
  organisationId: string,
  { email, password, role }: NonNullable<Provisioning['user']>,
  { users, random }: Parts,
): Promise<void> {
  const what = `user ${email.toLowerCase()}`;
  const said = (await users.provisioned(organisationId, what))?.split(' ');
  const [saidRole, saidHash] = said ?? [];
  const samePassword = saidHash !== undefined && (await verifyPassword(password, saidHash));
  if (samePassword && saidRole === role) return;
  const known = await users.userByEmail(email);
  const grant = everywhere(role, organisationId);
  const own = known?.organisationId === organisationId ? known : undefined;
  // A catalog of before says nothing of it: whoever is there may have chosen another password long ago.
  const keepsPassword =
    own && (samePassword || said === undefined || (await verifyPassword(password, own.passwordHash)));
  const passwordHash = keepsPassword ? own.passwordHash : await hashPassword(password, random);
  const grants = own && (said === undefined || saidRole === role) ? own.grants : [grant];
  if (!own || !keepsPassword || grants !== own.grants)
    await users.putUser({ organisationId, email, grants, passwordHash });
  const hash = samePassword ? saidHash : keepsPassword ? await hashPassword(password, random) : passwordHash;
  await users.noteProvisioned(organisationId, what, `${role} ${hash}`);
}
