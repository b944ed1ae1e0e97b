/** Where devices introduce themselves to Home Assistant. Source: home-assistant.io/integrations/mqtt, "MQTT discovery". */
export const DISCOVERY: readonly string[] = ['homeassistant/+/+/config', 'homeassistant/+/+/+/config'];

/**
 * Filters for everything below what stands before one of these ends in a device's topics: `PREFIX/#` for `PREFIX/events`. What a maker's
 * devices say there besides is no trouble.
 */
export const below = (topics: readonly string[], ends: readonly string[]): string[] => [
  ...new Set(
    topics.flatMap((topic) => {
      const end = ends.find((one) => topic.endsWith(`/${one}`));
      const prefix = end === undefined ? '' : topic.slice(0, -end.length - 1);
      // A prefix of wildcards alone would claim what all others say.
      return /[^+#/]/.test(prefix) ? [`${prefix}/#`] : [];
    }),
  ),
];
