/** A store file on its way back to the cloud. */

/** Of an upload: the cloud takes a little more. */
export const MOST_BYTES = 7 * 1024 * 1024;

export interface Basis {
  store: string;
  version: number;
}

/** Which version a downloaded file was, by its first line `# aisle: store demo, version 7`; null where it does not say. */
export function basisOf(text: string): Basis | null {
  const found = /^\uFEFF?# aisle: store (\S+), version (\d{1,9})\s*$/m.exec(text.slice(0, 500));
  return found ? { store: found[1] as string, version: Number(found[2]) } : null;
}

/** `storeFileYaml.zones[2].polygon` → `zones[2].polygon`: where in the file something is wrong; empty for all of it. */
export const fieldInFile = (field: string): string => field.replace(/^storeFile(Yaml)?\.?/, '');
