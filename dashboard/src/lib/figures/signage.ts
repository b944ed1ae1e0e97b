import type { StoreFile, TemplateName } from '@aisle/contracts';

/** What `signage.js` gives: the player's own drawing, built beside this dashboard (agent/src/player/preview.ts). */
export interface Signage {
  preview(
    host: HTMLElement,
    asked: {
      storeFile: StoreFile;
      item: { contentId: string; template: TemplateName; gtins: string[]; category: string | null };
      turn: 'landscape' | 'portrait';
      link: string | null;
    },
  ): void;
}

let loading: Promise<Signage | undefined> | undefined;

/** Loaded when something is first drawn; undefined where it cannot be had, and asked for again then. */
export function signage(): Promise<Signage | undefined> {
  const address = '/signage.js';
  loading ??= (import(/* @vite-ignore */ address) as Promise<Signage>).catch(() => {
    loading = undefined;
    return undefined;
  });
  return loading;
}
