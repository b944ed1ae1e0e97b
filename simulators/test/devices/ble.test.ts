import { describe, expect, it } from 'vitest';
import { eddystoneTlm, eddystoneUid, ibeacon } from '../../src/devices/ble/beacons.js';
import { battery, massKilograms, packetId, plainBthome, sealedBthome } from '../../src/devices/ble/bthome.js';
import { theengsReceiver } from '../../src/devices/ble/dialects.js';
import { recording } from '../recordings.js';

const hex = (data: Buffer) => data.toString('hex');
/** The specification's example: 25.06 °C and 50.55 %. */
const EXAMPLE = [
  { id: 0x02, bytes: Buffer.from('ca09', 'hex') },
  { id: 0x03, bytes: Buffer.from('bf13', 'hex') },
];

describe('what BLE devices advertise', () => {
  it('writes BTHome with its objects by rising ids, low byte first', () => {
    expect(hex(plainBthome([massKilograms(80.3)]))).toBe('40065e1f');
    expect(hex(plainBthome([massKilograms(0.99), packetId(300), battery(87), massKilograms(655.35)]))).toBe(
      '40' + '002c' + '0157' + '066300' + '06ffff',
    );
    expect(hex(plainBthome(EXAMPLE))).toBe('4002ca0903bf13');
  });

  it('has no mass below nothing, nor above what the format can say', () => {
    expect(hex(plainBthome([massKilograms(-0.2), massKilograms(900)]))).toBe('4006000006ffff');
  });

  it('seals the example of the specification to the same bytes', () => {
    const sealed = sealedBthome(EXAMPLE, {
      address: '54:48:E6:8F:80:A5',
      key: Buffer.from('231d39c1d7cc1ab1aee224cd096db932', 'hex'),
      counter: 0x33221100,
    });
    expect(hex(sealed)).toBe('41a47266c95f730011223378237214');
  });

  const recorded = recording<{ name: string; serviceData: string; values: [string, number][] }[]>(
    'ble',
    'bthome-v2.json',
  );
  it.skipIf(!recorded)('AISLE_RECORDINGS bthome-v2.json: writes masses as recorded', () => {
    const masses = (recorded ?? []).filter(({ name }) => name.includes('mass_kilograms'));
    expect(masses.length).toBeGreaterThan(0);
    for (const { serviceData, values } of masses)
      expect(hex(plainBthome(values.map(([, value]) => massKilograms(value))))).toBe(serviceData);
  });

  it('writes beacons as their makers specify', () => {
    expect(hex(ibeacon('5a17e000-0000-4000-8000-00000000000a', 1, 7, -59))).toBe(
      '0215' + '5a17e0000000400080000000000 0000a'.replace(' ', '') + '0001' + '0007' + 'c5',
    );
    expect(hex(eddystoneUid('a15e0000000000000001', '000000000002', -20))).toBe(
      '00ec' + 'a15e0000000000000001' + '000000000002' + '0000',
    );
    expect(hex(eddystoneTlm(2950, 24.5, 20, 61_000))).toBe('2000' + '0b86' + '1880' + '00000014' + '00000262');
  });

  it('a gateway tells the service as 0x…, and the company low byte first', () => {
    const gateway = theengsReceiver({ id: 'ble-2', family: 'ble', dialect: 'theengs' });
    const heard = { address: 'AA:BB:CC:DD:EE:01', random: true, at: { x: 0, y: 0 }, powerDbm: -59, rssiDbm: -61 };
    const told = gateway.tell(
      [
        { ...heard, serviceData: { fcd2: Buffer.from('40065e1f', 'hex') } },
        { ...heard, manufacturerData: { 0x004c: Buffer.from('1005', 'hex') } },
      ],
      0,
    );
    expect(told.map(({ topic }) => topic)).toEqual([
      'home/ble-2/BTtoMQTT/AABBCCDDEE01',
      'home/ble-2/BTtoMQTT/AABBCCDDEE01',
    ]);
    expect(told.map(({ payload }) => JSON.parse(payload) as object)).toEqual([
      expect.objectContaining({ id: heard.address, rssi: -61, servicedata: '40065e1f', servicedatauuid: '0xfcd2' }),
      expect.objectContaining({ manufacturerdata: '4c001005', mac_type: 1 }),
    ]);
  });
});
