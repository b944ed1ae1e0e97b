/** What a page may want beside the shop's own figures. */
export const PAGE_PARTS = ['zones', 'entrances', 'products', 'heatmap'] as const;
export type PagePart = (typeof PAGE_PARTS)[number];

export interface PageQuestion {
  parts: readonly PagePart[];
  /** the period to compare with begins here, and is as long; undefined: none */
  before: number | undefined;
  /** true: leave out what lies before the first thing sensed in the period */
  fromSensing: boolean;
}
