import type { CampaignState, Goal, Policy, TemplateName } from '@aisle/contracts';

/** The states that the pages have words and shapes for; a newer cloud may know more. */
export const CAMPAIGN_STATES_KNOWN = [
  'draft',
  'scheduled',
  'live',
  'paused',
  'ended',
] as const satisfies readonly CampaignState[];
export type KnownState = (typeof CAMPAIGN_STATES_KNOWN)[number];
export const GOALS_KNOWN = ['stops', 'pickups', 'scans', 'sales'] as const satisfies readonly Goal[];
export type KnownGoal = (typeof GOALS_KNOWN)[number];
export const POLICIES_KNOWN = ['bandit', 'rule', 'loop', 'apprentice'] as const satisfies readonly Policy[];
export type KnownPolicy = (typeof POLICIES_KNOWN)[number];
export const TEMPLATES_KNOWN = ['product', 'offer', 'several'] as const satisfies readonly TemplateName[];
export type KnownTemplate = (typeof TEMPLATES_KNOWN)[number];
export const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
