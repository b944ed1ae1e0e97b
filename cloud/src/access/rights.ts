import { RIGHTS, ROLES, type Right, type Role } from '@aisle/contracts';
import type { Grant, StoreRecord } from '../ports/index.js';

/** The one table: which role may do what, in the part of the organisation that it holds for. */
export const ROLES_OF: Readonly<Record<Right, readonly Role[]>> = {
  read: ROLES,
  'versions.write': ['owner', 'headquarters', 'regionManager', 'storeManager', 'merchandiser'],
  'devices.write': ['owner', 'headquarters', 'regionManager', 'storeManager'],
  'walkTests.write': ['owner', 'headquarters', 'regionManager', 'storeManager'],
  'sales.write': ['owner', 'headquarters', 'storeManager'],
  'content.write': ['owner', 'headquarters', 'regionManager', 'storeManager', 'merchandiser'],
  'campaigns.write': ['owner', 'headquarters', 'regionManager', 'storeManager', 'merchandiser'],
  'screens.write': ['owner', 'headquarters', 'regionManager', 'storeManager', 'merchandiser'],
  'facts.recompute': ['owner', 'headquarters'],
  'stores.manage': ['owner', 'headquarters'],
  'users.manage': ['owner'],
  'tokens.manage': ['owner'],
};

/** Whether a role holds in a store. */
const covers = ({ scope }: Grant, store: StoreRecord): boolean => {
  if (scope.kind === 'organisation') return scope.id === store.organisationId;
  return scope.kind === 'region' ? scope.id === store.region : scope.id === store.storeId;
};

/** Whether somebody may do this in a store. */
export const mayIn = (grants: readonly Grant[], right: Right, store: StoreRecord): boolean =>
  grants.some((grant) => ROLES_OF[right].includes(grant.role) && covers(grant, store));

/** Whether somebody may do this in the organisation as a whole. Reading is for everybody who is of it: lists show their own part. */
export const mayEverywhere = (grants: readonly Grant[], right: Right, organisationId: string): boolean =>
  grants.some(
    ({ role, scope }) =>
      ROLES_OF[right].includes(role) &&
      (right === 'read' || (scope.kind === 'organisation' && scope.id === organisationId)),
  );

/** What somebody may do somewhere. */
export const rightsOf = (grants: readonly Grant[]): Right[] =>
  RIGHTS.filter((right) => grants.some(({ role }) => ROLES_OF[right].includes(role)));

/** The strongest of somebody's roles. */
export const strongest = (grants: readonly Grant[]): Role =>
  ROLES.find((role) => grants.some((grant) => grant.role === role)) ?? 'viewer';
