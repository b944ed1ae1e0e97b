import type {
  GrantView,
  NewTokenBody,
  NewUserBody,
  RetentionDays,
  TokenView,
  UserChangeBody,
  UserView,
} from '@aisle/contracts';

type Answer = { status: number; answer: unknown };
const DAY = 86_400_000;
const everywhere: GrantView['scope'] = { kind: 'organisation', id: 'demo' };

/** People and tokens of the mock's organisation, in memory. */
export class MockAccess {
  users: (UserView & { password?: string })[];
  tokens: TokenView[];
  region: string | null = null;
  retention: RetentionDays = { sensed: null, sales: null, screens: null, alerts: null };
  #next = 10;

  constructor(
    private readonly now: () => number,
    private readonly self: { email: string; password: string },
  ) {
    this.users = [
      { userId: 1, email: self.email, grants: [{ role: 'owner', scope: everywhere }], disabled: false },
      {
        userId: 2,
        email: 'lin.xiaomei@example.org',
        grants: [{ role: 'storeManager', scope: { kind: 'store', id: 'demo' } }],
        disabled: false,
      },
      {
        userId: 3,
        email: 'regional.office@example.org',
        grants: [
          { role: 'regionManager', scope: { kind: 'region', id: 'East' } },
          { role: 'viewer', scope: everywhere },
        ],
        disabled: false,
      },
      { userId: 4, email: 'agency@example.com', grants: [{ role: 'viewer', scope: everywhere }], disabled: true },
    ];
    const iso = (ms: number): string => new Date(ms).toISOString();
    this.tokens = [
      {
        ...{ tokenId: 5, name: 'till system', role: 'storeManager', scope: { kind: 'store', id: 'demo' } },
        ...{ created: iso(now() - 90 * DAY), expires: null, lastUsed: iso(now() - 4 * 60_000) },
      },
      {
        ...{ tokenId: 6, name: 'monthly report', role: 'viewer', scope: everywhere },
        ...{ created: iso(now() - 40 * DAY), expires: iso(now() + 325 * DAY), lastUsed: null },
      },
    ];
  }

  /** Undefined: not one of these calls. */
  answer(method: string, call: string, body: string, isOwner: boolean): Answer | undefined {
    const problem = (status: number, code: string, field?: string): Answer => ({
      status,
      answer: { error: { code, message: code, ...(field && { field }) } },
    });
    if (method === 'PUT' && call === '/session/password') {
      const { password } = JSON.parse(body) as { password: string };
      return password === this.self.password ? { status: 200, answer: {} } : problem(403, 'wrongPassword', 'password');
    }
    if (method === 'PATCH' && call === '/stores/demo') {
      this.region = (JSON.parse(body) as { region: string | null }).region;
      return { status: 200, answer: {} };
    }
    if (call === '/stores/demo/retention' || call === '/stores/demo/retention?dryRun=true') {
      const days = method === 'GET' ? this.retention : (JSON.parse(body) as RetentionDays);
      if (method === 'PUT' && call.endsWith('retention')) this.retention = days;
      const deletes = Object.entries(days)
        .filter(([, kept]) => kept !== null)
        .map(([kind, kept]) => ({
          kind,
          before: '2026-08-01T00:00:00+08:00',
          oldest: null,
          facts: 100_000 - Number(kept),
        }));
      return { status: 200, answer: { days, deletes } };
    }
    const match = /^\/(users|tokens)(?:\/(\d+))?$/.exec(call);
    if (!match) return undefined;
    if (!isOwner) return problem(403, 'forbidden');
    const id = Number(match[2]);
    return match[1] === 'users' ? this.#people(method, id, body, problem) : this.#programs(method, id, body, problem);
  }

  #people(method: string, id: number, body: string, problem: (status: number, code: string, field?: string) => Answer) {
    const listed = ({ password: _, ...user }: UserView & { password?: string }): UserView => user;
    if (method === 'GET') return { status: 200, answer: this.users.map(listed) };
    if (method === 'POST') {
      const { email, password, role, scope = everywhere } = JSON.parse(body) as NewUserBody;
      if (this.users.some((user) => user.email === email)) return problem(409, 'emailTaken', 'email');
      const user = { userId: this.#next++, email, grants: [{ role, scope }], disabled: false };
      this.users = [...this.users, { ...user, password }];
      return { status: 201, answer: user };
    }
    const before = this.users.find(({ userId }) => userId === id);
    if (!before) return problem(404, 'notFound');
    const after = method === 'DELETE' ? undefined : { ...before, ...(JSON.parse(body) as UserChangeBody) };
    const users = this.users.flatMap((user) => (user.userId !== id ? [user] : after ? [after] : []));
    const owns = ({ disabled, grants }: UserView): boolean => !disabled && grants.some(({ role }) => role === 'owner');
    if (!users.some(owns)) return problem(409, 'lastOwner');
    this.users = users;
    return { status: 200, answer: after ? listed(after) : {} };
  }

  #programs(method: string, id: number, body: string, problem: (status: number, code: string) => Answer): Answer {
    if (method === 'GET') return { status: 200, answer: this.tokens };
    if (method === 'POST') {
      const { name, role, scope = everywhere, expires = null } = JSON.parse(body) as NewTokenBody;
      const token: TokenView = {
        ...{ tokenId: this.#next++, name, role, scope, expires, lastUsed: null },
        created: new Date(this.now()).toISOString(),
      };
      this.tokens = [...this.tokens.filter((other) => other.name !== name), token];
      return { status: 201, answer: { ...token, token: `mock-token-of-${token.tokenId}-which-is-shown-once` } };
    }
    if (!this.tokens.some(({ tokenId }) => tokenId === id)) return problem(404, 'notFound');
    this.tokens = this.tokens.filter(({ tokenId }) => tokenId !== id);
    return { status: 200, answer: {} };
  }
}
