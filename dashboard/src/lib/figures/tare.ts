import type { Device, StoreFile } from '@aisle/contracts';

/** Grams as typed: "1,250", "1250.5" and "1250,5" alike; null where it is no weight that the server takes. */
export function gramsOf(text: string): number | null {
  const plain = text.trim().replace(/[\s\u00a0]/g, '');
  // a comma before exactly three digits at the end divides thousands, any other one decimals
  const dotted = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain) ? plain.replaceAll(',', '') : plain.replace(',', '.');
  if (!/^\d+(\.\d+)?$/.test(dotted)) return null;
  const grams = Number(dotted);
  return grams <= 1e6 ? grams : null;
}

/** The shelf that weighs a slot: by its sensors, else by the fixture that it stands for. */
export function scaleOf(file: StoreFile, slotId: string): Device | undefined {
  const fixture = (file.fixtures ?? []).find(({ slots }) => slots?.some(({ id }) => id === slotId));
  return (file.devices ?? []).find(
    (device) =>
      device.family === 'shelf' &&
      (device.sensors ? device.sensors.some(({ slot }) => slot === slotId) : device.fixture === fixture?.id),
  );
}
