import { Type, type Static } from '@sinclair/typebox';
import { MadeVersion, StoreFileProblem } from './rest-versions.js';
import { StoreChange } from './store/change-values.js';
import { Id } from './store/schema-parts.js';
import { Slot } from './store/store-file.js';
import { ProblemValues } from './words/problem-schema.js';
import { expects } from './words/expects.js';

/** What stands where by REST, under `/api/v1/stores/{id}/planogram`. */
const strict = <T extends Parameters<typeof Type.Object>[0]>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });

/** A fixture with all its slots, from left to right. */
export const PlanogramFixture = strict({ id: Id, slots: Type.Array(Slot, { maxItems: 5000 }) });

const version = {
  basedOn: Type.Optional(Type.Integer({ minimum: 1, ...expects('versionNumber') })),
  validFrom: Type.Optional(Type.Union([Type.String({ maxLength: 40, ...expects('isoOrNow') }), Type.Null()])),
  note: Type.Optional(Type.Union([Type.String({ maxLength: 500, ...expects('note') }), Type.Null()])),
};
/** Body of `PUT planogram`: fixtures that it names get these slots, all others stay as they are. */
export const NewPlanogram = strict({
  ...version,
  basedOn: Type.Integer({ minimum: 1, ...expects('versionNumber') }),
  fixtures: Type.Array(PlanogramFixture, { maxItems: 5000 }),
});

export const PLANOGRAM_FORMATS = ['psa', 'csv'] as const;
export type PlanogramFormat = (typeof PLANOGRAM_FORMATS)[number];

/** What of a file counts for nothing, and why. */
export const ImportRefusal = Type.Object({
  line: Type.Integer({ minimum: 1, description: 'of the file, from 1' }),
  column: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
    description: 'cell of the line, from 1 (of a PSA row the first is its type); null: the line as a whole',
  }),
  message: Type.String({ description: 'in English' }),
  code: Type.String(),
  values: ProblemValues,
});
const found = {
  changes: Type.Array(StoreChange, { description: 'against the newest version; at most 500' }),
  changesLeftOut: Type.Integer({ minimum: 0 }),
  refused: Type.Array(ImportRefusal),
};
/** Answer to an import with `dryRun=true`: nothing was made. */
export const ImportPreview = Type.Object({
  ...found,
  basedOn: Type.Integer({ minimum: 1 }),
  warnings: Type.Optional(Type.Array(StoreFileProblem)),
});
export const MadeImport = Type.Composite([MadeVersion, Type.Object({ refused: found.refused })]);
/** 400: lines of the file are refused, and nothing was made; or the file is none. */
export const RefusedImport = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    field: Type.Optional(Type.String()),
    problem: Type.Optional(Type.Object({ code: Type.String(), values: ProblemValues })),
    problems: Type.Optional(Type.Array(StoreFileProblem)),
  }),
  ...Object.fromEntries(Object.entries(found).map(([name, schema]) => [name, Type.Optional(schema)])),
});

/** The bytes of a CSV or PSA file. */
export const PlanogramFile = Type.Unsafe<unknown>({ type: 'string', format: 'binary', description: 'the bytes' });

export type PlanogramFixture = Static<typeof PlanogramFixture>;
export type NewPlanogram = Static<typeof NewPlanogram>;
export type ImportRefusal = Static<typeof ImportRefusal>;
export type ImportPreview = Static<typeof ImportPreview>;
