import { Type, type Static } from '@sinclair/typebox';
import { expects, secret } from './words/expects.js';

/** What somebody is in an organisation, in a region of it, or in a store: the strongest first. */
export const ROLES = ['owner', 'headquarters', 'regionManager', 'storeManager', 'merchandiser', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** What one must be allowed to do for a call or a socket room. Which role may do what: docs/rights.md. */
export const RIGHTS = [
  'read', // every figure, the live view, files and lists
  'versions.write', // change the store file
  'devices.write', // enrol, give and take credentials, tare
  'walkTests.write', // keep a walk test
  'sales.write', // state sales
  'content.write', // add and delete content of the library
  'campaigns.write', // make, change, begin, pause and end campaigns
  'screens.write', // pin an item on a screen, pause it, let it go on
  'facts.recompute', // state facts anew
  'stores.manage', // the region of a store
  'users.manage', // people of the organisation
  'tokens.manage', // tokens of programs
] as const;
export type Right = (typeof RIGHTS)[number];

const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Union(
    values.map((value) => Type.Literal(value as T[number])),
    expects('oneOf', { choices: values.join(', ') }),
  );
export const RoleName = oneOf(ROLES);
export const RightName = oneOf(RIGHTS);

export const SCOPE_KINDS = ['organisation', 'region', 'store'] as const;
/** The part of an organisation that a role holds for. */
export const GrantScope = Type.Object({
  kind: oneOf(SCOPE_KINDS),
  id: Type.String({ minLength: 1, maxLength: 100, ...expects('placeOfRight') }),
});
export const GrantView = Type.Object({ role: RoleName, scope: GrantScope });
export type GrantView = Static<typeof GrantView>;

const Email = Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', maxLength: 200, ...expects('email') });
const Password = Type.String({
  minLength: 12,
  maxLength: 200,
  ...expects('password'),
  ...secret,
});
const Grants = Type.Array(GrantView, { minItems: 1, maxItems: 100, ...expects('grants') });

export const SessionView = Type.Object({
  email: Type.String({ description: 'an e-mail address, or "token:NAME" of a program' }),
  /** the strongest of its roles */
  role: RoleName,
  organisation: Type.String(),
  grants: Type.Array(GrantView),
  /** what it may do somewhere */
  rights: Type.Array(RightName),
});
export const PasswordBody = Type.Object({
  password: Type.String({ maxLength: 200, ...expects('passwordUntilNow'), ...secret }),
  newPassword: Password,
});
export const UserView = Type.Object({
  userId: Type.Integer(),
  email: Type.String(),
  grants: Type.Array(GrantView),
  /** keeps everything, but cannot sign in */
  disabled: Type.Boolean(),
});
/** `role` alone holds for the whole organisation. */
export const NewUserBody = Type.Object({
  email: Email,
  password: Password,
  role: RoleName,
  scope: Type.Optional(GrantScope),
});
export const UserChangeBody = Type.Object(
  {
    grants: Type.Optional(Grants),
    disabled: Type.Optional(Type.Boolean(expects('trueOrFalse'))),
    password: Type.Optional(Password),
  },
  { additionalProperties: false, minProperties: 1, ...expects('userChange') },
);
export const TokenView = Type.Object({
  tokenId: Type.Integer(),
  name: Type.String(),
  role: RoleName,
  scope: GrantScope,
  created: Type.String({ description: 'ISO 8601, UTC' }),
  /** exclusive; null: never */
  expires: Type.Union([Type.String(), Type.Null()]),
  /** to the minute; null before the first use */
  lastUsed: Type.Union([Type.String(), Type.Null()]),
});
export const NewTokenBody = Type.Object({
  name: Type.String({
    pattern: '^[\\w .:-]{1,64}$',
    ...expects('tokenName'),
  }),
  role: RoleName,
  /** the whole organisation when left out */
  scope: Type.Optional(GrantScope),
  /** ISO 8601 with zone; never when left out */
  expires: Type.Optional(Type.String(expects('isoWithZone'))),
});
/** The token itself is told this once. */
export const NewToken = Type.Object({ ...TokenView.properties, token: Type.String() });
export const StoreChangeBody = Type.Object({
  region: Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Null()], expects('regionOrNull')),
});

export type SessionView = Static<typeof SessionView>;
export type UserView = Static<typeof UserView>;
export type NewUserBody = Static<typeof NewUserBody>;
export type UserChangeBody = Static<typeof UserChangeBody>;
export type TokenView = Static<typeof TokenView>;
export type NewTokenBody = Static<typeof NewTokenBody>;
export type NewToken = Static<typeof NewToken>;
