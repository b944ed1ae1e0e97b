import type { Device } from '@aisle/contracts';

/**
 * The topic that a device publishes to: its dialect's own, or the store file's filter with the wildcards filled in. `filters`
 * are the dialect's usual ones in the order of the store file's `topics`; "{id}" stands for the device's id.
 *
 * A store file's filter takes the place of the dialect's when both end alike (`+/events` for `impinj/{id}/events`), and else
 * when there is only one of them.
 */
export function topicOf(device: Device, filter: string, fill: readonly string[] = []): string {
  const own = device.topics;
  const last = (topic: string) => topic.split('/').at(-1) as string;
  const chosen =
    own === undefined
      ? filter
      : (own.find((topic) => last(topic) === last(filter)) ?? (own.length === 1 ? (own[0] as string) : filter));
  const rest = [...fill];
  return chosen
    .replaceAll('{id}', device.id)
    .split('/')
    .map((level) => (level === '+' ? (rest.shift() ?? device.id) : level === '#' ? rest.splice(0).join('/') : level))
    .filter((level, index) => level !== '' || index === 0)
    .join('/');
}
