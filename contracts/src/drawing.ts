import type { Drawing } from './rest-drafts.js';
import type { StoreFile } from './store/store-file.js';

/** What a store file has of a drawing. */
export function drawingOf(file: StoreFile): Drawing {
  const places = Object.fromEntries(
    (file.devices ?? []).flatMap(({ id, at: hangs, facingDegrees: looks }) =>
      hangs === undefined && looks === undefined
        ? []
        : [[id, { ...(hangs && { at: hangs }), ...(looks !== undefined && { facingDegrees: looks }) }]],
    ),
  );
  const parts = ['walls', 'zones', 'entrances', 'passersBy', 'fixtures'] as const;
  return {
    floor: file.floor,
    ...Object.fromEntries(parts.flatMap((part) => (file[part] === undefined ? [] : [[part, file[part]]]))),
    places,
  };
}

/** A store file with another drawing. Devices that the file does not have stay where they are not. */
export function withDrawing(file: StoreFile, drawing: Drawing): StoreFile {
  const { places = {}, ...drawn } = drawing;
  const { walls: _1, zones: _2, entrances: _3, passersBy: _4, fixtures: _5, ...rest } = file;
  return {
    ...rest,
    ...drawn,
    ...(file.devices && {
      devices: file.devices.map(({ at: _at, facingDegrees: _facing, ...device }) => ({
        ...device,
        ...(Object.hasOwn(places, device.id) ? places[device.id] : {}),
      })),
    }),
  };
}
