import type { ContentView, MediaType } from '@aisle/contracts';

export const KINDS = ['all', 'picture', 'video', 'unused'] as const;
export type Kind = (typeof KINDS)[number];

export const isVideo = ({ type }: { type: string }): boolean => type.startsWith('video/');

/** What a kind of file is called: the same in both languages. */
const NAMES: Readonly<Record<MediaType, string>> = {
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/webp': 'WebP',
  'image/avif': 'AVIF',
  'image/gif': 'GIF',
  'video/mp4': 'MP4',
  'video/webm': 'WebM',
};
export const typeName = (type: string): string => NAMES[type as MediaType] ?? type;
/** What a browser's file chooser offers first. */
export const ACCEPT = Object.keys(NAMES).join(',');

/** What of the library is shown, the newest first. */
export function found(content: readonly ContentView[], kind: Kind, search: string): ContentView[] {
  const wanted = search.trim().toLowerCase();
  return content
    .filter(
      (item) =>
        (kind === 'all' || (kind === 'unused' ? item.usedBy.length === 0 : isVideo(item) === (kind === 'video'))) &&
        item.name.toLowerCase().includes(wanted),
    )
    .toSorted((a, b) => Date.parse(b.addedAt) - Date.parse(a.addedAt));
}
