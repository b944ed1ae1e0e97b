import { MINUTE_MS, instantToWall, wallToInstant, DAY_MS, type AgentCampaign, type Device } from '@aisle/contracts';
import { dayPartOf, drawArms, type Arm } from './blocks.js';

/** Screens that share an audience: those of one zone, each other one by itself. Their arms are drawn together. */
export interface ScreenGroup {
  /** the first of them by name */
  groupId: string;
  screens: readonly string[];
  /** where their audience stands; undefined: nobody has said */
  zoneId: string | undefined;
}

export interface Block {
  fromTs: number;
  toTs: number;
  /** behind the wash-in */
  countedFromTs: number;
  arm: Arm;
  /** that it was drawn for this arm, ppm */
  probabilityMicro: number;
}

export function groupsOf(devices: Iterable<Device>): ScreenGroup[] {
  const byZone = new Map<string, Device[]>();
  for (const device of devices) {
    if (device.family !== 'screen') continue;
    const key = device.zone === undefined ? `alone ${device.id}` : `zone ${device.zone}`;
    byZone.set(key, [...(byZone.get(key) ?? []), device]);
  }
  return [...byZone.values()].map((members) => {
    const screens = members.map(({ id }) => id).sort();
    return { groupId: screens[0] as string, screens, zoneId: members[0]?.zone };
  });
}

type Drawn = Pick<AgentCampaign, 'campaignId' | 'seed' | 'holdoutPpm' | 'blockMinutes' | 'washInMinutes'>;

/** Days whose blocks are kept: each is asked for at every look at a screen. */
const KEPT = 64;

/**
 * The blocks of campaigns, by nothing but what was said of them before they began: so they stand before anybody has seen them, and are
 * the same after a restart.
 */
export class DrawnBlocks {
  readonly #days = new Map<string, Block[]>();

  /** The block of a campaign at a group that an instant lies in. */
  at(campaign: Drawn, groupId: string, ts: number, timezone: string): Block {
    const wall = instantToWall(ts, timezone) ?? ts;
    const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
    const { campaignId, seed, holdoutPpm, blockMinutes, washInMinutes } = campaign;
    const key = [campaignId, seed, holdoutPpm, blockMinutes, washInMinutes, groupId, midnight, timezone].join('|');
    let day = this.#days.get(key);
    if (!day) {
      if (this.#days.size >= KEPT) this.#days.clear();
      this.#days.set(key, (day = blocksOfDay(campaign, groupId, midnight, timezone)));
    }
    return day.findLast((block) => block.fromTs <= ts) ?? (day[0] as Block);
  }
}

/** @param midnight of the store's clock, as if it were UTC */
function blocksOfDay(campaign: Drawn, groupId: string, midnight: number, timezone: string): Block[] {
  const from = wallToInstant(midnight, timezone) ?? midnight;
  const to = wallToInstant(midnight + DAY_MS, timezone) ?? midnight + DAY_MS;
  const length = campaign.blockMinutes * MINUTE_MS;
  const starts: number[] = [];
  for (let at = from; at < to; at += length) starts.push(at);
  const parts = new Map<number, number[]>();
  starts.forEach((start, index) => {
    const part = dayPartOf(new Date(instantToWall(start, timezone) ?? start).getUTCHours());
    parts.set(part, [...(parts.get(part) ?? []), index]);
  });
  const blocks: Block[] = [];
  const holdout = campaign.holdoutPpm / 1e6;
  for (const [part, indexes] of parts) {
    const chance = chanceFrom(`${campaign.campaignId}|${campaign.seed}|${groupId}|${midnight}|${part}`);
    const drawn = drawArms(indexes.length, holdout, chance);
    indexes.forEach((index, place) => {
      const fromTs = starts[index] as number;
      const toTs = Math.min(fromTs + length, to);
      const { arm } = drawn[place] as { arm: Arm };
      blocks[index] = {
        ...{ fromTs, toTs, arm },
        countedFromTs: Math.min(fromTs + campaign.washInMinutes * MINUTE_MS, toTs),
        probabilityMicro: arm === 'heldOut' ? campaign.holdoutPpm : 1_000_000 - campaign.holdoutPpm,
      };
    });
  }
  return blocks;
}

/** Chance that is the same wherever it is drawn: FNV-1a makes the seed, mulberry32 the numbers (both in the public domain), in [0, 1). */
export function chanceFrom(text: string): () => number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
