// Whom a mention is of: MACs go before addresses and names, which two networks may share.
import { expect, test } from 'vitest';
import type { Mention } from '../../../electron/engine/topology/heard.ts';
import { createIdentify } from '../../../electron/engine/topology/identify.ts';

const mention = (given: Partial<Mention>): Mention => ({
  by: 'core',
  port: 'ether2',
  mac: '02:00:00:00:00:99',
  address: '',
  identity: '',
  detail: '',
  softwareId: '',
  remotePort: '',
  atMs: 0,
  isNow: true,
  ...given,
});

const DEVICES = [
  { id: 'north', name: 'north', address: '10.0.0.2', formerNames: ['tower'] },
  { id: 'south', name: 'south', address: '10.0.0.3' },
];
const identify = createIdentify(
  DEVICES,
  new Map([
    [
      'north',
      [
        { name: 'ether1', mac: '02:00:00:00:00:01' },
        { name: 'bridge', mac: '02:00:00:00:00:01' },
        { name: 'ether2', mac: '02:00:00:00:00:02' },
      ],
    ],
  ]),
  { id: 'pc', macs: new Set(['02:00:00:00:00:70']), addresses: new Set() },
);

test('a MAC says who it is, whatever name and address say', () => {
  expect(identify(mention({ mac: '02:00:00:00:00:02', address: '10.0.0.3', identity: 'south' }))).toBe('north');
});

test('an address or a name of a device whose MACs are known says nothing without one of them', () => {
  expect(identify(mention({ address: '10.0.0.2', identity: 'other' }))).toBe('found 02:00:00:00:00:99');
  expect(identify(mention({ mac: '02:00:00:00:00:98', identity: 'tower' }))).toBe('found 02:00:00:00:00:98');
});

test('both together do, and each alone where no MAC is known', () => {
  expect(identify(mention({ address: '10.0.0.2', identity: 'tower' }))).toBe('north');
  expect(identify(mention({ address: '10.0.0.3' }))).toBe('south');
  expect(identify(mention({ identity: 'south' }))).toBe('south');
});

test('this computer is recognised by its MAC', () => {
  expect(identify(mention({ mac: '02:00:00:00:00:70' }))).toBe('pc');
});

test('who was recognised before is recognised while it cannot be told otherwise', () => {
  expect(identify(mention({ deviceId: 'south' }))).toBe('south');
  expect(identify(mention({ deviceId: 'gone' }))).toBe('found 02:00:00:00:00:99');
});

test('what was found is one, by its software id or by neighbouring MACs under one name', () => {
  const one = identify(mention({ mac: '02:00:00:00:10:01', identity: 'switch', detail: 'CRS326' }));
  const two = identify(mention({ by: 'x', mac: '02:00:00:00:10:08', identity: 'switch', detail: 'CRS326' }));
  expect([one, two]).toEqual(['found 02:00:00:00:10:01', 'found 02:00:00:00:10:01']);
  const three = identify(mention({ mac: '02:00:00:00:20:01', softwareId: 'ABCD-1234' }));
  const four = identify(mention({ mac: '02:00:00:00:30:01', softwareId: 'ABCD-1234' }));
  expect([three, four]).toEqual(['found ABCD-1234', 'found ABCD-1234']);
});

test('what every router is called that nobody named joins nothing', () => {
  const one = identify(mention({ mac: '02:00:00:00:40:01', identity: 'MikroTik' }));
  const two = identify(mention({ mac: '02:00:00:00:40:02', identity: 'MikroTik' }));
  expect([one, two]).toEqual(['found 02:00:00:00:40:01', 'found 02:00:00:00:40:02']);
});

test('the port is the one that was named, else the one that has the MAC', () => {
  expect(identify.portOf('north', mention({ mac: '02:00:00:00:00:01', remotePort: 'ether1' }))).toBe('ether1');
  expect(identify.portOf('north', mention({ mac: '02:00:00:00:00:02', remotePort: 'Gi0/2' }))).toBe('ether2');
  expect(identify.portOf('north', mention({ mac: '02:00:00:00:00:01' }))).toBe('');
  expect(identify.portOf('found x', mention({ remotePort: 'Gi0/2' }))).toBe('Gi0/2');
});
