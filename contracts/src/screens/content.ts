import { Type, type Static } from '@sinclair/typebox';

/** The content library of an organisation by REST, under `/api/v1/content`. */

/** What Chromium shows by itself, told by the bytes of a file and never by its name. */
export const MEDIA_TYPES = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/avif',
  'image/gif',
  'video/mp4',
  'video/webm',
] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

const Whole = Type.Integer({ minimum: 0 });
/** SHA-256 of the bytes, hex */
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** A file as a campaign's item names it to an agent: known by its hash, fetched once, kept until nothing live or scheduled needs it. */
export const MediaFile = Type.Object({
  sha256: Sha256,
  type: Type.Union(MEDIA_TYPES.map((type) => Type.Literal(type))),
  bytes: Whole,
  /** pixels, as shown (after any turn that the file asks for) */
  width: Whole,
  height: Whole,
  /** videos and moving pictures; null for those that stand still */
  seconds: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
});
export type MediaFile = Static<typeof MediaFile>;

/** Where a content is in use: it cannot be deleted before. */
export const ContentUse = Type.Object({ campaignId: Type.String(), name: Type.String(), state: Type.String() });
export type ContentUse = Static<typeof ContentUse>;

export const ContentView = Type.Composite([
  Type.Object({
    contentId: Type.String({ description: 'the same bytes have the same id' }),
    name: Type.String(),
    /** ISO 8601, UTC */
    addedAt: Type.String(),
    addedBy: Type.String({ description: 'an e-mail address, or `token:NAME`' }),
    usedBy: Type.Array(ContentUse),
  }),
  MediaFile,
]);
export type ContentView = Static<typeof ContentView>;
/** Answered as bytes. */
export const ContentFile = Type.Unsafe<unknown>({ type: 'string', format: 'binary', description: 'the bytes' });
export const ContentList = Type.Array(ContentView);
