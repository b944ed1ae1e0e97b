import {
  StoreFileError,
  checkStoreFile,
  type CredentialState,
  type Device,
  type DeviceRow,
  type EnrolledDevice,
  type HandoverView,
  type KnockRow,
  type LiveAlert,
  type LiveDevice,
  type StoreFile,
  type WalkTestBody,
  type WalkTestRow,
  atField,
  problem,
  sentenceOf,
  type Problem,
} from '@aisle/contracts';

interface Answer {
  status: number;
  answer: unknown;
}
const PASSWORD = 'shown-once-0123456789-abcdefghijklmnopqrstu';
const MINUTE = 60_000;

/** Units that are left in slots of which there are alerts. */
export const SHORT: Readonly<Record<string, number>> = { 'fx-03-a': 0, 'fx-05-a': 3, 'fx-07-b': 2 };

/** What needs somebody in the mock shop. */
export function mockAlerts(now: number): LiveAlert[] {
  const since = (minutes: number): string => new Date(now - minutes * MINUTE).toISOString();
  const alert = (kind: string, subject: string, minutes: number, count?: number): LiveAlert => ({
    alertId: `${kind}:${subject}@1`,
    kind,
    subject,
    since: since(minutes),
    until: null,
    ...(count !== undefined && { count }),
  });
  return [
    alert('deviceOffline', 'screen-3', 180),
    alert('deviceSilent', 'shelf-18', 24),
    alert('outOfStock', 'fx-03-a', 12, 0),
    alert('lowStock', 'fx-07-b', 31, 2),
    alert('lowStock', 'fx-05-a', 6, 3),
  ];
}

/** Enrolment, credentials, knocks, tares and walk tests as the cloud answers them; what is enrolled speaks when told to. */
export class MockInstallation {
  readonly #shop: { file: StoreFile; tellDevices(): void };
  readonly #now: () => number;
  readonly #credentials = new Map<string, CredentialState>();
  /** devices that were enrolled here, and when they were heard */
  readonly #own = new Map<string, Partial<LiveDevice>>();
  readonly #tares = new Map<string, { knownGrams: number; ts: number; by: string }>();
  #walks: WalkTestRow[];
  #version = 7;
  /** turned by tests */
  knocks: KnockRow[];

  constructor(shop: { file: StoreFile; tellDevices(): void }, now: () => number) {
    this.#shop = shop;
    this.#now = now;
    const at = now();
    this.knocks = [
      { name: 'shelf-31', count: 14, firstTs: at - 42 * MINUTE, lastTs: at - 20_000 },
      { name: 'ESP_4F21A9', count: 3, firstTs: at - 26 * 60 * MINUTE, lastTs: at - 25 * 60 * MINUTE },
    ];
    this.#tares.set('fx-01-a', { knownGrams: 0, ts: at - 26 * 60 * MINUTE, by: 'installer@example.org' });
    this.#tares.set('fx-01-b', { knownGrams: 500, ts: at - 26 * 60 * MINUTE, by: 'installer@example.org' });
    this.#walks = [
      this.#walk({ entranceId: 'main', by: 'Lin' }, at - 25 * 60 * MINUTE, { in: 20, out: 20 }, { in: 20, out: 20 }),
      this.#walk({ zoneId: 'dairy', by: 'Lin' }, at - 24.5 * 60 * MINUTE, { in: 12, out: 12 }, { in: 11, out: null }),
      this.#walk({ entranceId: 'side', by: 'Wu' }, at - 24 * 60 * MINUTE, { in: 10, out: 9 }, { in: 10, out: 10 }),
    ];
  }

  credential(id: string): CredentialState {
    return this.#credentials.get(id) ?? { state: 'given', issuedTs: null, revokedTs: null, pending: false };
  }
  /** how a device that was enrolled here is now */
  live(id: string): Partial<LiveDevice> | undefined {
    return this.#own.get(id);
  }
  /** A device says its first word, or its next. */
  speak(id: string): void {
    this.#own.set(id, { state: 'online', lastSeenTs: this.#now() + 1, messagesPerMinute: 6, firmware: '1.0.0' });
    this.#shop.tellDevices();
  }
  /** The shop acknowledges what waits for it. */
  acknowledge(): void {
    for (const [id, state] of this.#credentials) this.#credentials.set(id, { ...state, pending: false });
  }

  /** undefined: no call of these */
  answer(method: string, call: string, body: string, rows: () => DeviceRow[]): Answer | undefined {
    const sent = (): unknown => JSON.parse(body === '' ? '{}' : body);
    if (call === 'sales/held') return { status: 200, answer: [] };
    if (call === 'knocks') {
      const known = new Set((this.#shop.file.devices ?? []).map(({ id }) => id));
      return { status: 200, answer: this.knocks.filter(({ name }) => !known.has(name)) };
    }
    if (call === 'devices' && method === 'POST') return this.#enrol(sent() as Device);
    const account = /^devices\/([^/]+)\/credential$/.exec(call)?.[1];
    if (account !== undefined) return this.#change(decodeURIComponent(account), method);
    const slot = /^slots\/([^/]+)\/tare$/.exec(call)?.[1];
    if (slot !== undefined) {
      const { knownGrams } = sent() as { knownGrams: number };
      const slotId = decodeURIComponent(slot);
      this.#tares.set(slotId, { knownGrams, ts: this.#now(), by: 'manager@example.org' });
      return { status: 202, answer: { slotId, knownGrams, requestedTs: this.#now() } };
    }
    if (call === 'walk-tests' && method === 'POST') return this.#keep(sent() as WalkTestBody);
    if (call === 'walk-tests') return { status: 200, answer: this.#walks };
    return call === 'handover' ? { status: 200, answer: this.#handover(rows()) } : undefined;
  }

  #enrol(device: Device): Answer {
    const devices = this.#shop.file.devices ?? [];
    const refused = (status: number, code: string, wrong: Problem): Answer => ({
      status,
      answer: {
        error: {
          code,
          message: sentenceOf(wrong),
          field: wrong.field,
          problem: { code: wrong.code, values: wrong.values },
        },
      },
    });
    if (devices.some(({ id }) => id === device.id))
      return refused(409, 'deviceKnown', problem('id', 'deviceKnown', { id: device.id }));
    const file = { ...this.#shop.file, devices: [...devices, device] };
    try {
      checkStoreFile(file, 'the store file');
    } catch (error) {
      if (!(error instanceof StoreFileError)) throw error;
      const own = `devices[${devices.length}]`;
      const first = (error.problems.find(({ field }) => field.startsWith(own)) ?? error.problems[0]) as Problem;
      const field = first.field.startsWith(own) ? first.field.slice(own.length).replace(/^\./, '') : first.field;
      return refused(400, 'invalid', atField(field, first));
    }
    this.#shop.file = file;
    this.#own.set(device.id, { state: 'unknown', lastSeenTs: null });
    return this.#given(device, this.#version + 1);
  }

  #change(id: string, method: string): Answer {
    const device = (this.#shop.file.devices ?? []).find((entry) => entry.id === id);
    if (!device) return { status: 404, answer: { error: { code: 'notFound', message: 'no such device' } } };
    if (method === 'POST') return this.#given(device, this.#version);
    const credential = { ...this.credential(id), state: 'revoked' as const, revokedTs: this.#now(), pending: true };
    this.#credentials.set(id, credential);
    return { status: 202, answer: { deviceId: id, credential } };
  }

  #given(device: Device, version: number): Answer {
    this.#version = version;
    this.#credentials.set(device.id, { state: 'given', issuedTs: this.#now(), revokedTs: null, pending: true });
    const enrolled: EnrolledDevice = {
      device,
      storeFileVersion: version,
      credential: { username: device.id, password: PASSWORD },
      mqtt: { host: '192.168.1.10', port: 1883, webSocketUrl: 'ws://192.168.1.10:8090/mqtt' },
      configuration: [
        {
          file: `${device.id}.yaml`,
          title: { en: 'ESPHome configuration', zh: 'ESPHome 配置' },
          language: 'yaml',
          text: `esphome:\n  name: ${device.id}\n\nesp32:\n  board: esp32dev\n\nmqtt:\n  broker: 192.168.1.10\n  port: 1883\n  username: ${device.id}\n  password: ${PASSWORD}\n  topic_prefix: ${device.id}\n\nsensor:\n  - platform: hx711\n    name: weight_1\n    dout_pin: GPIO16\n    clk_pin: GPIO17\n    update_interval: 1s\n`,
        },
        {
          file: `${device.id}-mqtt.txt`,
          title: { en: 'MQTT settings', zh: 'MQTT 设置' },
          language: 'text',
          text: `broker     192.168.1.10\nport       1883\nuser name  ${device.id}\npassword   ${PASSWORD}\nQoS        1\n`,
        },
      ],
    };
    return { status: 201, answer: enrolled };
  }

  #walk(
    place: { zoneId?: string; entranceId?: string; by?: string },
    startedTs: number,
    tapped: WalkTestRow['tapped'],
    counted: WalkTestRow['counted'],
    settled = true,
    endedTs = startedTs + 8.4 * MINUTE,
  ): WalkTestRow {
    const ways = (['in', 'out'] as const).filter((way) => counted[way] !== null);
    const both = ways.reduce((sum, way) => sum + Math.min(tapped[way], counted[way] ?? 0), 0);
    const all = ways.reduce((sum, way) => sum + tapped[way] + (counted[way] ?? 0), 0);
    const fromTs = Math.floor(startedTs / MINUTE) * MINUTE;
    return {
      walkTestId: `walk-${startedTs}`,
      zoneId: place.zoneId ?? null,
      entranceId: place.entranceId ?? null,
      by: place.by ?? null,
      startedTs,
      endedTs,
      fromTs,
      toTs: (Math.floor(endedTs / MINUTE) + 1) * MINUTE,
      tapped,
      counted,
      minutes: [
        { fromTs, tapped, counted },
        {
          fromTs: fromTs + MINUTE,
          tapped: { in: 0, out: 0 },
          counted: { in: 0, out: counted.out === null ? null : 0 },
        },
      ],
      agreement: all === 0 ? null : (2 * both) / all,
      settled,
    };
  }

  #keep(body: WalkTestBody): Answer {
    const entered = body.taps.filter(({ what }) => what === 'in').length;
    const tapped = { in: entered, out: body.taps.length - entered };
    const counted = { in: tapped.in, out: body.zoneId === undefined ? Math.max(0, tapped.out - 1) : null };
    const row = this.#walk(body, body.startedTs, tapped, counted, false, body.endedTs);
    this.#walks = [row, ...this.#walks];
    return { status: 201, answer: row };
  }

  #handover(devices: DeviceRow[]): HandoverView {
    const { store, fixtures = [] } = this.#shop.file;
    return {
      storeId: store.id,
      name: store.name,
      timezone: store.timezone,
      madeTs: this.#now(),
      storeFileVersion: this.#version,
      agentStoreFileVersion: this.#version,
      agentVersion: '0.1.0',
      agentOnline: true,
      agentLastSeenTs: this.#now() - 700,
      devices: devices.map((device) =>
        device.family === 'camera' && device.camera ? { ...device, calibrated: device.deviceId !== 'cam-4' } : device,
      ),
      walkTests: this.#walks,
      slots: fixtures.flatMap((fixture) =>
        (fixture.slots ?? []).map(({ id, gtin }) => ({
          slotId: id,
          fixtureId: fixture.id,
          gtin: gtin ?? null,
          tared: this.#tares.get(id) ?? null,
        })),
      ),
    };
  }
}
