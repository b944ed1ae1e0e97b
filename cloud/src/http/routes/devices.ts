import type { Static } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import {
  ChangedDevice,
  Device,
  DeviceChange,
  DevicesView,
  EnrolledDevice,
  NewCredential,
  RevokedDevice,
} from '@aisle/contracts';
import { deviceRows, credentialState } from '../../enrolment/device-rows.js';
import { EnrolmentError, type Enrolled } from '../../enrolment/enrolment.js';
import { waitingCommand } from '../../inbox/inbox-view.js';
import { ApiFailure } from '../errors.js';
import { principalOf, type HttpParts } from '../parts.js';
import { DeviceParams, StoreParams, answers, answersAs, storeOf } from '../route-schema.js';

const ENTRY_BYTES = 256 * 1024;

/** The devices of a shop: what they say of themselves, how they come in, and how they are shut out. */
export function deviceRoutes(app: FastifyInstance, parts: HttpParts): void {
  const { hub, presence, statuses, devices, enrolment, configurations, inbox } = parts;
  const tags = ['devices'];

  app.get(
    '/stores/:storeId/devices',
    {
      schema: {
        tags,
        operationId: 'listDevices',
        summary: 'Devices: state, last seen, health, whether they may log in, refused messages with reasons',
        params: StoreParams,
        response: answers(DevicesView, 401, 404),
      },
    },
    async (request): Promise<DevicesView> => {
      const { storeId, storeFile } = await storeOf(request, parts);
      const { snapshot, agentOnline } = await hub.look(storeId);
      const status = await statuses.latest(storeId);
      return {
        agentOnline,
        agentLastSeenTs: presence.lastSeenTs(storeId),
        outboxWaiting: status?.outbox.waiting ?? null,
        agentVersion: status?.agentVersion ?? null,
        waits: (await inbox.held(storeId)).map(waitingCommand),
        devices: deviceRows(storeFile, snapshot, status, await devices.credentials(storeId)),
        unknownRefused: (status?.refused ?? [])
          .filter((row) => row.deviceId === 'unknown')
          .map(({ reason, count }) => ({ reason, count })),
      };
    },
  );

  /** What is shown once: the account, and the configurations that hold it. */
  const shown = async (
    storeId: string,
    { device, storeFileVersion, password, storeFile }: Enrolled,
  ): Promise<EnrolledDevice> => {
    const { httpPort, ...mqtt } = await enrolment.addressOf(storeId);
    const filling = {
      storeId,
      deviceId: device.id,
      username: device.id,
      password,
      host: mqtt.host ?? 'ADDRESS-OF-THE-AGENT',
      port: String(mqtt.port ?? 1883),
      httpPort: String(httpPort ?? 8090),
    };
    const configuration = configurations.for(device, filling, storeFile);
    return { device, storeFileVersion, credential: { username: device.id, password }, mqtt, configuration };
  };

  app.post(
    '/stores/:storeId/devices',
    {
      config: { needs: 'devices.write' },
      bodyLimit: ENTRY_BYTES,
      schema: {
        tags,
        operationId: 'enrolDevice',
        summary: 'Enrol a device: a new version of the store file, and an account whose password is shown this once',
        params: StoreParams,
        body: Device,
        response: answersAs(201, EnrolledDevice, 400, 401, 403, 404, 409),
      },
    },
    async (request, reply) => {
      const { storeId } = await storeOf(request, parts);
      const enrolled = await told(enrolment.enrol(storeId, request.body as Device, principalOf(request).name));
      request.log.info(
        {
          audit: 'device',
          by: principalOf(request).name,
          store: storeId,
          device: enrolled.device.id,
          what: 'enrolled',
        },
        'a device was enrolled',
      );
      return unstored(reply)
        .status(201)
        .send(await shown(storeId, enrolled));
    },
  );

  app.patch(
    '/stores/:storeId/devices/:deviceId',
    {
      config: { needs: 'devices.write' },
      bodyLimit: ENTRY_BYTES,
      schema: {
        tags,
        operationId: 'changeDevice',
        summary: 'Change the entry of a device (its name, its place …): a new version of the store file',
        params: DeviceParams,
        body: DeviceChange,
        response: answers(ChangedDevice, 400, 401, 403, 404, 409),
      },
    },
    async (request) => {
      const { storeId } = await storeOf(request, parts);
      const { deviceId } = request.params as Static<typeof DeviceParams>;
      const by = principalOf(request).name;
      const changed = await told(enrolment.change(storeId, deviceId, request.body as Record<string, unknown>, by));
      request.log.info(
        { audit: 'device', by, store: storeId, device: deviceId, what: 'changed' },
        'a device entry was changed',
      );
      return changed;
    },
  );

  app.post(
    '/stores/:storeId/devices/:deviceId/credential',
    {
      config: { needs: 'devices.write' },
      bodyLimit: 4096,
      // the body may be left out
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        tags,
        operationId: 'renewCredential',
        summary:
          'A new password; connections under the old one end. `replaced`: other hardware takes its place, history stays',
        params: DeviceParams,
        body: NewCredential,
        response: answersAs(201, EnrolledDevice, 400, 401, 403, 404),
      },
    },
    async (request, reply) => {
      const { storeId } = await storeOf(request, parts);
      const { deviceId } = request.params as Static<typeof DeviceParams>;
      const replaced = (request.body as NewCredential).replaced === true;
      const enrolled = await told(enrolment.renew(storeId, deviceId, replaced));
      request.log.info(
        {
          audit: 'device',
          by: principalOf(request).name,
          store: storeId,
          device: deviceId,
          what: replaced ? 'replaced' : 'new credential',
        },
        'a device was given a new credential',
      );
      return unstored(reply)
        .status(201)
        .send(await shown(storeId, enrolled));
    },
  );

  app.delete(
    '/stores/:storeId/devices/:deviceId/credential',
    {
      config: { needs: 'devices.write' },
      schema: {
        tags,
        operationId: 'revokeCredential',
        summary: 'Revoke: the device is cut off as soon as the agent hears of it, and cannot log in again',
        params: DeviceParams,
        response: answersAs(202, RevokedDevice, 401, 403, 404),
      },
    },
    async (request, reply) => {
      const { storeId } = await storeOf(request, parts);
      const { deviceId } = request.params as Static<typeof DeviceParams>;
      await told(enrolment.revoke(storeId, deviceId));
      request.log.info(
        { audit: 'device', by: principalOf(request).name, store: storeId, device: deviceId, what: 'revoked' },
        'a device was shut out',
      );
      const record = (await devices.credentials(storeId)).find((known) => known.deviceId === deviceId);
      const answer: RevokedDevice = { deviceId, credential: credentialState(record, false) };
      return reply.status(202).send(answer);
    },
  );
}

/** Nothing on the way may keep a password. */
const unstored = <R extends { header(name: string, value: string): R }>(reply: R): R =>
  reply.header('cache-control', 'no-store');

const STATUS: Readonly<Record<EnrolmentError['code'], number>> = {
  deviceKnown: 409,
  busy: 409,
  unknownDevice: 404,
  invalid: 400,
};

async function told<T>(task: Promise<T>): Promise<T> {
  try {
    return await task;
  } catch (error) {
    if (!(error instanceof EnrolmentError)) throw error;
    if (error.code === 'unknownDevice') throw new ApiFailure(404, 'notFound', error.problem);
    throw new ApiFailure(STATUS[error.code], error.code, error.problem);
  }
}
