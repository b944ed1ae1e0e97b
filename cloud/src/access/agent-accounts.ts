import type { AgentBroker } from '../ports/agent-broker.js';
import type { AgentRecords, Clock, Random } from '../ports/index.js';
import { sha256 } from './password.js';

export interface AgentAccountsParts {
  agents: Pick<AgentRecords, 'agent' | 'putAccount' | 'revokeAgent'>;
  broker: Pick<AgentBroker, 'account' | 'accountChanged'>;
  clock: Clock;
  random: Random;
}

/** What an agent logs in with. Shown once: only its hash is kept. */
export interface AgentLogin {
  username: string;
  password: string;
}

/** bytes of an agent's password: 192 bits, which nobody guesses */
const PASSWORD_BYTES = 24;

/** Who may log in as a shop's agent: made and taken back here, whichever broker checks it. */
export class AgentAccounts {
  constructor(private readonly parts: AgentAccountsParts) {}

  /**
   * A new account; the one before is worth nothing any more. `holds`: whether whoever used it is cut off already.
   * @throws CatalogError `unknownStore`, `taken`
   */
  async issue(storeId: string): Promise<AgentLogin & { holds: boolean }> {
    const { agents, broker, clock, random } = this.parts;
    const account = await broker.account?.(storeId);
    const username = (await agents.agent(storeId))?.username ?? `agent:${storeId}`;
    const password = account?.password ?? Buffer.from(random.secretBytes(PASSWORD_BYTES)).toString('base64url');
    await agents.putAccount(
      { storeId, username, passwordSha256: sha256(password) },
      account && { key: account.key, ts: clock.now() },
    );
    return { username, password, holds: await broker.accountChanged(storeId) };
  }

  /** Takes the account back: the agent is cut off, and keeps what it has until it gets another. */
  async revoke(storeId: string): Promise<{ holds: boolean }> {
    await this.parts.agents.revokeAgent(storeId, this.parts.clock.now());
    return { holds: await this.parts.broker.accountChanged(storeId) };
  }
}
