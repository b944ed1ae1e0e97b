import type { AgentIdentity } from '../ports/agent-broker.js';
import { MINUTE_MS } from '@aisle/contracts';
import {
  type AgentRecords,
  type ApiTokenRecords,
  type Clock,
  type Grant,
  type Random,
  type Role,
  type SessionRecords,
  type UserRecord,
  type UserRecords,
} from '../ports/index.js';
import type { LoginLimits } from './login-limiter.js';
import { hashPassword, isWeak, sameDigest, sha256, verifyPassword } from './password.js';

/** Who is asking, and what for they may. */
export interface Principal {
  organisationId: string;
  grants: readonly Grant[];
  /** an e-mail address, or `token:NAME`: for the audit log */
  name: string;
  email: string | null;
  by: 'session' | 'token';
  /** null: a program */
  userId: number | null;
}

export type LoginResult =
  | { ok: true; principal: Principal; token: string; expiresTs: number }
  | { ok: false; reason: 'wrong' }
  | { ok: false; reason: 'limited'; waitSeconds: number };

/** scrypt takes 32 MiB and 150 ms each: more at once would let strangers take the machine */
const PASSWORDS_AT_ONCE = 2;
const PASSWORDS_WAITING = 16;

/** Log-ins, sessions, tokens and agents' credentials. */
export class Access {
  #checking = 0;
  readonly #waiting: (() => void)[] = [];
  #nobodysHash: Promise<string> | undefined;

  constructor(
    private readonly parts: {
      users: UserRecords;
      sessions: SessionRecords;
      tokens: ApiTokenRecords;
      agents: AgentRecords;
      clock: Clock;
      random: Random;
      limiter: LoginLimits;
      /** how long a session lives, ms */
      sessionMs: number;
    },
  ) {}

  /** `address`: where the log-in comes from. */
  async login(email: string, password: string, address: string): Promise<LoginResult> {
    const { users, sessions, clock, limiter } = this.parts;
    const account = email.trim().toLowerCase();
    const waitSeconds = await limiter.waitSeconds(account, address);
    if (waitSeconds > 0) return { ok: false, reason: 'limited', waitSeconds };
    if (this.#waiting.length >= PASSWORDS_WAITING) return { ok: false, reason: 'limited', waitSeconds: 2 };
    const user = await users.userByEmail(account);
    // an unknown account takes as long as a wrong password, or the time would tell which accounts exist
    this.#nobodysHash ??= hashPassword('nobody', this.parts.random);
    const right = await this.#verify(password, user?.passwordHash ?? (await this.#nobodysHash));
    if (!user || user.disabled || !right) {
      await limiter.failed(account, address);
      return { ok: false, reason: 'wrong' };
    }
    await limiter.succeeded(account, address);
    if (isWeak(user.passwordHash))
      await users.changeUser(user.userId, { passwordHash: await hashPassword(password, this.parts.random) });
    const token = this.#secret();
    const now = clock.now();
    const expiresTs = now + this.parts.sessionMs;
    await sessions.deleteExpiredSessions(now);
    await sessions.createSession({ tokenHash: sha256(token), userId: user.userId, createdTs: now, expiresTs });
    return { ok: true, token, expiresTs, principal: sessionPrincipal(user) };
  }

  async logout(sessionToken: string): Promise<void> {
    await this.parts.sessions.deleteSession(sha256(sessionToken));
  }

  /** A Bearer token counts before a session; a wrong one is refused even beside a good session. */
  async authenticate(credential: { bearer?: string; session?: string }): Promise<Principal | undefined> {
    if (credential.bearer !== undefined) {
      const now = this.parts.clock.now();
      const token = await this.parts.tokens.apiToken(sha256(credential.bearer), now);
      if (!token) return undefined;
      // a use that cannot be noted, of a catalog that only reads for now, refuses nobody: the next use is noted
      if (now - (token.lastUsedTs ?? 0) >= MINUTE_MS)
        await this.parts.tokens.noteTokenUse(token.tokenId, now).catch(() => undefined);
      return {
        organisationId: token.organisationId,
        grants: [token.grant],
        name: `token:${token.name}`,
        email: null,
        by: 'token',
        userId: null,
      };
    }
    if (credential.session === undefined) return undefined;
    const user = await this.parts.sessions.userBySession(sha256(credential.session), this.parts.clock.now());
    return user && sessionPrincipal(user);
  }

  async authenticateAgent(username: string, password: Buffer): Promise<AgentIdentity | undefined> {
    const agent = await this.parts.agents.agentByUsername(username);
    return agent && sameDigest(sha256(password), agent.passwordSha256)
      ? { storeId: agent.storeId, username: agent.username }
      : undefined;
  }

  #secret(): string {
    return Buffer.from(this.parts.random.secretBytes(32)).toString('base64url');
  }

  async #verify(password: string, hash: string): Promise<boolean> {
    if (this.#checking >= PASSWORDS_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#checking += 1;
    try {
      return await verifyPassword(password, hash);
    } finally {
      this.#checking -= 1;
      this.#waiting.shift()?.();
    }
  }
}

/** A role that holds for the whole organisation. */
export const everywhere = (role: Role, organisationId: string): Grant => ({
  role,
  scope: { kind: 'organisation', id: organisationId },
});

const sessionPrincipal = (user: UserRecord): Principal => ({
  organisationId: user.organisationId,
  grants: user.grants,
  name: user.email,
  email: user.email,
  by: 'session',
  userId: user.userId,
});
