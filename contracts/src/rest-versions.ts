import { Type, type Static } from '@sinclair/typebox';
import { StoreChange } from './store/change-values.js';
import { SECTIONS } from './store/sections.js';
import { StoreFile } from './store/store-file.js';
import { ProblemValues, Told } from './words/problem-schema.js';
import { expects } from './words/expects.js';
import { nullable } from './nullable.js';

/** The time line of a store's file by REST, under `/api/v1/stores/{id}/versions`. */
const VersionNumber = Type.Integer({ minimum: 1, ...expects('versionNumber') });

/** Why a version was made, where it was not a person who said so: a code with values, worded where it is shown. */
export const VERSION_REASONS = ['deviceAdded', 'deviceChanged', 'planCancelled', 'planKept'] as const;
export const VersionReason = Type.Object({
  code: Type.Union(VERSION_REASONS.map((code) => Type.Literal(code))),
  values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
    description: '`device` of deviceAdded and deviceChanged; `version` that was planned, of the others',
  }),
});

/**
 * `inForce`: what the shop goes by now; `past`: it did until a newer one came; `planned`: comes into force by itself;
 * `cancelled`: was planned, and a newer one took its place before its time.
 */
export const VERSION_STATES = ['inForce', 'past', 'planned', 'cancelled'] as const;
export const VersionRow = Type.Object({
  version: VersionNumber,
  validFrom: Type.String({ description: 'ISO 8601 in store time: from when on it holds' }),
  madeAt: Type.String({ description: 'ISO 8601 in store time' }),
  state: Type.Union(VERSION_STATES.map((state) => Type.Literal(state))),
  author: nullable(Type.String({ description: 'an e-mail address, or `token:NAME`' })),
  /** what whoever made it said of it */
  note: nullable(Type.String()),
  reason: nullable(VersionReason),
  origin: Type.Union([Type.Literal('import'), Type.Literal('dashboard')]),
  basedOn: nullable(VersionNumber),
  sections: Type.Array(Type.Union(SECTIONS.map((section) => Type.Literal(section))), {
    description: 'what changed against the version that it follows',
  }),
  changes: Type.Array(StoreChange, { description: 'the first of the changes against the version that it follows' }),
  changesLeftOut: Type.Integer({ minimum: 0 }),
});
/** One version with all that changed (at most 500 changes), and the whole file. */
export const VersionView = Type.Composite([VersionRow, Type.Object({ storeId: Type.String(), storeFile: StoreFile })]);

/** Body of `POST versions`: the file as an object, or as the text of a YAML file. */
export const NewVersion = Type.Object(
  {
    basedOn: VersionNumber,
    validFrom: Type.Optional(nullable(Type.String({ maxLength: 40, ...expects('isoOrNow') }))),
    note: Type.Optional(nullable(Type.String({ maxLength: 500, ...expects('note') }))),
    storeFile: Type.Optional(Type.Unknown(expects('storeFile'))),
    storeFileYaml: Type.Optional(Type.String(expects('storeFileText'))),
  },
  { additionalProperties: false },
);
/** What is wrong with a store file: `field` is a path within it. */
export const StoreFileProblem = Type.Object({
  field: Type.String(),
  message: Type.String({ description: 'in English, without the field' }),
  /** left out by clouds up to 0.2 */
  code: Type.Optional(Type.String()),
  values: Type.Optional(ProblemValues),
});
const made = {
  validFrom: Type.String({ description: 'ISO 8601 in store time' }),
  /** against the version that is in force then */
  changes: Type.Array(StoreChange),
  changesLeftOut: Type.Integer({ minimum: 0 }),
  /** planned versions that this one takes the place of */
  cancels: Type.Array(VersionNumber),
  /** what the file says that a shop could mean, and mostly does not; left out where there is nothing, and by clouds up to 0.2 */
  warnings: Type.Optional(Type.Array(StoreFileProblem)),
};
export const MadeVersion = Type.Object({ version: VersionNumber, ...made });
/** Answer to `dryRun=true`: what would be made. */
export const VersionPreview = Type.Object({ basedOn: VersionNumber, ...made });

/** 400: `field` of the first, and all of them. */
export const InvalidVersion = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    field: Type.Optional(Type.String()),
    problem: Type.Optional(Told),
    problems: Type.Optional(Type.Array(StoreFileProblem)),
  }),
});
/** 409: somebody has made a version meanwhile. */
export const ChangedVersion = Type.Object({
  error: Type.Object({
    code: Type.Literal('changed'),
    message: Type.String(),
    field: Type.Literal('basedOn'),
    problem: Type.Optional(Told),
  }),
  /** the newest one; its `changes` are all that differs from the version that the refused one was based on */
  current: VersionRow,
});

export type VersionReason = Static<typeof VersionReason>;
export type VersionState = (typeof VERSION_STATES)[number];
export type VersionRow = Static<typeof VersionRow>;
export type VersionView = Static<typeof VersionView>;
export type NewVersion = Static<typeof NewVersion>;
export type MadeVersion = Static<typeof MadeVersion>;
export type VersionPreview = Static<typeof VersionPreview>;
export type StoreFileProblem = Static<typeof StoreFileProblem>;
export type ChangedVersion = Static<typeof ChangedVersion>;
