import { Type, type Static } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { ApiError, ChangedDraft, ChangedDraftBody, DraftRow, DraftView, NewDraft, Nothing } from '@aisle/contracts';
import { DraftChanged, RefusedDraft } from '../../planograms/drafts.js';
import { errorBody, invalid, notFound } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { StoreParams, answers, answersAs } from '../route-schema.js';

/** as large as a store file may be */
const BODY_BYTES = 8 << 20;
const DraftParams = Type.Object({
  storeId: Type.String({ description: 'store id' }),
  draftId: Type.String({ description: 'draft id' }),
});

/** Drafts of a shop's floor and planogram: seen by everybody of the shop, changed by those who may change it. */
export function draftRoutes(app: FastifyInstance, { drafts }: HttpParts): void {
  const tags = ['stores'];
  const writes = { needs: 'versions.write' } as const;

  app.get(
    '/stores/:storeId/drafts',
    {
      schema: {
        tags,
        operationId: 'listDrafts',
        summary: 'Drafts of the floor and the planogram, the one that was changed last first',
        params: StoreParams,
        response: answers(Type.Array(DraftRow), 401, 404),
      },
    },
    async (request) => drafts.list((request.params as Static<typeof StoreParams>).storeId),
  );

  app.post(
    '/stores/:storeId/drafts',
    {
      config: writes,
      bodyLimit: BODY_BYTES,
      schema: {
        tags,
        operationId: 'makeDraft',
        summary: 'Keep a drawing as a draft: nothing comes into force by it',
        params: StoreParams,
        body: NewDraft,
        response: answersAs(201, DraftView, 400, 401, 403, 404),
      },
    },
    async (request, reply) => {
      const { storeId } = request.params as Static<typeof StoreParams>;
      const by = principalOf(request).name;
      const made = await refusing(() => drafts.make(storeId, request.body as NewDraft, by));
      request.log.info({ audit: 'draft', by, store: storeId, draft: made.draftId }, 'a draft was made');
      return reply.status(201).send(made);
    },
  );

  app.get(
    '/stores/:storeId/drafts/:draftId',
    {
      schema: {
        tags,
        operationId: 'getDraft',
        summary: 'A draft with what is drawn in it',
        params: DraftParams,
        response: answers(DraftView, 401, 404),
      },
    },
    async (request) => {
      const { storeId, draftId } = request.params as Static<typeof DraftParams>;
      const view = await drafts.one(storeId, draftId);
      if (!view) throw notFound('draft');
      return view;
    },
  );

  app.put(
    '/stores/:storeId/drafts/:draftId',
    {
      config: writes,
      bodyLimit: BODY_BYTES,
      schema: {
        tags,
        operationId: 'changeDraft',
        summary: 'Keep another drawing in a draft; 409 with the draft as it is where somebody was faster',
        params: DraftParams,
        body: ChangedDraftBody,
        response: { 200: DraftView, 400: ApiError, 401: ApiError, 403: ApiError, 404: ApiError, 409: ChangedDraft },
      },
    },
    async (request, reply) => {
      const { storeId, draftId } = request.params as Static<typeof DraftParams>;
      const by = principalOf(request).name;
      try {
        const view = await refusing(() => drafts.change(storeId, draftId, request.body as ChangedDraftBody, by));
        if (!view) throw notFound('draft');
        request.log.info({ audit: 'draft', by, store: storeId, draft: draftId }, 'a draft was changed');
        return view;
      } catch (error) {
        if (!(error instanceof DraftChanged)) throw error;
        return reply.status(409).send({ ...errorBody('changed', error.problem), current: error.current });
      }
    },
  );

  app.delete(
    '/stores/:storeId/drafts/:draftId',
    {
      config: writes,
      schema: {
        tags,
        operationId: 'removeDraft',
        summary: 'Throw a draft away',
        params: DraftParams,
        response: answers(Nothing, 401, 403, 404),
      },
    },
    async (request) => {
      const { storeId, draftId } = request.params as Static<typeof DraftParams>;
      if (!(await drafts.remove(storeId, draftId))) throw notFound('draft');
      const by = principalOf(request).name;
      request.log.info({ audit: 'draft', by, store: storeId, draft: draftId }, 'a draft was thrown away');
      return {};
    },
  );
}

async function refusing<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof RefusedDraft) throw invalid(error.problem);
    throw error;
  }
}
