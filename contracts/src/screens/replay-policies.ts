/** Policies that a campaign's log can be replayed with: those whose choice follows from what a decision records. */
export const REPLAY_POLICIES = ['loop', 'rule'] as const;
export type ReplayPolicy = (typeof REPLAY_POLICIES)[number];
