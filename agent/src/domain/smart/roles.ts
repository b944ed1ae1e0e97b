import { traitsOf, type CameraRule, type Device } from '@aisle/contracts';
import type { StoreModel } from '../core/store-model.js';

/** Which camera with an analysis of its own is believed for what. */
export interface Roles {
  /** zone → the camera whose objects are its visits; none where people are tracked */
  insideOf: ReadonlyMap<string, string>;
  /** zone → `ruleKey` of the rule whose number is its occupancy; none where somebody knows who is inside */
  occupancyOf: ReadonlyMap<string, string>;
}

/** No device id holds "|". */
export const ruleKey = (deviceId: string, rule: string): string => `${deviceId}|${rule}`;

export const ruleOf = (
  model: StoreModel,
  deviceId: string,
  kind: CameraRule['kind'],
  name: string,
): CameraRule | undefined =>
  model.devices.get(deviceId)?.rules?.find((rule) => rule.kind === kind && rule.rule === name);

/**
 * A zone counts from one source. Cameras that say where people are come first: native ones, and those of an NVR that
 * are calibrated; then objects that a camera says are inside; then a number of people inside. Of several of a kind the first in
 * file order counts.
 */
export function rolesOf(model: StoreModel, isCalibrated: (cameraId: string) => boolean): Roles {
  const insideOf = new Map<string, string>();
  const occupancyOf = new Map<string, string>();
  const cameras = [...model.devices.values()].filter(({ family }) => family === 'camera');
  const tracking = cameras.filter(
    (camera) => tells(camera) !== 'rules' && (tells(camera) !== 'objects' || isCalibrated(camera.id)),
  );
  for (const { id: zone } of model.zones) {
    if (tracking.some((camera) => sees(camera, zone))) continue;
    const inside = cameras.find(
      (camera) =>
        (tells(camera) === 'objects' && sees(camera, zone)) ||
        camera.rules?.some((rule) => rule.kind === 'field' && rule.zone === zone),
    );
    if (inside) {
      insideOf.set(zone, inside.id);
      continue;
    }
    for (const { id, rules = [] } of cameras) {
      const rule = rules.find(({ kind, zone: of }) => kind === 'occupancy' && of === zone);
      if (rule && !occupancyOf.has(zone)) occupancyOf.set(zone, ruleKey(id, rule.rule));
    }
  }
  return { insideOf, occupancyOf };
}

const tells = (camera: Device) => traitsOf(camera).tells;
const sees = ({ covers }: Device, zoneId: string): boolean => !covers || covers.includes(zoneId);
