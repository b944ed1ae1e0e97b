import type { LiveDevice } from '@aisle/contracts';
import type { Span } from '../api/client.js';

/** How much of what a page shows is made up. */
export type Simulated = 'all' | 'some' | 'none';

/** Of now: by what the devices that have ever said anything say of their data, whatever they call their firmware. */
export function simulatedNow(devices: readonly Pick<LiveDevice, 'simulated' | 'lastSeenTs'>[]): Simulated {
  const heard = devices.filter((device) => device.lastSeenTs !== null);
  return together(heard.map((device) => (device.simulated === true ? 'all' : 'none')));
}

/**
 * Of the times that a page shows, that of a comparison included: what lies in the past that was simulated is made up, the rest as far
 * as the devices say so of what they send now.
 */
export function simulatedIn(spans: readonly Span[], past: Span | undefined, now: Simulated): Simulated {
  return together(
    spans.flatMap((span) => {
      const inPast = past ? Math.min(span.toMs, past.toMs) - Math.max(span.fromMs, past.fromMs) : 0;
      if (inPast <= 0) return [now];
      return inPast >= span.toMs - span.fromMs ? ['all' as const] : ['all' as const, now];
    }),
  );
}

const together = (parts: readonly Simulated[]): Simulated =>
  parts.every((part) => part === 'none') ? 'none' : parts.every((part) => part === 'all') ? 'all' : 'some';
