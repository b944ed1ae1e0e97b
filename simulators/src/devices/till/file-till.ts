import type { Device } from '@aisle/contracts';
import type { Random } from '../../random.js';
import type { DeviceClock, Sensed, SimulatedDevice } from '../device.js';
import type { Message } from '../message.js';
import type { DeviceSettings } from '../settings.js';
import { csvFile, fileMessage, USUAL_CSV, type RungUp } from './csv.js';
import { poslogFile, type PoslogSettings, type Quirks } from './poslog.js';

/** Takes a file that a till wrote into its folder; without one, files go by MQTT. */
export type FileDrop = (deviceId: string, name: string, text: string) => void;

/** A till that writes a file now and then, with what it sold since the last. Nothing that was rung up is ever left out. */
export class FileTill implements SimulatedDevice {
  readonly deviceId: string;
  private waiting: (RungUp & Partial<Quirks>)[] = [];
  private files = 0;

  constructor(
    private readonly device: Device,
    private readonly store: Omit<PoslogSettings, 'workstation'>,
    private readonly settings: DeviceSettings['till'],
    private readonly random: Random,
    private readonly clock: DeviceClock,
    private readonly drop: FileDrop | undefined,
  ) {
    this.deviceId = device.id;
  }

  ringUp(sale: RungUp): void {
    const { voidedLineShare, voidedShare } = this.settings;
    const told = { ...sale, ts: this.clock(sale.ts) };
    // Rung up, voided, and rung up again under another number.
    if (this.random.chance(voidedShare)) this.waiting.push({ ...told, number: `${sale.number}V`, voided: true });
    this.waiting.push({ ...told, voidedLine: this.random.chance(voidedLineShare) });
  }

  start(): Message[] {
    return [];
  }

  stop(): Message[] {
    return this.write();
  }

  sample({ sinceMs }: Sensed): Message[] {
    return sinceMs % this.settings.fileMs === 0 ? this.write() : [];
  }

  private write(): Message[] {
    const poslog = this.device.dialect === 'poslog';
    // A file of rows has no way to say that something was voided: such tills leave it out.
    const sales = this.waiting.splice(0).filter(({ voided }) => poslog || voided !== true);
    if (sales.length === 0) return [];
    const { timezone, digits } = this.store;
    const text = poslog
      ? poslogFile(sales, { ...this.store, workstation: this.deviceId })
      : csvFile(sales, this.device.csv ?? USUAL_CSV, timezone, digits);
    this.files += 1;
    const last = sales.at(-1) as RungUp;
    if (!this.drop) return [fileMessage(this.device, poslog ? 'poslog' : 'csv', text)];
    this.drop(this.deviceId, `${last.number}-${this.files}.${poslog ? 'xml' : 'csv'}`, text);
    return [];
  }
}
