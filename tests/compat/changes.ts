import { inWords, type Difference } from './statements.js';

/**
 * What later releases mean otherwise than the release that left the data behind: the only differences that are accepted, each with a bound:
 * a larger one is a change that nobody meant.
 */
interface Change {
  /** where it is found: a fact's `kind|ts|subject.field`, or a question to the cloud and a place in its answer */
  at: RegExp;
  /** which differences there are meant, and up to what size */
  isMeant: (difference: Difference) => boolean;
  why: string;
}

/** Two of the staff wear badges in these data: no minute, and no bucket of these few minutes, has more than both of them too many. */
const STAFF = 2;
const MINUTE_MS = 60_000;
/** The five minutes of the midday, in which ids break and staff goes about. */
const MIDDAY_MINUTES = 5;

type Meant = Change['isMeant'];
const numbers = ({ now, before }: Difference): number | undefined =>
  typeof now === 'number' && typeof before === 'number' ? now - before : undefined;
/** More or less than before, by no more than these. */
const within =
  (fewer: number, more: number): Meant =>
  (difference) => {
    const change = numbers(difference);
    return change !== undefined && change >= -fewer && change <= more;
  };
const fewerBy = (most: number): Meant => within(most, 0);
/** One of them applies; a list is only as wide as its widest. */
const either =
  (...ways: Meant[]): Meant =>
  (difference) =>
    ways.some((isMeant) => isMeant(difference));
/** Stated newly, of an object with one number. */
const isNew =
  (field: string, most: number): Meant =>
  ({ now, before }) => {
    const value = (now as Record<string, unknown> | undefined)?.[field];
    return before === undefined && typeof value === 'number' && value >= 0 && value <= most;
  };
/** Nobody is left of whom there is anything to say: where nothing was said, or of no more than staff. */
const isOfNobody: Meant = ({ now, before }) =>
  (now === null && typeof before === 'number' && before <= MINUTE_MS / 1000) ||
  (now === undefined && ((before as { ms?: number } | null)?.ms ?? Infinity) <= STAFF * MINUTE_MS);

/** The longest pause between two messages of a device in these data, 5 s, and as a share of a minute. */
const FAREWELL_MS = 5_000;
const FAREWELL_SHARE = FAREWELL_MS / MINUTE_MS;

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
      isMeant: either(within(0, FAREWELL_MS), isNew('sensedMs', FAREWELL_MS)),
      why: 'A device senses until its next message (SEMANTICS §21): now also until the one by which it says that it goes offline.',
    },
    {
      at: /^coverage\|\d+\|[^|]+!away$/,
      isMeant: isNew('sensedMs', MINUTE_MS),
      why: 'Of a till that has said that it goes is stated when it was away (SEMANTICS §21).',
    },
    {
      at: /\.coverage$/,
      isMeant: ({ now, before }) => Number(now) > Number(before) && Number(now) - Number(before) < FAREWELL_SHARE,
      why: 'The same, as the cloud answers it.',
    },
    {
      at: /\.putbacks$/,
      isMeant: either(fewerBy(4), ({ now, before }) => now === null && Number(before) <= 4),
      why: 'What comes onto a slot beyond what shoppers took from it lately is refilled, no putback (SEMANTICS §19).',
    },
    {
      at: /\/?metrics\?.*\.(pickups|putbacks|stock|fill|confidence)$/,
      isMeant: ({ at, now, before }) =>
        now === null && typeof before === 'number' && before <= (/\.stock$/.test(at) ? 100 : 25),
      why: 'What senses a slot and was silent for more than half of a bucket tells nothing of it (SEMANTICS §19).',
    },
    {
      at: /^slot\|\d+\|[^.]+\.refilled$/,
      isMeant: ({ now, before }) => before === undefined && Number(now) <= 48,
      why: 'The same: releases behind 0.1 say what was refilled.',
    },
    {
      at: /\.gtin$/,
      isMeant: ({ now, before }) => String(now).padStart(14, '0') === String(before).padStart(14, '0'),
      why: 'A product that no store file knows is named by its code as it is printed on goods (SEMANTICS §17).',
    },
    {
      at: /^incident\|17724133\d{5}\|misplaced:(6905672102387|6905672106491)@|^incident\|1772413202117\|misplaced:6905672102387@/,
      // Whether it is told at all is meant, not what is told of it.
      isMeant: ({ now, before }) => (now === undefined) !== (before === undefined),
      why: 'A till got another name at 09:02. Alarms of RFID readers, which that does not touch, began anew then; now they go on.',
    },
    {
      at: /\.(salesPerSquareMetre|salesPerFacingDay)$/,
      // The dearest facing of these data earned 214.50 a day, another gave 17.40 back; the best square metre earned 10.60.
      isMeant: ({ at, now, before }) =>
        before === null && typeof now === 'number' && now >= -20 && now <= (/FacingDay$/.test(at) ? 250 : 12),
      why: 'A ratio is null when what it rests on was not sensed (SEMANTICS §21): these rest on tills, not on cameras or shelves.',
    },
    {
      at: /^zone\|1772422[23]\d{5}\|\w[\w-]*\.(visits|visitors|maxOpen)$/,
      isMeant: fewerBy(STAFF),
      why: KNOWN,
    },
    {
      at: /^zone\|1772422[23]\d{5}\|\w[\w-]*\.(dwellMs|overlapMs)$/,
      isMeant: fewerBy(STAFF * MINUTE_MS),
      why: KNOWN,
    },
    { at: /^zone\|1772422[23]\d{5}\|\w[\w-]*\.histogram\.length$/, isMeant: fewerBy(STAFF), why: KNOWN },
    // A bar that is gone makes others stand in its place: no visit of these minutes lasted longer.
    { at: /^zone\|1772422[23]\d{5}\|\w[\w-]*\.histogram\[/, isMeant: within(60, 60), why: KNOWN },
    {
      at: /^zone\|1772422[23]\d{5}\|\w[\w-]*\.interest\b/,
      isMeant: either(({ at, now, before }) => {
        const perMs = at.endsWith('.ppmMs') ? 1e6 : 1;
        return Number(now) >= 0 && Number(now) <= Number(before) + FAREWELL_MS * perMs;
      }, isOfNobody),
      why: KNOWN,
    },
    { at: /^heat\|1772422[23]\d{5}\|floor\.cells\.length$/, isMeant: fewerBy(STAFF * 30), why: KNOWN },
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
const isGap = (unitMs: number): Meant => within(0, GAP_MS / unitMs);
/** Of a zone in all these minutes so many visits and visitors may have been pieces of others, or staff's. */
const PIECES = 6;
/** Long visits that are one are fewer; two short ones may be long enough together. */
const isFewerOrOneMore: Meant = within(PIECES, 1);
/** How long a mean or a middle visit lasts, seconds: of few visits in a minute one that is joined, or staff's, moves it by as much as it lasted. */
const isOtherLength = within(60, 60);
const STITCHED =
  'Ids that a camera breaks are one person since 0.3: fewer and longer visits, and gaps that are filled.';

/**
 * Of what is lived through again, not of what is read: minutes that are stated anew from the journal, or come later. With ids taken as
 * they are the replay of the journal is compared without these. The minutes of the morning, whose ids hold, are not among them.
 */
const LATER: readonly Change[] = [
  { at: /^zone\|17724(222|223)\d{5}\|\w+\.(visits|visitors)$/, isMeant: fewerBy(PIECES), why: STITCHED },
  // What two pieces dwelt stands in the minute of the first.
  { at: /^zone\|17724(222|223)\d{5}\|\w+\.dwellMs$/, isMeant: within(STAFF * MINUTE_MS, MINUTE_MS), why: STITCHED },
  { at: /^zone\|17724(222|223)\d{5}\|\w+\.histogram\.length$/, isMeant: within(STAFF, STAFF), why: STITCHED },
  { at: /^zone\|17724(222|223)\d{5}\|\w+\.histogram\[/, isMeant: isOtherLength, why: STITCHED },
  {
    at: /^zone\|17724(222|223)\d{5}\|\w+\.interest\b/,
    isMeant: either(({ at, now, before }) => {
      const perMs = at.endsWith('.ppmMs') ? 1e6 : 1;
      return Number(now) >= 0 && Number(now) <= Number(before) + FAREWELL_MS * perMs;
    }, isOfNobody),
    why: STITCHED,
  },
  { at: /^zone\|\d+\|\w+\.overlapMs$/, isMeant: isGap(1), why: STITCHED },
  { at: /^heat\|\d+\|floor\.cells\[\d+\]\[1\]$/, isMeant: isGap(1), why: STITCHED },
  { at: /^\.heatmap\?.*\.seconds\[\d+\]$/, isMeant: isGap(1000), why: STITCHED },
  { at: /^\.zones\/metrics\?.*\.(visits|visitors)$/, isMeant: fewerBy(PIECES), why: STITCHED },
  { at: /^heat\|17724(222|223)\d{5}\|floor\.cells\.length$/, isMeant: fewerBy(STAFF * 30), why: KNOWN },
  // A cell that is gone makes others stand in its place.
  {
    at: /^heat\|17724(222|223)\d{5}\|floor\.cells\[/,
    isMeant: within(STAFF * MINUTE_MS, STAFF * MINUTE_MS),
    why: KNOWN,
  },
  {
    at: /^zone\|17724(222|223)\d{5}\|[\w-]+\.overlapMs$/,
    isMeant: fewerBy(STAFF * MINUTE_MS),
    why: KNOWN,
  },
  { at: /^zone\|17724(222|223)\d{5}\|[\w-]+\.maxOpen$/, isMeant: fewerBy(STAFF), why: KNOWN },
  {
    at: /^\.heatmap\?.*\.seconds\[\d+\]$/,
    isMeant: fewerBy((STAFF * MIDDAY_MINUTES * MINUTE_MS) / 1000 / 4),
    why: KNOWN,
  },
  { at: /^\.zones\/metrics\?.*\.occupancy\.max$/, isMeant: fewerBy(STAFF), why: KNOWN },
  // Two tags in these data were taken and put back within seconds.
  {
    at: /^\.(zones|products|slots)\/.*\?.*\.(pickups|putbacks|returned)$/,
    isMeant: within(0, 2),
    why: IN_HAND,
  },
  // Fewer visits make a rate of the same pickups higher; without any there is none.
  {
    at: /^\.(zones|products|slots)\/.*\?.*\.pickRate$/,
    isMeant: either(within(0, 2), ({ now, before }) => now === null && Number(before) <= 2),
    why: IN_HAND,
  },
  {
    at: /^\.(zones|products|slots)\/.*\?.*\.confidence$/,
    isMeant: either(within(20e-6, 20e-6), ({ now, before }) => before === null && now === 1),
    why: IN_HAND,
  },
  // One line of a sale goes where the goods were taken; what was sold in all is among the answers that may not differ.
  { at: /^\.zones\/metrics\?.*\.units$/, isMeant: within(1, 1), why: IN_HAND },
  { at: /^\.zones\/metrics\?.*\.transactions$/, isMeant: within(1, 1), why: IN_HAND },
  { at: /^\.zones\/metrics\?.*\.salesNet$/, isMeant: within(5, 5), why: IN_HAND },
  { at: /^\.zones\/metrics\?.*\.salesPerSquareMetre$/, isMeant: within(0.2, 0.2), why: IN_HAND },
  { at: /^\.zones\/metrics\?.*\.engagedVisits$/, isMeant: isFewerOrOneMore, why: STITCHED },
  {
    at: /^\.zones\/metrics\?.*\.dwellSeconds\.total$/,
    isMeant: within((STAFF * MIDDAY_MINUTES * MINUTE_MS) / 1000, MINUTE_MS / 1000),
    why: STITCHED,
  },
  {
    at: /^\.zones\/metrics\?.*\.dwellSeconds\.(mean|p50|p90)$/,
    isMeant: either(isOtherLength, isOfNobody),
    why: STITCHED,
  },
  { at: /^\.zones\/metrics\?.*\.occupancy\.mean$/, isMeant: within(STAFF, 0.1), why: STITCHED },
  { at: /^\.zones\/metrics\?.*\.interest$/, isMeant: either(within(0.5, 0.5), isOfNobody), why: STITCHED },
  { at: /^\.zones\/metrics\?.*\.(pickRate|conversion)$/, isMeant: within(0, 4), why: STITCHED },
];

/** As `unmeant`, of an agent that has gone on with what it found. */
export const unmeantLater = (release: string, found: readonly Difference[]): string[] => unmeant(release, found, LATER);

/** What is left of the differences once those that are meant are taken out, in words. */
export const unmeant = (release: string, found: readonly Difference[], more: readonly Change[] = []): string[] =>
  found
    .filter(
      (difference) =>
        ![...(CHANGES[release] ?? []), ...more].some(
          ({ at, isMeant }) => at.test(difference.at) && isMeant(difference),
        ),
    )
    .map(inWords);
