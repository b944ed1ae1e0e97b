import { Type, type Static } from '@sinclair/typebox';

/**
 * Why a screen shows something: a code with its values, worded by whoever shows it, in the reader's language. Categories are
 * named by their ids.
 *
 * - `interest` {category, percent}: the audience is likeliest to take something of the category within a minute, on average
 * - `dwell` {category, seconds}: it has spent longest there, in all
 * - `nearest` {category}: nobody has stopped at a category yet, and this one is closest to the screen
 * - `first` {category}: as `nearest`, where no zone says how far any category is
 * - `welcome`: nobody has stopped at a category yet, and there is content for just that
 * - `learned` {percent}: of what it may show, what has been worth most in such moments; so likely it was
 * - `exploring` {percent}: something else, to learn what it is worth; so likely it was
 * - `loop`: the next in turn
 * - `heldOut`: a block that was drawn to show the plain loop, so that the others can be compared with it
 * - `pinned`: a person wants this item here
 * - `paused`: a person has paused the screen
 * - `nothing`: what was on may not be shown any more, and there is nothing else
 */
export const REASON_CODES = [
  ...(['interest', 'dwell', 'nearest', 'first', 'welcome'] as const),
  ...(['learned', 'exploring', 'loop', 'heldOut', 'pinned', 'paused', 'nothing'] as const),
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];
export const Reason = Type.Object({
  code: Type.String({ minLength: 1, maxLength: 64, description: `such as ${REASON_CODES.join(', ')}` }),
  values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
});
export type Reason = Static<typeof Reason>;
