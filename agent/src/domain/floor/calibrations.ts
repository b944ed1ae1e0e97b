import type { CalibratedEvent, Calibration } from '@aisle/contracts';
import type { StoreModel } from '../core/store-model.js';
import { fitHomography, resized, type Homography } from './homography.js';

/** What an installer has said on the agent's own page, and of the store file of that day. */
interface Override {
  calibration: Calibration;
  /** the store file's own, as JSON text, empty for none */
  instead: string;
}

/** Which calibration of each camera is in force: the installer's, until the store file says something new of that camera. */
export class Calibrations {
  private readonly overrides = new Map<string, Override>();
  /** null: no plane fits */
  private readonly fitted = new Map<
    string,
    { of: Calibration; homography: Homography | null; sized: Homography | null }
  >();

  /** Another store file: what an installer has set holds on where it says nothing new. */
  configure(model: StoreModel): void {
    for (const [id, { instead }] of this.overrides) if (instead !== ownText(model, id)) this.overrides.delete(id);
  }

  /** @returns whether it was taken; a calibration that no plane fits is not */
  apply(model: StoreModel, { cameraId, calibration }: CalibratedEvent): boolean {
    if (calibration === null) {
      this.overrides.delete(cameraId);
      return true;
    }
    if (!fit(calibration)) return false;
    this.overrides.set(cameraId, { calibration: structuredClone(calibration), instead: ownText(model, cameraId) });
    return true;
  }

  /** The calibration in force, undefined without one. */
  of(model: StoreModel | undefined, cameraId: string): Calibration | undefined {
    return this.overrides.get(cameraId)?.calibration ?? model?.devices.get(cameraId)?.calibration;
  }

  /** How a picture of this size lies on the floor; undefined without a calibration. */
  homography(model: StoreModel, cameraId: string, width: number, height: number): Homography | undefined {
    const calibration = this.of(model, cameraId);
    if (!calibration) return undefined;
    let known = this.fitted.get(cameraId);
    if (known?.of !== calibration) {
      const homography = fit(calibration);
      this.fitted.set(cameraId, (known = { of: calibration, homography, sized: homography }));
    }
    if (!known.homography) return undefined;
    const [w, h] = known.sized?.resolution ?? [];
    if (w !== width || h !== height) known.sized = resized(known.homography, width, height);
    return known.sized ?? undefined;
  }

  save(): unknown {
    return structuredClone([...this.overrides]);
  }

  restore(json: unknown): void {
    for (const [id, override] of structuredClone(json) as [string, Override][]) this.overrides.set(id, override);
  }
}

const ownText = (model: StoreModel, id: string): string => JSON.stringify(model.devices.get(id)?.calibration ?? null);

function fit(calibration: Calibration): Homography | null {
  try {
    return fitHomography(calibration);
  } catch {
    return null;
  }
}
