import { timingSafeEqual } from 'node:crypto';
import type { Server } from 'node:http';
import type { Calibration, LiveDevice } from '@aisle/contracts';
import type { Ble } from './ble.js';
import type { Media } from './media.js';

import { HttpContentProbe } from '../adapters/http-content-probe.js';
import type { ServerTls } from '../adapters/tls-files.js';
import type { MqttLink } from '../adapters/mqtt-link.js';
import type { AgentConfig } from '../config/agent-config.js';
import type { CameraView } from '../domain/engine/engine-api.js';
import { cameraRoutes } from '../http/camera-routes.js';
import { Door } from '../http/door.js';
import { loginRoutes } from '../http/login.js';
import { metricsRoute } from '../http/metrics.js';
import { playerFileRoutes } from '../http/player-files.js';
import { playerRoutes } from '../http/player-routes.js';
import { scriptRoute } from '../http/scripts.js';
import { createHttpServer } from '../http/server.js';
import { statusRoutes } from '../http/status-page.js';
import type { Journal } from '../journal/journal.js';
import type { Access } from '../fleet/access.js';
import type { EngineHost } from '../pipeline/engine-host.js';
import type { Intake } from '../pipeline/intake.js';
import type { InterestStage } from '../pipeline/interest.js';
import type { Knocks } from '../fleet/knocks.js';
import { UNKNOWN_DEVICE, type RefusedSample } from '../fleet/refusals.js';
import type { Eyes } from '../vision/eyes.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { Random } from '../ports/random.js';
import type { ScreenDirector } from '../screens/director.js';
import type { FactSender } from '../uplink/sender.js';
import type { Uplink } from '../uplink/uplink.js';
import type { RefusedCommands } from '../uplink/refused-commands.js';
import type { Sides } from '../http/sides.js';

/** What the agent's own pages show and change. */
export interface PagesWiring {
  config: AgentConfig;
  deps: { clock: Clock; random: Random; log: Logger; publicDir: string };
  access: Access;
  devices: () => LiveDevice[];
  director: ScreenDirector;
  eyes: Eyes<CameraView | undefined>;
  ble: Ble;
  intake: Intake;
  interest: InterestStage;
  host: EngineHost;
  journal: Journal;
  knocks: Knocks;
  media: Media;
  /** what the address of a file holds for a screen of another maker */
  ticketOf(screenId: string, sha256: string): string;
  calibrationOf(cameraId: string): { value: Calibration | null; from: 'storeFile' | 'page' | null };
  outbox(): { waiting: number; oldestTs: number | null; discarded: number };
  totals(): Map<string, RefusedSample[]>;
  sides(): Sides;
  sender: FactSender;
  link: MqttLink;
  uplink: Uplink;
  refused: RefusedCommands;
  tls: ServerTls | undefined;
  connections(): number;
  /** what the broker keeps for clients that are away, or do not acknowledge */
  waiting(): { sessions: number; bytes: number; notKept: number };
}

/** Status, metrics, cameras, player and scripts on one server; it does not listen yet. */
export function createPages(wiring: PagesWiring): Server {
  const { config, deps, access, devices, director, eyes, ble, intake, interest, host, journal, knocks } = wiring;
  const { calibrationOf, outbox, sides, totals, sender, link, uplink, refused, connections, waiting, media } = wiring;
  const door = new Door((secret) => access.isLocal(secret), deps.clock, deps.random);
  const login = loginRoutes(door, deps.clock);
  const cameras = cameraRoutes({
    door,
    now: () => deps.clock.now(),
    config: () => host.config,
    devices,
    troubleOf: (cameraId) => eyes.troubleOf(cameraId),
    show: eyes.show,
    calibrationOf,
    calibrate: (cameraId, calibration) =>
      new Promise((resolve) =>
        journal.append({ kind: 'calibrated', ts: deps.clock.now(), cameraId, calibration }, () => resolve()),
      ),
  });
  const player = playerFileRoutes({
    isScreen: (id) => host.config?.devices.get(id)?.family === 'screen',
    isDevice: (id, key) => access.isDevice(id, key),
    isTicket: (id, sha256, ticket) => isSameText(ticket, wiring.ticketOf(id, sha256)),
    ...{ media, clock: deps.clock },
  });
  return createHttpServer(
    {
      get: [
        statusRoutes(
          door,
          () => ({
            storeId: config.storeId,
            file: host.config?.file,
            now: deps.clock.now(),
            cloudConnected: uplink.welcomed,
            cloudTrouble: link.trouble,
            configVersion: host.config?.version ?? 0,
            outbox: outbox(),
            journalSeq: journal.lastSeq,
            blocked: journal.blocked,
            sides: sides(),
            devices: devices(),
            screens: media.shown(director.list()),
            unknown: totals().get(UNKNOWN_DEVICE) ?? [],
            certificateEndsTs: wiring.tls?.expiresTs,
          }),
          () => journal.blocked,
        ),
        metricsRoute(door, () => ({
          refused: totals(),
          accepted: intake.accepted,
          ignored: intake.ignored,
          journal: {
            seq: journal.lastSeq,
            appliedSeq: host.appliedSeq,
            flushedSeq: host.flushedSeq,
            snapshotSeq: host.snapshotSeq,
            unusableSnapshots: host.unusableSnapshots,
            segments: journal.segmentCount,
            queuedBytes: journal.queuedBytes,
            blocked: journal.blocked,
          },
          outbox: {
            ...outbox(),
            refusedByCloud: sender.refusedByCloud,
            acknowledged: sender.acknowledged,
            held: sender.held(),
          },
          refusedCommands: refused.list(),
          connections: connections(),
          waiting: waiting(),
          knocks: knocks.total,
          cloudConnected: link.connected,
          clockEpochs: host.engine.clockEpochs(),
          unjoined: host.engine.unjoined(),
          frames: eyes.figures(),
          ble: ble.figures(),
          tagReads: intake.tagReads,
          tagEvents: host.engine.tagEvents(),
          interest: interest.counts(),
          memory: process.memoryUsage(),
          certificateEndsTs: wiring.tls?.expiresTs,
        })),
        player.get,
        playerRoutes({
          config: () => host.config,
          isDevice: (id, key) => access.isDevice(id, key),
          probe: new HttpContentProbe(),
          items: media.items,
          now: () => deps.clock.now(),
        }),
        scriptRoute(deps.publicDir, [
          ...['player.js', 'player-worker.js', 'status.js', 'camera-live.js', 'camera-calibrate.js'],
          'inter.woff2',
        ]),
        ...login.get,
        ...cameras.get,
      ],
      post: [...login.post, ...cameras.post, player.post],
    },
    deps.log,
    wiring.tls,
  );
}

/** In a time that tells nothing of where they differ. */
function isSameText(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
