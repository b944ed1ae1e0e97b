import { readJsonItems } from '../wire/json.js';
import { malformed, reading, type Reading } from '../wire/reading.js';
import type { Fields } from './onvif-objects.js';
import type { Refusal } from '../refusal.js';

/** One event of a message that holds several. */
export interface ParcelItem {
  /** behind the maker's prefix, where the item names a topic of its own; else that of the message */
  path: string | undefined;
  value: unknown;
  /** what its fields are named behind, such as `[3]` */
  where: string;
}

export interface Parcel {
  items: ParcelItem[];
  /** parts that are no JSON */
  refused: Refusal[];
}

const MOST_EVENTS = 1000;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Events that come in one message: a list, one behind another, or the messages of one `Notify` (each with a `Topic` of its own), as bridges
 * from WS-BaseNotification hand them on. Undefined for a message that is one event.
 */
export function parcelOf(bytes: Uint8Array): Reading<Parcel> | undefined {
  const read = readJsonItems(bytes);
  if (!read.ok) return undefined;
  const { items, refused } = read.value;
  const [only] = items;
  if (items.length === 1 && refused.length === 0 && (!isFields(only?.item) || !noticesIn(only.item))) return undefined;
  const all = items.flatMap(({ item, where }): ParcelItem[] => {
    const notices = isFields(item) ? noticesIn(item) : undefined;
    if (!notices) return [{ path: pathOf(item), value: item, where }];
    return notices.map((notice, at) => ({
      path: pathOf(notice),
      value: messageIn(notice),
      where: `${where}${where && '.'}NotificationMessage[${at}]`,
    }));
  });
  return all.length > MOST_EVENTS
    ? malformed('', 'tooManyEvents', { most: MOST_EVENTS })
    : reading({ items: all, refused });
}

/** The notifications of a `Notify`, of a `PullMessagesResponse`, or of either inside a body. */
function noticesIn(item: Fields): unknown[] | undefined {
  const inner = ['Notify', 'PullMessagesResponse'].map((name) => item[name]).find(isFields) ?? item;
  const found = inner['NotificationMessage'];
  return found === undefined ? undefined : Array.isArray(found) ? (found as unknown[]) : [found];
}

/** `Message` stands within `Message` where the wrapper of the notification is kept. */
function messageIn(notice: unknown): unknown {
  let value: unknown = isFields(notice) ? (notice['Message'] ?? notice) : notice;
  while (isFields(value) && value['UtcTime'] === undefined && isFields(value['Message'])) value = value['Message'];
  return value;
}

/** `tns1:RuleEngine/LineDetector/Crossed`, as text or as a node with its text inside, without the namespace. */
function pathOf(item: unknown): string | undefined {
  const topic = isFields(item) ? (item['Topic'] ?? item['topic']) : undefined;
  const text = isFields(topic) ? ['#text', '_', 'value', '$value'].map((name) => topic[name]).find(Boolean) : topic;
  return typeof text === 'string' && text.length <= 512 ? text.replaceAll(/(?:^|(?<=\/))[\w.-]+:/g, '') : undefined;
}
