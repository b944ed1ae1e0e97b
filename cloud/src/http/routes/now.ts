import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { AlertRow, LiveView, ScreenRow, type LiveSnapshot, type SeenPeople, type StoreFile } from '@aisle/contracts';
import { periodOf, type RawQuery } from '../../insight/index.js';
import type { HttpParts } from '../parts.js';
import { Period, StoreParams, answers, storeOf } from '../route-schema.js';

/** What is so now. Asking opens a watch of 60 s, so that a page which asks again is answered at once. */
export function nowRoutes(app: FastifyInstance, parts: HttpParts): void {
  const { hub } = parts;

  app.get(
    '/stores/:storeId/live',
    {
      schema: {
        tags: ['live'],
        operationId: 'getLive',
        summary: 'People on the floor now, the heat of the last minute, the devices, and what the screens show',
        params: StoreParams,
        response: answers(LiveView, 401, 404),
      },
    },
    async (request): Promise<LiveView> => {
      const { storeId, storeFile } = await storeOf(request, parts);
      const { snapshot, agentOnline } = await hub.look(storeId);
      const { ts, heat, devices } = snapshot;
      const screens = screensNow(storeFile, snapshot, agentOnline);
      // a last picture is one for eyes, with its time beside it: a number alone would be read as of now
      const { occupancy, zones } = agentOnline
        ? snapshot
        : { occupancy: null, zones: snapshot.zones.map(({ zoneId }) => ({ zoneId, occupancy: null })) };
      const { unsensedSinceTs } = snapshot;
      return {
        ...{ ts, occupancy, zones, heat, devices, screens, agentOnline },
        ...(unsensedSinceTs !== undefined && { unsensedSinceTs }),
      };
    },
  );

  app.get(
    '/stores/:storeId/screens',
    {
      schema: {
        tags: ['live'],
        operationId: 'listScreens',
        summary: 'What each screen shows now, and why',
        params: StoreParams,
        response: answers(Type.Array(ScreenRow), 401, 404),
      },
    },
    async (request) => {
      const { storeId, storeFile } = await storeOf(request, parts);
      const { snapshot, agentOnline } = await hub.look(storeId);
      return screensNow(storeFile, snapshot, agentOnline);
    },
  );

  app.get(
    '/stores/:storeId/alerts',
    {
      schema: {
        tags: ['live'],
        operationId: 'listAlerts',
        summary: 'What needs somebody',
        description:
          'Agents and devices that are away, and incidents: empty and nearly empty slots, tampering, overload, misplaced and unpaid goods, loitering. Without a period all that are so now or ended within the last day; with one, the incidents of that time.',
        params: StoreParams,
        querystring: Type.Partial(Type.Object(Period)),
        response: answers(Type.Array(AlertRow), 400, 401, 404),
      },
    },
    async (request): Promise<AlertRow[]> => {
      const { storeId } = await storeOf(request, parts);
      const query = request.query as RawQuery;
      if (query.from !== undefined || query.to !== undefined) {
        const { from, to } = periodOf(query);
        return parts.incidents.within(storeId, from, to);
      }
      await parts.incidents.load(storeId);
      return (await hub.look(storeId)).snapshot.alerts;
    },
  );
}

/** Where the agent is away, or nothing sees the screen's zone, nobody knows who is before it. */
function screensNow(
  storeFile: StoreFile,
  { screens, zones }: Pick<LiveSnapshot, 'screens'> & SeenPeople,
  agentOnline: boolean,
): ScreenRow[] {
  const seen = new Set(zones.flatMap(({ zoneId, occupancy }) => (occupancy === null ? [] : [zoneId])));
  const zoneOf = new Map((storeFile.devices ?? []).map(({ id, zone }) => [id, zone]));
  return screens.map((screen) => {
    const zone = zoneOf.get(screen.deviceId);
    const isSeen = agentOnline && (zone === undefined || seen.has(zone));
    return isSeen ? screen : { ...screen, audience: null };
  });
}
