import { createContext } from 'svelte';
import { figuresStanding, goesOn, LIVE, type Standing } from '../figures/standing.js';
import type { App } from './app.svelte.js';
import type { Loaded } from './loaded.svelte.js';

/** What a figure rests on: a silent camera takes nothing from what the tills say. */
export type RestsOn = 'people' | 'goods' | 'tills';
type StandingOf = (on: RestsOn) => Standing;

const [read, write] = createContext<StandingOf>();

/** For the page: how its figures of a period stand, for every figure and cell on it. */
export function provideStanding<T>(app: App, figures: Loaded<T>): void {
  const isOpen = $derived(goesOn(app.router.route.period, app.words.timeZone, app.now.ms));
  write((on) =>
    figuresStanding(
      app.live.standing,
      isOpen,
      figures.oldSinceMs,
      on === 'people' ? app.live.peopleStanding() : on === 'goods' ? app.live.goodsStanding : LIVE,
    ),
  );
}

/** How the figures of this page stand; live where the page says nothing of it. */
export function useStanding(): StandingOf {
  try {
    return read();
  } catch {
    return () => LIVE;
  }
}
