import { inWords, type Difference } from './statements.js';

/**
 * What later releases mean otherwise than the release that left the data behind: the only differences that are accepted.
 */
interface Change {
  /** where it is found: a fact's `kind|ts|subject.field`, or a question to the cloud and a place in its answer */
  at: RegExp;
  /** which differences there are meant; all when left out */
  isMeant?: (difference: Difference) => boolean;
  why: string;
}

/** Of the longest pause between two messages of a device in these data, 5 s, as a share of a minute. */
const FAREWELL_SHARE = 5 / 60;

/** By the release that left the data behind. */
const CHANGES: Record<string, readonly Change[]> = {
  '0.1': [
    {
      at: /^coverage\|(1772413260000|1772413320000)\|/,
      why: 'A device senses until its next message (SEMANTICS §21): now also until the one by which it says that it goes offline.',
    },
    {
      at: /^coverage\|\d+\|[^|]+!away$/,
      isMeant: ({ before }) => before === undefined,
      why: 'Of a till that has said that it goes is stated when it was away (SEMANTICS §21).',
    },
    {
      at: /\.coverage$/,
      isMeant: ({ now, before }) => Number(now) > Number(before) && Number(now) - Number(before) < FAREWELL_SHARE,
      why: 'The same, as the cloud answers it.',
    },
    {
      at: /\.putbacks$/,
      isMeant: ({ now, before }) => Number(now) < Number(before),
      why: 'What comes onto a slot beyond what shoppers took from it lately is refilled, no putback (SEMANTICS §19).',
    },
    {
      at: /\/?metrics\?.*\.(pickups|putbacks|stock|fill|confidence)$/,
      isMeant: ({ now, before }) => now === null && typeof before === 'number',
      why: 'What senses a slot and was silent for more than half of a bucket tells nothing of it (SEMANTICS §19).',
    },
    {
      at: /^slot\|\d+\|[^.]+\.refilled$/,
      isMeant: ({ before }) => before === undefined,
      why: 'The same: releases behind 0.1 say what was refilled.',
    },
    {
      at: /\.gtin$/,
      isMeant: ({ now, before }) => String(now).padStart(14, '0') === String(before).padStart(14, '0'),
      why: 'A product that no store file knows is named by its code as it is printed on goods (SEMANTICS §17).',
    },
    {
      at: /^incident\|17724133\d{5}\|misplaced:(6905672102387|6905672106491)@|^incident\|1772413202117\|misplaced:6905672102387@/,
      why: 'A till got another name at 09:02. Alarms of RFID readers, which that does not touch, began anew then; now they go on.',
    },
    {
      at: /\.(salesPerSquareMetre|salesPerFacingDay)$/,
      isMeant: ({ now, before }) => before === null && typeof now === 'number',
      why: 'A ratio is null when what it rests on was not sensed (SEMANTICS §21): these rest on tills, not on cameras or shelves.',
    },
    {
      at: /^\.screens\/.*\.reason$/,
      isMeant: ({ now, before }) =>
        JSON.stringify(now) === JSON.stringify({ code: 'said', values: { text: before }, en: before, zh: before }),
      why: 'Why a screen showed something was a sentence; it is a code with values, and an old sentence is given as it was said.',
    },
  ],
};

/**
 * Of what is lived through again, not of what is read: ids that a camera breaks are one person since 0.3, so minutes that
 * are stated anew from the journal, or come later, hold fewer and longer visits. With ids taken as they are the replay of
 * the journal is compared without this.
 */
const STITCHED = [/^(zone|heat)\|/, /^\.zones\/metrics/, /^\.heatmap/];

/** As `unmeant`, of an agent that has gone on with what it found. */
export const unmeantLater = (release: string, found: readonly Difference[]): string[] =>
  unmeant(
    release,
    found.filter(({ at }) => !STITCHED.some((place) => place.test(at))),
  );

/** What is left of the differences once those that are meant are taken out, in words. */
export const unmeant = (release: string, found: readonly Difference[]): string[] =>
  found
    .filter(
      (difference) =>
        !(CHANGES[release] ?? []).some(({ at, isMeant }) => at.test(difference.at) && (isMeant?.(difference) ?? true)),
    )
    .map(inWords);
