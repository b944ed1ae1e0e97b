import path from 'node:path';
import type { LiveScreen } from '@aisle/contracts';
import { FsMediaDisk } from '../adapters/fs-media-disk.js';
import { HttpMediaSource } from '../adapters/http-media-source.js';
import { readCaFile } from '../adapters/tls-files.js';
import type { AgentConfig } from '../config/agent-config.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { MediaDisk } from '../ports/media.js';
import type { Random } from '../ports/random.js';
import { MediaKeeper } from '../screens/media/media-keeper.js';
import { PlayerReports } from '../screens/media/player-reports.js';
import { ScanLinks } from '../screens/scan-links.js';
import { ScreenItems } from '../screens/media/screen-items.js';

const DEFAULT_QUOTA_MEGABYTES = 4096;

/** What screens need of campaigns, the files of it on this machine, and what the players say of themselves. */
export interface Media {
  items: ScreenItems;
  links: ScanLinks;
  disk: MediaDisk;
  keeper: MediaKeeper;
  reports: PlayerReports;
  /** the same with each screen's files and player */
  shown(screens: LiveScreen[]): LiveScreen[];
}

export function createMedia(
  config: AgentConfig,
  { clock, random, log }: { clock: Clock; random: Random; log: Logger },
): Media {
  const { username, password, caFile } = config.cloud;
  const items = new ScreenItems();
  const disk = new FsMediaDisk(path.join(config.dataDir, 'media'));
  const reports = new PlayerReports(clock);
  const keeper = new MediaKeeper({
    neededFiles: (now) => items.neededFiles(now),
    source: new HttpMediaSource({ username, password, ca: caFile === undefined ? undefined : readCaFile(caFile) }),
    quotaBytes: (config.mediaQuotaMegabytes ?? DEFAULT_QUOTA_MEGABYTES) * (1 << 20),
    ...{ disk, clock, random, log },
  });
  items.changed(() => keeper.look());
  const shown = (screens: LiveScreen[]): LiveScreen[] => {
    const now = clock.now();
    return screens.map((screen) => {
      const files = items.itemsOf(screen.deviceId, now).flatMap(({ item }) => item.file ?? []);
      const player = reports.of(screen.deviceId);
      return { ...screen, ...(files.length > 0 && { files: keeper.shown(files) }), ...(player && { player }) };
    });
  };
  return { items, links: new ScanLinks(), disk, keeper, reports, shown };
}
