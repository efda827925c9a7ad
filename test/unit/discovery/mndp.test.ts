// Announcements as RouterOS 7.15.3 sends them, as older versions do, and as nobody should.
import { describe, expect, test } from 'vitest';
import { broadcastAddresses } from '../../../electron/engine/discovery/mndp/broadcasts.ts';
import { parseMndp } from '../../../electron/engine/discovery/mndp/packet.ts';

/** As it was captured and published: github.com/kevinschweikert/mndp, test/mndp_test.exs. */
const CAPTURED = Buffer.from(
  '6100000000010006744d28910d2f000500084d696b726f54696b00070023372e31352e332028737461626c65292032303234' +
    '2d30372d32342031303a33393a3031000800084d696b726f54696b000a0004dc150000000b0009483739322d4d584a33000c' +
    '00105242443532472d354861634432486e44000e000101000f0010fe80000000000000764d28fffe910d2f0010000d627269' +
    '6467652f65746865723200110004c0a85801',
  'hex',
);

describe('an announcement', () => {
  test('of RouterOS 7.15.3 is read to the last field', () => {
    expect(parseMndp(CAPTURED)).toEqual({
      mac: '74:4D:28:91:0D:2F',
      identity: 'MikroTik',
      version: '7.15.3 (stable) 2024-07-24 10:39:01',
      platform: 'MikroTik',
      uptimeSeconds: 5596,
      softwareId: 'H792-MXJ3',
      board: 'RBD52G-5HacD2HnD',
      interface: 'bridge/ether2',
      addresses: ['fe80::764d:28ff:fe91:d2f', '192.168.88.1'],
    });
  });

  test('of an older version has no addresses', () => {
    const old = Buffer.from('0001000000010006000c4200000100050005746f776572', 'hex');
    expect(parseMndp(old)).toEqual({ mac: '00:0C:42:00:00:01', identity: 'tower', addresses: [] });
  });

  test("has a name in windows-1252 as the router's API has it", () => {
    // "Müller" as WinBox on Windows stores it.
    const named = Buffer.from('0001000000010006000c42000001000500064dfc6c6c6572', 'hex');
    expect(parseMndp(named)).toMatchObject({ identity: 'M\u00FCller' });
  });

  test('shows no control characters and no more text than is read', () => {
    const identity = Buffer.from(`\u001B[2Jevil\u0000\r\n\u202E${'x'.repeat(500)}`);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(identity.length);
    const packet = Buffer.concat([Buffer.from('6100000000010006744d28910d2f0005', 'hex'), length, identity]);
    const told = parseMndp(packet);
    expect(told).toMatchObject({ mac: '74:4D:28:91:0D:2F' });
    const shown = typeof told === 'object' ? (told.identity ?? '') : '';
    expect(shown.startsWith('[2Jevil xxx')).toBe(true);
    expect(shown).toHaveLength(128);
  });

  test.each([
    ['four zero bytes', '00000000'],
    ["WinBox's question", '0000000000060000'],
  ])('%s are a question of somebody else', (_, hex) => {
    expect(parseMndp(Buffer.from(hex, 'hex'))).toBe('request');
  });

  test.each([
    ['nothing', ''],
    ['a cut header', '610000'],
    ['a header alone', '61000000'],
    ['a field that ends behind the packet', '6100000000010006744d28'],
    ['a field without a length', '610000000001'],
    ['no MAC', '6100000000050003616263'],
    ['a group MAC', '610000000001000601005e000001'],
    ['a MAC of five bytes', '6100000000010005744d28910d'],
  ])('%s is none', (_, hex) => {
    expect(parseMndp(Buffer.from(hex, 'hex'))).toBeUndefined();
  });

  test('is bounded, and never throws, whatever comes', () => {
    expect(parseMndp(Buffer.concat([CAPTURED, Buffer.alloc(4_000)]))).toBeUndefined();
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    let read = 0;
    for (let i = 0; i < 50_000; i++) {
      const packet =
        i % 5 === 0 ? Buffer.from(Array.from({ length: random(64) }, () => random(256))) : Buffer.from(CAPTURED);
      for (let change = random(6); change > 0 && packet.length > 0; change--) {
        packet[random(packet.length)] = random(256);
      }
      const told = parseMndp(packet.subarray(0, random(3) === 0 ? random(packet.length + 1) : packet.length));
      if (typeof told !== 'object') continue;
      read++;
      expect(told.mac).toMatch(/^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/);
      for (const text of [told.identity, told.version, told.interface])
        expect(JSON.stringify(text ?? '')).not.toContain(String.raw`\u00`);
    }
    expect(read).toBeGreaterThan(10_000);
  });
});

const of = (address: string, netmask: string, internal = false) => ({
  address,
  netmask,
  internal,
  family: 'IPv4' as const,
  mac: '00:00:00:00:00:00',
  cidr: null,
});

test('a question reaches each network of this computer', () => {
  expect(
    broadcastAddresses({
      lo: [of('127.0.0.1', '255.0.0.0', true)],
      eth0: [of('192.168.88.20', '255.255.255.0'), of('10.20.33.7', '255.255.240.0')],
      wg0: [of('10.9.0.2', '255.255.255.255')],
      none: undefined,
    }),
  ).toEqual(['255.255.255.255', '192.168.88.255', '10.20.47.255']);
});
