/** ONNX Runtime's package holds its binaries for every platform, 240 MB that this machine can never load. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

const sizeOf = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => statSync(path.join(folder, name)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);

/**
 * Removes what is not for this platform from a fresh `node_modules`. Where the package looks otherwise than expected, or has nothing
 * for this platform, all of it stays.
 * @param {string} modules
 * @param {{platform?: string, arch?: string}} here
 * @returns {number} bytes that are gone
 */
export function removeOtherPlatforms(modules, { platform = process.platform, arch = process.arch } = {}) {
  const bin = path.join(modules, 'onnxruntime-node/bin');
  if (!existsSync(bin)) return 0;
  let freed = 0;
  for (const api of readdirSync(bin).filter((name) => /^napi-v\d+$/.test(name))) {
    const folder = path.join(bin, api);
    if (!existsSync(path.join(folder, platform, arch, 'onnxruntime_binding.node'))) continue;
    for (const system of readdirSync(folder))
      for (const machine of readdirSync(path.join(folder, system))) {
        if (system === platform && machine === arch) continue;
        const other = path.join(folder, system, machine);
        freed += sizeOf(other);
        rmSync(other, { recursive: true });
      }
  }
  return freed;
}
