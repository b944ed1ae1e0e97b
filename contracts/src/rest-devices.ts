import { Type, type Static } from '@sinclair/typebox';
import { LiveDevice } from './live.js';
import { Device } from './store/device-entry.js';
import { expects } from './words/expects.js';
import { nullable } from './nullable.js';

/** Getting devices in, by REST under `/api/v1/stores/{id}`: enrolment, credentials, knocks, walk tests, the hand-over sheet. */
const Int = Type.Integer();
const Words = Type.Object({ en: Type.String(), zh: Type.Optional(Type.String()) });
const DeviceName = Type.Union([Type.String(), Words]);

/** Whether a device may log in. `given` with `issuedTs` null: its password comes from the shop's own files, not from here. */
export const CredentialState = Type.Object({
  state: Type.Union([Type.Literal('none'), Type.Literal('given'), Type.Literal('revoked')]),
  /** epoch ms at which the password was made; null where none was made here */
  issuedTs: nullable(Int),
  revokedTs: nullable(Int),
  /** the agent has not acknowledged the newest change: the shop still goes by the one before */
  pending: Type.Boolean(),
});
/** One device of the store file: what it says of itself, where it belongs, and whether it may log in. */
export const DeviceRow = Type.Composite([
  LiveDevice,
  Type.Object({
    name: Type.Optional(DeviceName),
    dialect: Type.String(),
    zone: Type.Optional(Type.String()),
    fixture: Type.Optional(Type.String()),
    /** the device through whose account it speaks */
    gateway: Type.Optional(Type.String()),
    credential: CredentialState,
  }),
]);

/** A device's own account, shown once: only its hash is kept. */
export const DeviceAccount = Type.Object({ username: Type.String(), password: Type.String() });
/** Where devices of the shop reach the agent's broker; null where neither the agent nor a setting has said so. */
export const BrokerAddress = Type.Object({
  host: nullable(Type.String()),
  port: nullable(Int),
  /** MQTT over WebSocket, for what cannot speak TCP */
  webSocketUrl: nullable(Type.String()),
});
/** Something to paste into the device or its tool, with everything filled in. */
export const ReadyConfiguration = Type.Object({
  file: Type.String({ description: 'a file name' }),
  title: Words,
  /** for colouring: yaml, json, ini, text … */
  language: Type.String(),
  text: Type.String(),
});
/** Answer of `POST devices` and of `POST devices/{deviceId}/credential`. The password and what holds it are shown this once. */
export const EnrolledDevice = Type.Object({
  device: Device,
  /** the store file that has this device */
  storeFileVersion: Int,
  credential: DeviceAccount,
  mqtt: BrokerAddress,
  configuration: Type.Array(ReadyConfiguration),
});
/** Body of `POST devices/{deviceId}/credential`; it may be left out. */
export const NewCredential = Type.Object(
  { replaced: Type.Optional(Type.Boolean(expects('replaced'))) },
  { additionalProperties: false },
);
export const RevokedDevice = Type.Object({ deviceId: Type.String(), credential: CredentialState });
/** Body of `PATCH devices/{deviceId}`: keys of a device entry but `id` and `family`; null takes a key away. */
export const DeviceChange = Type.Record(Type.String(), Type.Unknown(), expects('deviceChange'));
export const ChangedDevice = Type.Object({ device: Device, storeFileVersion: Int });

/** A name that tried to log in or to speak and is not in the store file. */
export const KnockRow = Type.Object({
  name: Type.String(),
  count: Int,
  /** wall clock of the agent, epoch ms */
  firstTs: Int,
  lastTs: Int,
});

export const TareBody = Type.Object(
  { knownGrams: Type.Number({ minimum: 0, maximum: 1e6, ...expects('gramsUpTo') }) },
  { additionalProperties: false },
);
/** Answer of `POST slots/{slotId}/tare`: stored durably for the shop. */
export const TareAnswer = Type.Object({ slotId: Type.String(), knownGrams: Type.Number(), requestedTs: Int });

const Direction = Type.Union([Type.Literal('in'), Type.Literal('out')], expects('inOrOut'));
/** Body of `POST walk-tests`: what somebody tapped while going in and out. Either `zoneId` or `entranceId`. */
export const WalkTestBody = Type.Object(
  {
    zoneId: Type.Optional(Type.String({ minLength: 1, maxLength: 64, ...expects('aZone') })),
    entranceId: Type.Optional(Type.String({ minLength: 1, maxLength: 64, ...expects('anEntrance') })),
    startedTs: Type.Integer({ minimum: 0, ...expects('epochMs') }),
    endedTs: Type.Integer({ minimum: 0, ...expects('epochMs') }),
    taps: Type.Array(
      Type.Object({ ts: Type.Integer({ minimum: 0 }), what: Direction }, { additionalProperties: false }),
      {
        minItems: 1,
        maxItems: 2000,
        ...expects('taps'),
      },
    ),
    by: Type.Optional(Type.String({ maxLength: 100, ...expects('shortName') })),
  },
  { additionalProperties: false },
);
/** null: not sensed; of a zone `out` is not compared */
const Counts = Type.Object({ in: nullable(Type.Number()), out: nullable(Type.Number()) });
export const WalkTestRow = Type.Object({
  walkTestId: Type.String(),
  zoneId: nullable(Type.String()),
  entranceId: nullable(Type.String()),
  startedTs: Int,
  endedTs: Int,
  by: nullable(Type.String()),
  /** whole minutes that hold the test: what is counted is compared for these */
  fromTs: Int,
  toTs: Int,
  tapped: Type.Object({ in: Int, out: Int }),
  /** entries and exits at the entrance; of a zone its visits */
  counted: Counts,
  /** the same by minute */
  minutes: Type.Array(Type.Object({ fromTs: Int, tapped: Type.Object({ in: Int, out: Int }), counted: Counts })),
  /** 0 to 1: what tapped and counted have in common, of the mean of both; null where nothing was sensed */
  agreement: nullable(Type.Number()),
  /** false: late counts may still come in; asked again, it is compared anew */
  settled: Type.Boolean(),
});

/** What is handed over with a store: everything that an installer has set up, and how it stood then. */
export const HandoverView = Type.Object({
  storeId: Type.String(),
  name: DeviceName,
  timezone: Type.String(),
  madeTs: Int,
  storeFileVersion: Int,
  /** the store file that the agent has in force */
  agentStoreFileVersion: nullable(Int),
  agentVersion: nullable(Type.String()),
  agentOnline: Type.Boolean(),
  agentLastSeenTs: nullable(Int),
  devices: Type.Array(DeviceRow),
  walkTests: Type.Array(WalkTestRow),
  slots: Type.Array(
    Type.Object({
      slotId: Type.String(),
      fixtureId: Type.String(),
      gtin: nullable(Type.String()),
      /** the newest tare that was asked for from here */
      tared: nullable(Type.Object({ knownGrams: Type.Number(), ts: Int, by: Type.String() })),
    }),
  ),
});

export type CredentialState = Static<typeof CredentialState>;
export type DeviceRow = Static<typeof DeviceRow>;
export type BrokerAddress = Static<typeof BrokerAddress>;
export type ReadyConfiguration = Static<typeof ReadyConfiguration>;
export type EnrolledDevice = Static<typeof EnrolledDevice>;
export type NewCredential = Static<typeof NewCredential>;
export type RevokedDevice = Static<typeof RevokedDevice>;
export type DeviceChange = Static<typeof DeviceChange>;
export type ChangedDevice = Static<typeof ChangedDevice>;
export type KnockRow = Static<typeof KnockRow>;
export type TareBody = Static<typeof TareBody>;
export type TareAnswer = Static<typeof TareAnswer>;
export type WalkTestBody = Static<typeof WalkTestBody>;
export type WalkTestRow = Static<typeof WalkTestRow>;
export type HandoverView = Static<typeof HandoverView>;
