import { HOUR_MS } from '@aisle/contracts';
import type { Random } from '../../random.js';
import type { DeviceSettings } from '../settings.js';

/** What a load cell makes of the true load: noise, and a drift that wanders. Grams. */
export class LoadCell {
  private drift = 0;

  constructor(
    private readonly settings: DeviceSettings['shelf'],
    private readonly random: Random,
  ) {}

  read(trueGrams: number): number {
    const { sigmaGrams, driftGramsPerHour, sampleMs } = this.settings;
    if (driftGramsPerHour > 0) this.drift += this.random.normal() * driftGramsPerHour * Math.sqrt(sampleMs / HOUR_MS);
    const noise = sigmaGrams > 0 ? this.random.normal() * sigmaGrams : 0;
    return Math.round((trueGrams + this.drift + noise) * 10) / 10;
  }
}
