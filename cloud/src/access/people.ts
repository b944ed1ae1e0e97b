import {
  AisleError,
  type NewTokenBody,
  type TokenView,
  type UserChangeBody,
  type UserView,
  problem,
  sentenceOf,
  type Problem,
} from '@aisle/contracts';
import {
  CatalogError,
  type ApiTokenRecord,
  type ApiTokenRecords,
  type Clock,
  type Grant,
  type Random,
  type SessionRecords,
  type StoreRecords,
  type UserRecord,
  type UserRecords,
} from '../ports/index.js';
import { hashPassword, sha256, verifyPassword } from './password.js';

export type PeopleProblem = 'unknown' | 'taken' | 'lastOwner' | 'scope' | 'wrongPassword';
/** What an owner asked for and cannot have. */
export class PeopleError extends AisleError {
  override readonly name = 'PeopleError';
  constructor(
    readonly code: PeopleProblem,
    readonly problem: Problem,
  ) {
    super(sentenceOf(problem));
  }
}

/** The people and the programs of an organisation: who there is, what they may do, and until when. */
export class People {
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: {
      users: UserRecords;
      sessions: SessionRecords;
      tokens: ApiTokenRecords;
      stores: Pick<StoreRecords, 'store'>;
      clock: Clock;
      random: Random;
    },
  ) {}

  async list(organisationId: string): Promise<UserView[]> {
    return (await this.parts.users.users(organisationId)).map(viewOf);
  }

  /** @throws PeopleError `taken` when the address has an account, here or elsewhere: nobody takes over one */
  async add(
    organisationId: string,
    { email, password, grants }: { email: string; password: string; grants: readonly Grant[] },
  ): Promise<UserView> {
    await this.#checkScopes(organisationId, grants);
    const { users, random } = this.parts;
    const passwordHash = await hashPassword(password, random);
    try {
      return viewOf(await users.addUser({ organisationId, email: email.trim().toLowerCase(), passwordHash, grants }));
    } catch (error) {
      if (!(error instanceof CatalogError) || error.code !== 'taken') throw error;
      throw new PeopleError('taken', problem('email', 'emailTaken'));
    }
  }

  /** Another password or less than before ends the sessions. */
  change(organisationId: string, userId: number, change: UserChangeBody): Promise<UserView> {
    return this.#inTurn(async () => {
      const { users, sessions, random } = this.parts;
      const before = await this.#own(organisationId, userId);
      if (change.grants) await this.#checkScopes(organisationId, change.grants);
      const after = { grants: change.grants ?? before.grants, disabled: change.disabled ?? before.disabled };
      await this.#keepAnOwner(before, after);
      const changed = await users.changeUser(userId, {
        ...after,
        ...(change.password !== undefined && { passwordHash: await hashPassword(change.password, random) }),
      });
      if (!changed) throw unknownUser();
      if (change.password !== undefined) await sessions.deleteSessionsOf(userId);
      return viewOf(changed);
    });
  }

  remove(organisationId: string, userId: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#keepAnOwner(await this.#own(organisationId, userId), { grants: [], disabled: true });
      await this.parts.users.deleteUser(userId);
    });
  }

  /** Somebody's own; their other sessions end. @throws PeopleError `wrongPassword` */
  async changeOwnPassword(userId: number, password: string, newPassword: string, sessionToken: string): Promise<void> {
    const { users, sessions, random } = this.parts;
    const user = await users.user(userId);
    if (!user || !(await verifyPassword(password, user.passwordHash)))
      throw new PeopleError('wrongPassword', problem('password', 'wrongPassword'));
    await users.changeUser(userId, { passwordHash: await hashPassword(newPassword, random) });
    await sessions.deleteSessionsOf(userId, sha256(sessionToken));
  }

  async tokens(organisationId: string): Promise<TokenView[]> {
    return (await this.parts.tokens.apiTokens(organisationId)).map(tokenView);
  }

  /** A name that is there gets another secret, and its old one ends. `expiresTs`: epoch ms; null: never. */
  async addToken(
    organisationId: string,
    { name, role, scope }: NewTokenBody,
    expiresTs: number | null,
  ): Promise<TokenView & { token: string }> {
    const { tokens, clock, random } = this.parts;
    const grant: Grant = { role, scope: scope ?? { kind: 'organisation', id: organisationId } };
    await this.#checkScopes(organisationId, [grant]);
    const token = Buffer.from(random.secretBytes(32)).toString('base64url');
    const record = await tokens.putApiToken({
      ...{ tokenHash: sha256(token), organisationId, name, grant },
      ...{ createdTs: clock.now(), expiresTs },
    });
    return { ...tokenView(record), token };
  }

  async removeToken(organisationId: string, tokenId: number): Promise<void> {
    if (!(await this.parts.tokens.deleteApiToken(organisationId, tokenId)))
      throw new PeopleError('unknown', problem('', 'noSuch', { what: 'token' }));
  }

  async #own(organisationId: string, userId: number): Promise<UserRecord> {
    const user = await this.parts.users.user(userId);
    if (user?.organisationId !== organisationId) throw unknownUser();
    return user;
  }

  async #checkScopes(organisationId: string, grants: readonly Grant[]): Promise<void> {
    for (const [index, { scope }] of grants.entries()) {
      const field = `grants[${index}].scope.id`;
      if (scope.kind === 'organisation' && scope.id !== organisationId)
        throw new PeopleError('scope', problem(field, 'yourOrganisation', { id: organisationId }));
      if (scope.kind !== 'store') continue;
      const store = await this.parts.stores.store(scope.id);
      if (store?.organisationId !== organisationId)
        throw new PeopleError('scope', problem(field, 'namesNo', { what: 'store', id: scope.id }));
    }
  }

  /** An organisation without an owner could never be changed again. */
  async #keepAnOwner(user: UserRecord, after: Pick<UserRecord, 'grants' | 'disabled'>): Promise<void> {
    if (!isOwner(user) || isOwner({ ...user, ...after })) return;
    const others = await this.parts.users.users(user.organisationId);
    if (others.some((other) => other.userId !== user.userId && isOwner(other))) return;
    throw new PeopleError('lastOwner', problem('', 'lastOwner'));
  }

  /** One change at a time: two owners who dismiss each other must not both succeed. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

const unknownUser = () => new PeopleError('unknown', problem('', 'noSuch', { what: 'user' }));

const isOwner = ({ grants, disabled, organisationId }: UserRecord): boolean =>
  !disabled &&
  grants.some(({ role, scope }) => role === 'owner' && scope.kind === 'organisation' && scope.id === organisationId);

const viewOf = ({ userId, email, grants, disabled }: UserRecord): UserView => ({
  ...{ userId, email, disabled },
  grants: grants.map(({ role, scope }) => ({ role, scope: { ...scope } })),
});

const iso = (ts: number | null): string | null => (ts === null ? null : new Date(ts).toISOString());
const tokenView = ({ tokenId, name, grant, createdTs, expiresTs, lastUsedTs }: ApiTokenRecord): TokenView => ({
  ...{ tokenId, name, role: grant.role, scope: { ...grant.scope } },
  ...{ created: new Date(createdTs).toISOString(), expires: iso(expiresTs), lastUsed: iso(lastUsedTs) },
});
