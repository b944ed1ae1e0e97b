import type {
  AgentRecords,
  ApiTokenRecords,
  Clock,
  Grant,
  Random,
  Role,
  StoreRecords,
  UserRecords,
} from '../ports/index.js';
import { everywhere } from './access.js';
import { hashPassword, sha256, verifyPassword } from './password.js';

/** Who may use this cloud, as its operator's file says. */
export interface Provisioning {
  organisation: string;
  user?: { email: string; password: string; role: Role } | undefined;
  apiToken?: string | undefined;
  agents?: readonly { storeId: string; username: string; passwordSha256: string }[] | undefined;
}

/** Upserts organisation, user, token and agents; secrets are kept as hashes. Running it again changes nothing. */
export async function applyProvisioning(
  given: Provisioning,
  parts: {
    users: UserRecords;
    tokens: ApiTokenRecords;
    stores: StoreRecords;
    agents: AgentRecords;
    clock: Clock;
    random: Random;
  },
): Promise<void> {
  const { users, tokens, stores, agents, clock, random } = parts;
  const organisationId = given.organisation;
  await users.ensureOrganisation(organisationId);
  if (given.user) {
    const { email, password, role } = given.user;
    const grant = everywhere(role, organisationId);
    const known = await users.userByEmail(email);
    const same =
      known?.organisationId === organisationId &&
      isJust(known.grants, grant) &&
      (await verifyPassword(password, known.passwordHash));
    if (!same) {
      const passwordHash = await hashPassword(password, random);
      await users.putUser({ organisationId, email, grants: [grant], passwordHash });
    }
  }
  if (given.apiToken !== undefined) {
    await tokens.putApiToken({
      tokenHash: sha256(given.apiToken),
      organisationId,
      name: 'provisioned',
      grant: everywhere('owner', organisationId),
      createdTs: clock.now(),
      expiresTs: null,
    });
  }
  for (const agent of given.agents ?? []) {
    await stores.ensureStore(agent.storeId, organisationId);
    await agents.putAgent(agent);
  }
}

const isJust = (grants: readonly Grant[], one: Grant): boolean =>
  grants.length === 1 &&
  grants.every(({ role, scope }) => role === one.role && scope.kind === one.scope.kind && scope.id === one.scope.id);
