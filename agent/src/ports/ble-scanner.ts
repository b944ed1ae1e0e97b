/** One advertisement as the operating system shows it. */
export interface RadioAdvert {
  /** `AA:BB:CC:DD:EE:FF` */
  address: string;
  rssiDbm: number | null;
  /** by UUID as the system writes it */
  serviceData: Readonly<Record<string, Uint8Array>>;
  /** by company number in decimal */
  manufacturerData: Readonly<Record<string, Uint8Array>>;
}

export interface ScanEvents {
  /** It listens from now on. */
  scanning(adapter: { name: string; address: string }): void;
  advert(advert: RadioAdvert): void;
  /** It listens no more, said once; why, in words without addresses. */
  lost(reason: string): void;
}

export interface ScanRun {
  /** Comes back when nothing of it is left; `lost` is not said. */
  stop(): Promise<void>;
}

/** The machine's own Bluetooth radio, as a listener. */
export interface BleScanner {
  /** Listens with the adapter of this address, or the first; never throws: what does not work is `lost`. */
  open(address: string | undefined, events: ScanEvents): ScanRun;
}
