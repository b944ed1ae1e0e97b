import { Type, type Static } from '@sinclair/typebox';
import { means, maybe } from './json-schema.js';
import { expects } from './words/expects.js';
import { Told } from './words/problem-schema.js';

export const MOST_NEW_STORES = 500;

/** Body of `POST stores`: store files of any number of shops, new ones and known ones. */
export const StoreFilesBody = Type.Object(
  {
    storeFiles: means(
      'Store files, each as an object or as its YAML text.',
      Type.Array(Type.Union([Type.String(), Type.Record(Type.String(), Type.Unknown())]), {
        minItems: 1,
        maxItems: MOST_NEW_STORES,
        ...expects('storeFiles', { most: MOST_NEW_STORES }),
      }),
    ),
    agents: maybe(
      'Make an account for the agent of every shop that has none; its password is told once, in the answer.',
      Type.Boolean(expects('trueOrFalse')),
    ),
  },
  { additionalProperties: false },
);

/** What became of each store file, in the order of the body. One that was refused harms no other. */
export const TakenStores = Type.Object({
  stores: Type.Array(
    Type.Object({
      /** position in `storeFiles` */
      index: Type.Integer(),
      storeId: Type.String(),
      outcome: Type.String({
        description: 'created: a new version; unchanged; conflict: a version edited in the dashboard is kept',
      }),
      /** in force afterwards */
      version: Type.Integer(),
      agent: Type.Optional(Type.Object({ username: Type.String(), password: Type.String() })),
    }),
  ),
  refused: Type.Array(
    Type.Object({ index: Type.Integer(), field: Type.String(), message: Type.String(), problem: Told }),
  ),
});

/** What an agent logs in with from now on: `cloud.username` and `cloud.password` of its configuration. Shown this once. */
export const AgentAccountView = Type.Object({
  storeId: Type.String(),
  username: Type.String(),
  password: Type.String(),
  cutOff: Type.Boolean({
    description: 'whoever used an account of before is cut off; false: as soon as the broker hears of it',
  }),
});
export const AgentRevokedView = Type.Object({
  storeId: Type.String(),
  cutOff: Type.Boolean({ description: 'the agent is cut off; false: as soon as the broker hears of it' }),
});

export type AgentAccountView = Static<typeof AgentAccountView>;
export type AgentRevokedView = Static<typeof AgentRevokedView>;
export type StoreFilesBody = Static<typeof StoreFilesBody>;
export type TakenStores = Static<typeof TakenStores>;
