import { Type, type Static } from '@sinclair/typebox';
import { expects } from './words/expects.js';
import { Device } from './store/device-entry.js';
import { Id, strict } from './store/schema-parts.js';
import { StoreFile } from './store/store-file.js';

/** Drafts of a shop's floor and planogram by REST, under `/api/v1/stores/{id}/drafts`. */
const { floor, walls, zones, entrances, passersBy, fixtures } = StoreFile.properties;
const { at, facingDegrees } = Device.properties;

/**
 * What the drawing boards draw of a store file, devices only by where they hang: nothing secret. Each part is checked by itself;
 * that outlines do not cross and products are on the list is asked once it becomes a version, for a draft is not finished.
 */
export const Drawing = strict({
  ...{ floor, walls, zones, entrances, passersBy, fixtures },
  /** of devices, by id */
  places: Type.Optional(Type.Record(Id, strict({ at, facingDegrees }))),
});

const Revision = Type.Integer({ minimum: 1, ...expects('whole1OrMore') });
const BasedOn = Type.Integer({ minimum: 1, ...expects('versionNumber') });
const DraftName = Type.String({ minLength: 1, maxLength: 80, pattern: '\\S', ...expects('text1To80') });

export const DraftRow = Type.Object({
  draftId: Type.String(),
  name: Type.String(),
  basedOn: BasedOn,
  /** rises by one with each change */
  revision: Revision,
  madeAt: Type.String({ description: 'ISO 8601 in store time' }),
  madeBy: Type.String({ description: 'an e-mail address, or `token:NAME`' }),
  changedAt: Type.String({ description: 'ISO 8601 in store time' }),
  changedBy: Type.String(),
});
export const DraftView = Type.Composite([DraftRow, Type.Object({ drawing: Drawing })]);

/** Body of `POST drafts`. A branch of a draft is a new one with its drawing. */
export const NewDraft = strict({ name: DraftName, basedOn: BasedOn, drawing: Drawing });
/** Body of `PUT drafts/{draftId}`: `revision` is the one that was looked at. */
export const ChangedDraftBody = strict({ name: DraftName, basedOn: BasedOn, drawing: Drawing, revision: Revision });
/** 409: somebody has changed the draft meanwhile. */
export const ChangedDraft = Type.Object({
  error: Type.Object({
    code: Type.Literal('changed'),
    message: Type.String(),
    field: Type.Literal('revision'),
    problem: Type.Optional(Type.Unknown()),
  }),
  current: DraftView,
});

export type Drawing = Static<typeof Drawing>;
export type DraftRow = Static<typeof DraftRow>;
export type DraftView = Static<typeof DraftView>;
export type NewDraft = Static<typeof NewDraft>;
export type ChangedDraftBody = Static<typeof ChangedDraftBody>;
export type ChangedDraft = Static<typeof ChangedDraft>;
