import { Type, type Static } from '@sinclair/typebox';
import { GOALS } from './campaigns.js';

/** What an item sees of a moment, coarse, so that a decision can tell it: everything that leaves the shop is in the event. */
export interface Moment {
  /** of the store's day, 0 to 23 */
  hour: number;
  /** people in front of the screen, capped */
  people: number;
}
export const MOST_PEOPLE = 5;
/** The constant 1, interest in the item's category (0 to 1), people, and the hour as a place on a circle. */
export const MOMENT_FEATURES = 5;

/** A moment as a screen's choice and what was learnt of it go by. Shop and cloud must agree: another list is another version of the command `prior`. */
export const featuresOf = ({ hour, people }: Moment, interestPpm: number): number[] => {
  const turn = (hour / 24) * 2 * Math.PI;
  return [1, interestPpm / 1e6, Math.min(people, MOST_PEOPLE) / MOST_PEOPLE, Math.cos(turn), Math.sin(turn)];
};

const perFeature = (schema: ReturnType<typeof Type.Number>) =>
  Type.Array(schema, { minItems: MOMENT_FEATURES, maxItems: MOMENT_FEATURES });

/** Inbox command `prior`, keyed by goal: what items that no screen of the shop has shown yet are taken to be worth. */
export const ScreenPrior = Type.Object({
  goal: Type.Union(GOALS.map((goal) => Type.Literal(goal))),
  /** worth by feature, as a chance of reaching the goal */
  mean: perFeature(Type.Number({ minimum: -2, maximum: 2 })),
  /** 1 ÷ variance between items, by feature */
  precision: perFeature(Type.Number({ minimum: 1, maximum: 1e6 })),
  /** of so many shops, choices and items */
  shops: Type.Integer({ minimum: 1 }),
  choices: Type.Integer({ minimum: 1 }),
  items: Type.Integer({ minimum: 1 }),
  /** when it was worked out, epoch ms: the newest counts */
  atTs: Type.Integer({ minimum: 0 }),
});
export type ScreenPrior = Static<typeof ScreenPrior>;
