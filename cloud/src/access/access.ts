import type { AgentIdentity } from '../ports/agent-broker.js';
import type { Catalog, Clock, Random, Role } from '../ports/index.js';
import type { LoginLimiter } from './login-limiter.js';
import { hashPassword, sameDigest, sha256, verifyPassword } from './password.js';

/** Who is asking, and what for they may. */
export interface Principal {
  organisationId: string;
  role: Role;
  /** an e-mail address, or `token:NAME`: for the audit log */
  name: string;
  email: string | null;
  by: 'session' | 'token';
}

export type LoginResult =
  | { ok: true; principal: Principal; token: string; expiresTs: number }
  | { ok: false; reason: 'wrong' }
  | { ok: false; reason: 'limited'; waitSeconds: number };

/** scrypt takes 32 MiB and 50 ms each: more at once would let strangers take the machine */
const PASSWORDS_AT_ONCE = 2;
const PASSWORDS_WAITING = 16;

/** Log-ins, sessions, tokens and agents' credentials. */
export class Access {
  #checking = 0;
  readonly #waiting: (() => void)[] = [];
  #nobodysHash: Promise<string> | undefined;

  constructor(
    private readonly parts: {
      catalog: Catalog;
      clock: Clock;
      random: Random;
      limiter: LoginLimiter;
      /** how long a session lives, ms */
      sessionMs: number;
    },
  ) {}

  /** `address`: where the log-in comes from. */
  async login(email: string, password: string, address: string): Promise<LoginResult> {
    const { catalog, clock, limiter } = this.parts;
    const account = email.trim().toLowerCase();
    const waitSeconds = limiter.waitSeconds(account, address);
    if (waitSeconds > 0) return { ok: false, reason: 'limited', waitSeconds };
    if (this.#waiting.length >= PASSWORDS_WAITING) return { ok: false, reason: 'limited', waitSeconds: 2 };
    const user = await catalog.userByEmail(account);
    // an unknown account takes as long as a wrong password, or the time would tell which accounts exist
    this.#nobodysHash ??= hashPassword('nobody', this.parts.random);
    const right = await this.#verify(password, user?.passwordHash ?? (await this.#nobodysHash));
    if (!user || !right) {
      limiter.failed(account, address);
      return { ok: false, reason: 'wrong' };
    }
    limiter.succeeded(account, address);
    const token = this.#secret();
    const now = clock.now();
    const expiresTs = now + this.parts.sessionMs;
    await catalog.deleteExpiredSessions(now);
    await catalog.createSession({ tokenHash: sha256(token), userId: user.userId, createdTs: now, expiresTs });
    return { ok: true, token, expiresTs, principal: sessionPrincipal(user) };
  }

  /** Undefined when the address has an account already, here or in another organisation: nobody takes over one. */
  async addUser(user: {
    organisationId: string;
    email: string;
    password: string;
    role: Role;
  }): Promise<{ email: string; role: Role } | undefined> {
    const { catalog, random } = this.parts;
    const email = user.email.trim().toLowerCase();
    const passwordHash = await hashPassword(user.password, random);
    if (await catalog.userByEmail(email)) return undefined;
    return catalog.putUser({ organisationId: user.organisationId, email, role: user.role, passwordHash });
  }

  async logout(sessionToken: string): Promise<void> {
    await this.parts.catalog.deleteSession(sha256(sessionToken));
  }

  /** A Bearer token counts before a session; a wrong one is refused even beside a good session. */
  async authenticate(credential: { bearer?: string; session?: string }): Promise<Principal | undefined> {
    if (credential.bearer !== undefined) {
      const token = await this.parts.catalog.apiToken(sha256(credential.bearer));
      if (!token) return undefined;
      return {
        organisationId: token.organisationId,
        role: token.role,
        name: `token:${token.name}`,
        email: null,
        by: 'token',
      };
    }
    if (credential.session === undefined) return undefined;
    const user = await this.parts.catalog.userBySession(sha256(credential.session), this.parts.clock.now());
    return user && sessionPrincipal(user);
  }

  async authenticateAgent(username: string, password: Buffer): Promise<AgentIdentity | undefined> {
    const agent = await this.parts.catalog.agentByUsername(username);
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

const sessionPrincipal = (user: { organisationId: string; role: Role; email: string }): Principal => ({
  organisationId: user.organisationId,
  role: user.role,
  name: user.email,
  email: user.email,
  by: 'session',
});
