import type { BleScanner, ScanEvents, ScanRun } from '../../ports/ble-scanner.js';

/** How often the adapter is asked whether it still scans; what does not answer for so long is lost, ms. */
const ASK_MS = 10_000;

export interface BluezOptions {
  askMs?: number;
}

/** The radio of this machine. What speaks to it is loaded with the first one that is to listen: most shops have none. */
export class BluezScanner implements BleScanner {
  constructor(private readonly options: BluezOptions = {}) {}

  open(address: string | undefined, events: ScanEvents): ScanRun {
    let isOver = false;
    const scan = import('./bluez-scan.js').then(
      ({ Scan }) => (isOver ? undefined : new Scan(address, events, this.options.askMs ?? ASK_MS)),
      (error: unknown) => {
        if (!isOver) events.lost((error as Error).message);
        return undefined;
      },
    );
    return {
      stop: async () => {
        isOver = true;
        await (await scan)?.stop();
      },
    };
  }
}
