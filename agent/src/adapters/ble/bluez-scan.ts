import { createBluetooth, type Adapter, type Bluetooth } from 'node-ble';
import { Message, Variant, type MessageBus } from 'dbus-next';
import type { ScanEvents, ScanRun } from '../../ports/ble-scanner.js';
import { AdvertBook } from './advert-book.js';

const BLUEZ = 'org.bluez';
const ADAPTER = 'org.bluez.Adapter1';
const DEVICE = 'org.bluez.Device1';
const OBJECTS = 'org.freedesktop.DBus.ObjectManager';
const PROPERTIES = 'org.freedesktop.DBus.Properties';
const BUS = 'org.freedesktop.DBus';
/** What node-ble has and its types do not tell: the bus below, and calls with arguments of one's own. */
type BleSession = Bluetooth & { dbus: MessageBus };
type BleAdapter = Adapter & {
  adapter: string;
  helper: {
    callMethod(name: string, ...values: unknown[]): Promise<unknown>;
    set(name: string, value: unknown): Promise<void>;
  };
};

/**
 * BlueZ through node-ble: it finds the adapter and speaks to it. Its own devices tell changes of one property at a time and only
 * of devices that somebody holds, so advertisements are taken from the signals of the same bus: every InterfacesAdded and
 * PropertiesChanged of a device, also when nothing has changed in them (DuplicateData).
 */
export class Scan implements ScanRun {
  readonly #book = new AdvertBook();
  #destroy: (() => void) | undefined;
  #adapter: BleAdapter | undefined;
  /** object path of the adapter, with a slash behind it; empty before */
  #root = '';
  #asking: NodeJS.Timeout | undefined;
  #over = false;
  readonly #opened: Promise<void>;

  constructor(
    private readonly address: string | undefined,
    private readonly events: ScanEvents,
    private readonly askMs: number,
  ) {
    this.#opened = this.#open().catch((error: unknown) => this.#lost(wordsOf(error)));
  }

  async stop(): Promise<void> {
    const { scans } = this;
    this.#over = true;
    const stopped = scans && this.#adapter?.helper.callMethod('StopDiscovery');
    if (stopped) await within(1000, stopped).catch(() => undefined);
    this.#close();
    // A bus that never answers must not hold up the end.
    await within(1000, this.#opened).catch(() => undefined);
  }

  private get scans(): boolean {
    return this.#root !== '' && !this.#over;
  }

  async #open(): Promise<void> {
    const { bluetooth, destroy } = createBluetooth();
    const session = bluetooth as BleSession;
    const bus = session.dbus;
    this.#destroy = destroy;
    bus.on('error', (error: unknown) => this.#lost(wordsOf(error)));
    // Of private name, and there in every version: the socket's own end.
    const { stream } = (bus as unknown as { _connection: { stream: NodeJS.EventEmitter } })._connection;
    stream.on('close', () => this.#lost('the system bus has gone'));
    await within(
      this.askMs,
      new Promise<void>((resolve) => bus.on('connect', resolve)),
      'the system bus does not answer',
    );
    bus.on('message', (message: Message) => this.#message(message));
    const rules = [
      `type='signal',sender='${BLUEZ}',interface='${PROPERTIES}',member='PropertiesChanged'`,
      `type='signal',sender='${BLUEZ}',interface='${OBJECTS}'`,
      `type='signal',sender='${BUS}',member='NameOwnerChanged',arg0='${BLUEZ}'`,
    ];
    for (const rule of rules) await bus.call(addMatch(rule));
    const adapter = await this.#find(session);
    if (this.#over) return;
    if (!(await adapter.isPowered())) await adapter.helper.set('Powered', new Variant('b', true));
    await adapter.helper.callMethod('SetDiscoveryFilter', {
      Transport: new Variant('s', 'le'),
      DuplicateData: new Variant('b', true),
    });
    await adapter.helper.callMethod('StartDiscovery');
    if (this.#over) return;
    this.#adapter = adapter;
    this.#root = `/org/bluez/${adapter.adapter}/`;
    const own = await adapter.getAddress();
    if (this.#over) return;
    this.events.scanning({ name: adapter.adapter, address: own });
    this.#asking = setInterval(() => void this.#ask(adapter), this.askMs);
  }

  async #find(session: BleSession): Promise<BleAdapter> {
    let names: string[];
    try {
      names = await within(this.askMs, session.adapters(), 'BlueZ does not answer');
    } catch (error) {
      throw new Error(`BlueZ is not there: is bluetooth.service running? (${wordsOf(error)})`);
    }
    for (const name of names) {
      const adapter = (await session.getAdapter(name)) as BleAdapter;
      if (this.address === undefined || (await adapter.getAddress()).toUpperCase() === this.address.toUpperCase())
        return adapter;
    }
    throw new Error(
      names.length === 0 ? 'this machine has no Bluetooth adapter' : 'no adapter has the address of the store file',
    );
  }

  async #ask(adapter: BleAdapter): Promise<void> {
    try {
      if (!(await within(this.askMs, adapter.isDiscovering(), 'BlueZ does not answer')))
        this.#lost('the adapter has stopped scanning');
    } catch (error) {
      this.#lost(wordsOf(error));
    }
  }

  #message({ interface: from, member, path, body }: Message): void {
    if (!this.scans && member !== 'NameOwnerChanged') return;
    if (from === PROPERTIES && member === 'PropertiesChanged') {
      const [of, changed] = body as [string, Record<string, Variant>];
      if (of === DEVICE && path.startsWith(this.#root)) this.#tell(this.#book.changed(path, changed));
      else if (of === ADAPTER && `${path}/` === this.#root) this.#adapterChanged(changed);
    } else if (from === OBJECTS && member === 'InterfacesAdded') {
      const [at, interfaces] = body as [string, Record<string, Record<string, Variant>>];
      const device = interfaces[DEVICE];
      if (device && at.startsWith(this.#root)) this.#tell(this.#book.added(at, device));
    } else if (from === OBJECTS && member === 'InterfacesRemoved') {
      const [at, interfaces] = body as [string, string[]];
      if (`${at}/` === this.#root && interfaces.includes(ADAPTER)) this.#lost('the adapter has gone');
      else this.#book.removed(at);
    } else if (from === BUS && member === 'NameOwnerChanged' && body[0] === BLUEZ && body[2] === '')
      this.#lost('BlueZ has gone');
  }

  #adapterChanged(changed: Record<string, Variant>): void {
    if (changed['Powered']?.value === false) this.#lost('the adapter was switched off');
    else if (changed['Discovering']?.value === false) this.#lost('the adapter has stopped scanning');
  }

  #tell(advert: ReturnType<AdvertBook['changed']>): void {
    if (advert) this.events.advert(advert);
  }

  #lost(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#close();
    this.events.lost(reason);
  }

  #close(): void {
    clearInterval(this.#asking);
    const destroy = this.#destroy;
    this.#destroy = undefined;
    try {
      destroy?.();
    } catch {
      // Its socket is closed already.
    }
  }
}

const addMatch = (rule: string): Message =>
  new Message({
    destination: BUS,
    path: '/org/freedesktop/DBus',
    interface: BUS,
    member: 'AddMatch',
    signature: 's',
    body: [rule],
  });

async function within<T>(ms: number, work: Promise<T>, otherwise = 'no answer in time'): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(otherwise)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Words of a failure of the bus, for the Devices page. */
function wordsOf(error: unknown): string {
  const { code, message, text, type } = error as { code?: string; message?: string; text?: string; type?: string };
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'there is no system bus: is dbus running?';
  if (code === 'EACCES' || /AccessDenied|not allowed|Rejected send/.test(`${type ?? ''}${text ?? message ?? ''}`))
    return 'the agent may not speak to BlueZ: its account belongs into the group "bluetooth"';
  return text ?? message ?? String(error);
}
