import type { GrantView, RoleName, TokenView, UserView } from '../api/generated/schema.js';
import type { Translate } from '../i18n/translate.js';

export const ROLES: readonly RoleName[] = [
  'owner',
  'headquarters',
  'regionManager',
  'storeManager',
  'merchandiser',
  'viewer',
];

/** A place that a role may hold for, as a choice: `store/demo`. The last one asks for a name. */
export const OTHER_REGION = 'region/';
export const scopeKey = ({ kind, id }: GrantView['scope']): string => `${kind}/${id}`;
export function scopeOf(key: string): GrantView['scope'] {
  const at = key.indexOf('/');
  return { kind: key.slice(0, at) as GrantView['scope']['kind'], id: key.slice(at + 1) };
}

export interface Places {
  organisation: string;
  stores: readonly { storeId: string; name: string }[];
  /** names of regions that somebody has used */
  regions: readonly string[];
}

/** Every place to choose from: the whole, its regions, its stores. */
export const placeKeys = ({ organisation, stores, regions }: Places): string[] => [
  scopeKey({ kind: 'organisation', id: organisation }),
  ...regions.map((id) => scopeKey({ kind: 'region', id })),
  ...stores.map(({ storeId }) => scopeKey({ kind: 'store', id: storeId })),
];

export function placeWords(t: Translate, { kind, id }: GrantView['scope'], places: Places): string {
  if (kind === 'organisation') return t('scope.organisation');
  if (kind === 'region') return t('scope.region', { name: id });
  return places.stores.find(({ storeId }) => storeId === id)?.name ?? id;
}

export const grantWords = (t: Translate, { role, scope }: GrantView, places: Places): string =>
  t('grant.words', { role: t(`role.${role}`), scope: placeWords(t, scope, places) });

/** Regions that are named anywhere, by name. */
export function regionsOf(
  users: readonly UserView[],
  tokens: readonly TokenView[],
  ofStore: string | null,
): readonly string[] {
  const scopes = [
    ...users.flatMap(({ grants }) => grants.map(({ scope }) => scope)),
    ...tokens.map(({ scope }) => scope),
  ];
  const named = scopes.flatMap(({ kind, id }) => (kind === 'region' ? [id] : []));
  return [...new Set([...named, ...(ofStore === null ? [] : [ofStore])])].sort();
}

/** No letters that look like others, in four groups that can be read aloud: 95 bits. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const [GROUPS, GROUP] = [4, 5];
export function newPassword(bytes: (count: number) => Uint8Array = secretBytes): string {
  let letters = '';
  while (letters.length < GROUPS * GROUP)
    for (const byte of bytes(32))
      // what would favour the first letters is thrown away
      if (byte < 256 - (256 % LETTERS.length) && letters.length < GROUPS * GROUP)
        letters += LETTERS[byte % LETTERS.length];
  return (letters.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-');
}
const secretBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));

export const PASSWORD_LEAST = 12;
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text) && text.length <= 200;
export const isTokenName = (text: string): boolean => /^[\w .:-]{1,64}$/.test(text) && text.trim() !== '';
