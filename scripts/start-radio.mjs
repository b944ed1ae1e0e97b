/**
 * A shop whose store file names a radio of the agent's own machine (family `ble`, dialect `bluez`), when it is simulated: a bus with a stand-in
 * for BlueZ. Real radios are for real shops: their passers-by would walk about among the simulated ones.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';

const NEEDED = 'dbus-daemon python3 python3-dbus python3-gi';

/** Whether dbus-daemon and Debian's own Python with its D-Bus modules are there. */
function canRun() {
  const works = (program, args) => spawnSync(program, args, { stdio: 'ignore', timeout: 10_000 }).status === 0;
  return works('/usr/bin/dbus-daemon', ['--version']) && works('/usr/bin/python3', ['-c', 'import dbus, gi']);
}

/**
 * @param {{family?: string, dialect?: string}[]} devices @param {string} root @param {() => boolean} works whether it can run here
 * @returns {{agentEnv: Record<string, string>, args?: string[], air?: string, remove: () => void} | undefined} undefined: nothing to stand in for.
 *   Without `args` the stand-in cannot run: the agent then finds no bus, and says so at the device.
 */
export function simulatedRadio(devices, root, works = canRun) {
  if (!devices.some(({ family, dialect }) => family === 'ble' && dialect === 'bluez')) return undefined;
  // Not in the data folder: the path of a socket has some hundred characters at most.
  const dir = mkdtempSync(path.join(tmpdir(), 'aisle-radio-'));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  const agentEnv = { DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${path.join(dir, 'bus')}` };
  if (!works()) {
    process.stderr.write(`The agent's own radio is not simulated; this needs (Debian): apt install ${NEEDED}\n`);
    return { agentEnv, remove, args: undefined, air: undefined };
  }
  return {
    agentEnv,
    remove,
    args: [path.join(root, 'dist/simulators/radio.mjs'), dir, path.join(root, 'simulators/bluez')],
    air: `unix:${path.join(dir, 'air')}`,
  };
}
