import type { Role } from '@aisle/contracts';

export type { Role };

/** The part of an organisation that a right holds for. */
export interface Scope {
  kind: 'organisation' | 'region' | 'store';
  /** of the organisation, the region or the store */
  id: string;
}
export interface Grant {
  role: Role;
  scope: Scope;
}

export interface NewUser {
  organisationId: string;
  email: string;
  /** self-describing hash (scrypt$…): the catalog never sees a password */
  passwordHash: string;
  grants: readonly Grant[];
}
export interface UserRecord extends NewUser {
  userId: number;
  /** keeps everything, but nobody signs in */
  disabled: boolean;
}
export type UserChange = Partial<Pick<UserRecord, 'passwordHash' | 'grants' | 'disabled'>>;

/** Organisations and their people. */
export interface UserRecords {
  /** Does nothing when it exists. */
  ensureOrganisation(organisationId: string): Promise<void>;

  /** What the operator's file last said of somebody or something, as far as hashes say it; undefined: nothing yet. */
  provisioned(organisationId: string, what: string): Promise<string | undefined>;
  noteProvisioned(organisationId: string, what: string, said: string): Promise<void>;

  /** Emails are compared in lower case. @throws CatalogError `taken` when somebody has the address */
  addUser(user: NewUser): Promise<UserRecord>;
  /** Creates the user or replaces hash and grants. @throws CatalogError `taken` when the address is another organisation's */
  putUser(user: NewUser): Promise<UserRecord>;
  user(userId: number): Promise<UserRecord | undefined>;
  userByEmail(email: string): Promise<UserRecord | undefined>;
  /** By e-mail address. */
  users(organisationId: string): Promise<UserRecord[]>;
  /** Sets what is given. Disabling ends the user's sessions. Undefined when there is no such user. */
  changeUser(userId: number, change: UserChange): Promise<UserRecord | undefined>;
  /** With grants and sessions. False when there was none. */
  deleteUser(userId: number): Promise<boolean>;
}
