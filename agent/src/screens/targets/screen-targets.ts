import {
  traitsOf,
  webAddress,
  type AgentItem,
  type Device,
  type DeviceProblem,
  type DeviceStateEvent,
  type ScreenShow,
} from '@aisle/contracts';
import type { StoreIndex } from '../../devices/decode.js';
import type { Clock } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import type { Random } from '../../ports/random.js';
import type { ScreenInterface } from '../../ports/screen-target.js';
import { IDLE_CONTENT, cardsOf, type Card } from '../content.js';
import { TargetLine } from './target-line.js';

export interface ScreenTargetsParts {
  config(): StoreIndex | undefined;
  /** by dialect */
  interfaces: Readonly<Record<string, ScreenInterface>>;
  /** where such a screen fetches a file from this agent */
  addressOf(screenId: string, sha256: string): string;
  append(event: DeviceStateEvent): void;
  heard(deviceId: string, now: number): void;
  clock: Clock;
  random: Random;
  log: Logger;
}

/** Of a file's type, as far as such screens play it. */
const kindOf = (type: string): 'image' | 'video' | undefined =>
  type.startsWith('image/') ? 'image' : type.startsWith('video/') ? 'video' : undefined;

/**
 * Screens of other makers: the same decisions as for our own player, carried out by the screen's own interface. That something was sent is all that
 * is known: nobody says that it was rendered, so no play is stated for them, and none is counted.
 */
export class ScreenTargets {
  readonly #lines = new Map<string, TargetLine>();
  /** Key: screen; what was chosen or pinned and cannot be shown there. */
  readonly #cannot = new Map<string, DeviceProblem>();
  #stopped = false;

  constructor(private readonly parts: ScreenTargetsParts) {}

  /** Whether a screen can show an item at all; others draw no templates. */
  mayShow(screen: Device, { contentId, file, template, url }: AgentItem): boolean {
    if (traitsOf(screen).reached !== true) return true;
    if (file) return kindOf(file.type) !== undefined;
    if (template !== undefined) return false;
    if (url !== undefined && webAddress(url)) return true;
    const store = this.parts.config()?.file;
    return store !== undefined && cardsOf(store).some((card) => card.contentId === contentId && card.url !== undefined);
  }

  /** The same of what is in the store file: a page, but no drawn card. */
  mayShowCard(screen: Device, { url }: Card): boolean {
    return traitsOf(screen).reached !== true || url !== undefined;
  }

  /** @returns false: it is none of them */
  show(screen: Device, show: ScreenShow, item: AgentItem | undefined): boolean {
    const { id, dialect, target } = screen;
    if (traitsOf(screen).reached !== true) return false;
    const screenInterface = this.parts.interfaces[dialect];
    if (!target || !screenInterface || this.#stopped) return true;
    const { contentId, expiresTs } = show;
    const file = item?.file;
    const kind = file ? kindOf(file.type) : webAddress(show.url) ? 'webpage' : undefined;
    const now = this.parts.clock.now();
    if (kind || contentId === IDLE_CONTENT) this.#cannot.delete(id);
    else {
      const sinceTs = this.#cannot.get(id)?.sinceTs ?? now;
      this.#cannot.set(id, { code: 'targetCannotShow', values: { content: contentId }, sinceTs, lastTs: now });
    }
    const uri = file ? this.parts.addressOf(id, file.sha256) : show.url;
    this.#lineOf(screen, screenInterface).show(kind ? { uri, kind, name: contentId } : null, expiresTs);
    return true;
  }

  /** Screens that the store file does not have any more, or has elsewhere, are left alone; new ones are looked for. */
  configured(): void {
    const devices = this.parts.config()?.devices;
    for (const [id, line] of this.#lines) {
      const device = devices?.get(id);
      if (device && sameTarget(device, line.screen)) continue;
      void line.stop();
      this.#lines.delete(id);
      this.#cannot.delete(id);
    }
    for (const device of devices?.values() ?? []) {
      const screenInterface = this.parts.interfaces[device.dialect];
      if (traitsOf(device).reached === true && device.target && screenInterface) this.#lineOf(device, screenInterface);
    }
  }

  problems(screenId: string): DeviceProblem[] {
    return [this.#lines.get(screenId)?.problem ?? [], this.#cannot.get(screenId) ?? []].flat();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#lines.values()].map((line) => line.stop()));
  }

  #lineOf(screen: Device, screenInterface: ScreenInterface): TargetLine {
    const known = this.#lines.get(screen.id);
    if (known && sameTarget(known.screen, screen)) return known;
    void known?.stop();
    const line = new TargetLine(screen, screenInterface, this.parts);
    this.#lines.set(screen.id, line);
    return line;
  }
}

const sameTarget = (a: Device, b: Device): boolean =>
  a.dialect === b.dialect && JSON.stringify(a.target) === JSON.stringify(b.target);
