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

const KNOWN =
  'Since 0.3 whose way fits how loud a badge is heard is staff too: found sooner, and after their id broke. What they counted is no shopper’s.';
const IN_HAND =
  'Since 0.3 a tag that is put back within seconds was taken: its antenna heard it much weaker meanwhile.';
const SETTLES =
  'Since 0.3 a slot that is weighed twice a second settles one sample sooner: its steps are a little more, or less, sure.';

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
      at: /^zone\|1772422[23]\d{5}\|\w[\w-]*\.(visits|visitors|dwellMs|overlapMs|maxOpen)$/,
      isMeant: ({ now, before }) => Number(now) < Number(before),
      why: KNOWN,
    },
    { at: /^zone\|1772422[23]\d{5}\|\w[\w-]*\.(histogram\b.*|interest\b.*)$/, why: KNOWN },
    {
      at: /^heat\|1772422[23]\d{5}\|floor\.cells\.length$/,
      isMeant: ({ now, before }) => Number(now) < Number(before),
      why: KNOWN,
    },
    {
      at: /^slot\|1772422[23]\d{5}\|fx-1[345]-\w\.(pickups|putbacks)$/,
      isMeant: ({ now, before }) => Number(now) === Number(before) + 1,
      why: IN_HAND,
    },
    {
      at: /^slot\|\d+\|[\w-]+\.confidencePpm$/,
      isMeant: ({ now, before }) => Math.abs(Number(now) - Number(before)) <= 20,
      why: SETTLES,
    },
    {
      at: /^\.screens\/.*\.reason$/,
      isMeant: ({ now, before }) =>
        JSON.stringify(now) === JSON.stringify({ code: 'said', values: { text: before }, en: before, zh: before }),
      why: 'Why a screen showed something was a sentence; it is a code with values, and an old sentence is given as it was said.',
    },
  ],
};

/** What may be missed of a person until a broken id is found again, and is filled: 1.5 s. */
const GAP_MS = 1500;
const isFewer = ({ now, before }: Difference): boolean => Number(now) < Number(before);
const isGap =
  (unitMs: number) =>
  ({ now, before }: Difference): boolean =>
    Number(now) > Number(before) && (Number(now) - Number(before)) * unitMs <= GAP_MS;
/** Long visits that are one are fewer; two short ones may be long enough together. */
const isFewerOrOneMore = ({ now, before }: Difference): boolean => Number(now) - Number(before) <= 1;
const STITCHED =
  'Ids that a camera breaks are one person since 0.3: fewer and longer visits, and gaps that are filled.';

/**
 * Of what is lived through again, not of what is read: minutes that are stated anew from the journal, or come later. With ids taken as
 * they are the replay of the journal is compared without these. The minutes of the morning, whose ids hold, are not among them.
 */
const LATER: readonly Change[] = [
  { at: /^zone\|17724(222|223)\d{5}\|\w+\.(visits|visitors)$/, isMeant: isFewer, why: STITCHED },
  { at: /^zone\|17724(222|223)\d{5}\|\w+\.(dwellMs|histogram\b.*|interest\.\w+)$/, why: STITCHED },
  { at: /^zone\|\d+\|\w+\.overlapMs$/, isMeant: isGap(1), why: STITCHED },
  { at: /^heat\|\d+\|floor\.cells\[\d+\]\[1\]$/, isMeant: isGap(1), why: STITCHED },
  { at: /^\.heatmap\?.*\.seconds\[\d+\]$/, isMeant: isGap(1000), why: STITCHED },
  { at: /^\.zones\/metrics\?.*\.(visits|visitors)$/, isMeant: isFewer, why: STITCHED },
  { at: /^heat\|17724(222|223)\d{5}\|floor\.cells\b/, why: KNOWN },
  { at: /^zone\|17724(222|223)\d{5}\|[\w-]+\.(overlapMs|maxOpen)$/, isMeant: isFewer, why: KNOWN },
  { at: /^\.heatmap\?.*\.seconds\[\d+\]$/, isMeant: isFewer, why: KNOWN },
  { at: /^\.zones\/metrics\?.*\.occupancy\.max$/, isMeant: isFewer, why: KNOWN },
  { at: /^\.(zones|products|slots)\/.*\?.*\.(pickups|putbacks|returned|pickRate|confidence)$/, why: IN_HAND },
  // Lines of a sale go where the goods were taken; what was sold in all is among the answers that may not differ.
  { at: /^\.zones\/metrics\?.*\.(units|salesNet|transactions|salesPerSquareMetre)$/, why: IN_HAND },
  { at: /^\.zones\/metrics\?.*\.engagedVisits$/, isMeant: isFewerOrOneMore, why: STITCHED },
  { at: /^\.zones\/metrics\?.*\.(dwellSeconds\.\w+|occupancy\.mean|interest|pickRate|conversion)$/, why: STITCHED },
];

/** As `unmeant`, of an agent that has gone on with what it found. */
export const unmeantLater = (release: string, found: readonly Difference[]): string[] => unmeant(release, found, LATER);

/** What is left of the differences once those that are meant are taken out, in words. */
export const unmeant = (release: string, found: readonly Difference[], more: readonly Change[] = []): string[] =>
  found
    .filter(
      (difference) =>
        ![...(CHANGES[release] ?? []), ...more].some(
          ({ at, isMeant }) => at.test(difference.at) && (isMeant?.(difference) ?? true),
        ),
    )
    .map(inWords);
