import type { Device } from '@aisle/contracts';

/** When a tag is taken for present. Times in ms, signal strengths in hundredths of dBm. */
export interface PresenceSettings {
  /**
   * A tag that its antenna has not read for so long, while its reader was listening, is gone. Higher: calmer where many reads
   * fail, but what is taken and put back within it goes unseen, and a pickup is known later. Lower: sooner, and a row of
   * missed reads counts as a pickup.
   */
  holdOffMs: number;
  /**
   * Another antenna must hear a tag so much louder before it has moved there. Higher: no flapping between neighbours, but a
   * real move to a weaker antenna shows only once the old one has lost the tag. Lower: moves show sooner, false ones too.
   */
  hysteresisCdb: number;
  /**
   * A tag must be heard at least so loud to become present. Higher: strays from behind the wall stay out, and badly placed
   * goods too. Lower: the reverse.
   */
  enterCdbm: number;
}

export const PRESENCE_DEFAULTS = { holdOffSeconds: 10, hysteresisDb: 6, enterDbm: -72 } as const;

export function presenceOf(device: Pick<Device, 'presence'> | undefined): PresenceSettings {
  const { holdOffSeconds, hysteresisDb, enterDbm } = { ...PRESENCE_DEFAULTS, ...device?.presence };
  return {
    holdOffMs: Math.round(holdOffSeconds * 1000),
    hysteresisCdb: Math.round(hysteresisDb * 100),
    enterCdbm: Math.round(enterDbm * 100),
  };
}

/** So many reads by one antenna, not all at one instant, before a tag counts as present there: one or two are strays. */
export const ENTER_READS = 3;
/** A tag that goes on being read is told anew after this, or after this share of a shorter hold-off. */
const REFRESH_MS = 2_000;
const REFRESH_SHARE = 0.3;
export const refreshMs = ({ holdOffMs }: PresenceSettings): number => Math.min(REFRESH_MS, holdOffMs * REFRESH_SHARE);
