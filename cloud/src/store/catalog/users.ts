import { CatalogError } from '../../ports/catalog.js';
import type { Grant, NewUser, Role, Scope, UserChange, UserRecord, UserRecords } from '../../ports/users.js';
import type { CatalogDatabase, Db } from './database.js';

export class UserTables implements UserRecords {
  constructor(private readonly database: CatalogDatabase) {}

  async ensureOrganisation(organisationId: string): Promise<void> {
    await this.database.once((db) =>
      db
        .insertInto('organisation')
        .values({ organisation_id: organisationId })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }

  async provisioned(organisationId: string, what: string): Promise<string | undefined> {
    const row = await this.database.once((db) =>
      db
        .selectFrom('provisioned')
        .select('said')
        .where('organisation_id', '=', organisationId)
        .where('what', '=', what)
        .executeTakeFirst(),
    );
    return row?.said;
  }

  async noteProvisioned(organisationId: string, what: string, said: string): Promise<void> {
    await this.database.once((db) =>
      db
        .insertInto('provisioned')
        .values({ organisation_id: organisationId, what, said })
        .onConflict((conflict) => conflict.columns(['organisation_id', 'what']).doUpdateSet({ said }))
        .execute(),
    );
  }

  addUser(user: NewUser): Promise<UserRecord> {
    return this.database.together(async (db) => {
      const added = await db
        .insertInto('user')
        .values(userRow(user))
        .onConflict((conflict) => conflict.doNothing())
        .returning('user_id')
        .executeTakeFirst();
      if (!added)
        throw new CatalogError('taken', `somebody has the e-mail address ${user.email.toLowerCase()} already`);
      await setGrants(db, added.user_id, user.grants);
      return theUser(db, added.user_id);
    });
  }

  putUser(user: NewUser): Promise<UserRecord> {
    return this.database.together(async (db) => {
      const put = await db
        .insertInto('user')
        .values(userRow(user))
        .onConflict((conflict) =>
          conflict
            .column('email')
            .doUpdateSet({ password_hash: user.passwordHash })
            .where('user.organisation_id', '=', user.organisationId),
        )
        .returning('user_id')
        .executeTakeFirst();
      if (!put) {
        const email = user.email.toLowerCase();
        throw new CatalogError('taken', `the e-mail address ${email} belongs to another organisation`);
      }
      await setGrants(db, put.user_id, user.grants);
      return theUser(db, put.user_id);
    });
  }

  async user(userId: number): Promise<UserRecord | undefined> {
    const rows = await this.database.once((db) => selectUsers(db).where('user.user_id', '=', userId).execute());
    return userRecords(rows)[0];
  }

  async userByEmail(email: string): Promise<UserRecord | undefined> {
    const rows = await this.database.once((db) =>
      selectUsers(db).where('user.email', '=', email.toLowerCase()).execute(),
    );
    return userRecords(rows)[0];
  }

  async users(organisationId: string): Promise<UserRecord[]> {
    const rows = await this.database.once((db) =>
      selectUsers(db).where('user.organisation_id', '=', organisationId).execute(),
    );
    return userRecords(rows);
  }

  changeUser(userId: number, change: UserChange): Promise<UserRecord | undefined> {
    return this.database.together(async (db) => {
      const found = await db
        .updateTable('user')
        .set((column) => ({
          password_hash: change.passwordHash ?? column.ref('password_hash'),
          disabled: change.disabled === undefined ? column.ref('disabled') : Number(change.disabled),
        }))
        .where('user_id', '=', userId)
        .returning('user_id')
        .executeTakeFirst();
      if (!found) return undefined;
      if (change.grants) await setGrants(db, userId, change.grants);
      if (change.disabled === true) await db.deleteFrom('session').where('user_id', '=', userId).execute();
      return theUser(db, userId);
    });
  }

  async deleteUser(userId: number): Promise<boolean> {
    const { numDeletedRows } = await this.database.once((db) =>
      db.deleteFrom('user').where('user_id', '=', userId).executeTakeFirst(),
    );
    return numDeletedRows > 0n;
  }
}

const userRow = ({ organisationId, email, passwordHash }: NewUser) => ({
  organisation_id: organisationId,
  email: email.toLowerCase(),
  password_hash: passwordHash,
});

async function setGrants(db: Db, userId: number, grants: readonly Grant[]): Promise<void> {
  await db.deleteFrom('user_grant').where('user_id', '=', userId).execute();
  if (grants.length === 0) return;
  await db
    .insertInto('user_grant')
    .values(grants.map((grant) => ({ user_id: userId, ...grantRow(grant) })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function theUser(db: Db, userId: number): Promise<UserRecord> {
  const [user] = userRecords(await selectUsers(db).where('user.user_id', '=', userId).execute());
  return user as UserRecord;
}

/** One row for each grant of a user, one with nulls for a user without. */
export const selectUsers = (db: Db) =>
  db
    .selectFrom('user')
    .leftJoin('user_grant', 'user_grant.user_id', 'user.user_id')
    .select(['user.user_id', 'organisation_id', 'email', 'password_hash', 'disabled'])
    .select(['role', 'scope_kind', 'scope_id'])
    .orderBy('email')
    .orderBy('role')
    .orderBy('scope_kind')
    .orderBy('scope_id');
type UserRow = Awaited<ReturnType<ReturnType<typeof selectUsers>['execute']>>[number];

export function userRecords(rows: readonly UserRow[]): UserRecord[] {
  const users = new Map<number, UserRecord & { grants: Grant[] }>();
  for (const row of rows) {
    const user = users.get(row.user_id) ?? {
      userId: row.user_id,
      organisationId: row.organisation_id,
      email: row.email,
      passwordHash: row.password_hash,
      disabled: row.disabled === 1,
      grants: [],
    };
    users.set(row.user_id, user);
    const { role, scope_kind, scope_id } = row;
    if (role !== null && scope_kind !== null && scope_id !== null)
      user.grants.push(grantOf({ role, scope_kind, scope_id }));
  }
  return [...users.values()];
}

interface GrantRow {
  role: string;
  scope_kind: string;
  scope_id: string;
}
export const grantRow = ({ role, scope }: Grant): GrantRow => ({ role, scope_kind: scope.kind, scope_id: scope.id });
export const grantOf = (row: GrantRow): Grant => ({
  role: row.role as Role,
  scope: { kind: row.scope_kind as Scope['kind'], id: row.scope_id },
});
