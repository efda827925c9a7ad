import { describe, expect, test } from 'vitest';
import { ORPCError } from '@orpc/client';
import { failureOf } from '../../../renderer/app/data/failure.ts';
import { searchEntries } from '../../../renderer/app/frame/search-entries.ts';
import { deviceName, shortAddress } from '../../../renderer/panels/device-name.ts';
import { toCsv } from '../../../renderer/components/csv.ts';
import {
  alertWords,
  countStates,
  needingALook,
  overviewSentence,
} from '../../../renderer/screens/overview/sentence.ts';
import type { DeviceState } from '../../../shared/contract/index.ts';

const sentence = (states: DeviceState[], firing = 0) =>
  overviewSentence(countStates(states.map((state) => ({ state }))), firing);

describe('the overview in one sentence', () => {
  test.each([
    [['online', 'online', 'online'], 0, 'All 3 devices online'],
    [['online'], 0, 'The one device is online'],
    [['online', 'offline', 'offline'], 1, '2 devices offline, 1 alert firing'],
    [['offline', 'degraded'], 0, '1 device offline, 1 device not answering well'],
    [['online', 'online'], 2, '2 alerts firing'],
    [['online', 'unknown'], 0, '1 device online, 1 not seen yet'],
    [['unknown', 'unknown'], 0, '2 devices not seen yet'],
    [[], 0, 'No devices yet'],
  ] as [DeviceState[], number, string][])('%j with %i firing: %s', (states, firing, text) => {
    expect(sentence(states, firing)).toBe(text);
  });
});

const device = (name: string, state: DeviceState, stateSinceMs: number) => ({ name, state, stateSinceMs });

test('what needs a look: the worst first, of equal ones the newest', () => {
  const needing = needingALook([
    device('fine', 'online', 9),
    device('new', 'unknown', 9),
    device('old', 'offline', 1),
    device('slow', 'degraded', 5),
    device('fresh', 'offline', 8),
  ]);
  expect(needing.map(({ name }) => name)).toEqual(['fresh', 'old', 'slow', 'new']);
});

describe('search', () => {
  const SCREENS = [
    { to: '/', label: 'Overview' },
    { to: '/devices', label: 'Devices' },
  ] as const;
  const DEVICES = [
    { id: '1', kind: 'router', selector: '', name: 'north-core', address: '10.0.0.2', model: 'CHR', state: 'online' },
    { id: '2', kind: 'router', selector: '', name: 'core', address: '10.0.0.1', model: 'CCR2004', state: 'online' },
    { id: '3', kind: 'router', selector: '', name: 'encore', address: '10.0.0.3', model: '', state: 'online' },
  ] as const;
  const names = (text: string) => searchEntries(text, DEVICES, SCREENS).map(({ name }) => name);

  test('puts names that begin with the text first, then words that do, then the rest', () => {
    expect(names('CORE')).toEqual(['core', 'north-core', 'encore']);
  });

  test('finds by address and by model, screens too', () => {
    expect(names('10.0.0.3')).toEqual(['encore']);
    expect(names('ccr')).toEqual(['core']);
    expect(names('dev')).toEqual(['Devices']);
    expect(names('nothing')).toEqual([]);
  });
});

test('CSV quotes what must be quoted and defuses formulas', () => {
  expect(
    toCsv([
      ['Name', 'Rate'],
      ['a "b", c', '-5'],
      ['=cmd()', '-x'],
    ]),
  ).toBe('Name,Rate\r\n"a ""b"", c",-5\r\n\'=cmd(),\'-x\r\n');
});

test("a failure shows the engine's own hint and code, or what the window knows", () => {
  const taken = new ORPCError('CONFLICT', { message: 'Taken.', data: { code: 'LW_X', hint: 'Rename it.' } });
  expect(failureOf(taken)).toEqual({ message: 'Taken.', hint: 'Rename it.', code: 'LW_X' });
  expect(failureOf(new ORPCError('NOT_FOUND', { message: 'Gone.' }))).toEqual({
    message: 'Gone.',
    hint: 'It may have been removed.',
    code: 'NOT_FOUND',
  });
  expect(failureOf('?').message).toBe('Something failed.');
});

const target = (name: string, selector: string) => ({ kind: 'target' as const, name, selector });

describe('what a device is called', () => {
  test('a scrape target by its job and instance, so that two on one machine are told apart', () => {
    expect(deviceName(target('10.0.0.5:9100', 'job="node",instance="10.0.0.5:9100"'))).toBe('node 10.0.0.5:9100');
    expect(deviceName(target('node 10.0.0.5:9100', 'job="node",instance="10.0.0.5:9100"'))).toBe('node 10.0.0.5:9100');
    expect(deviceName(target('10.0.0.5:9100', ''))).toBe('10.0.0.5:9100');
  });

  test('any other device by its name', () => {
    expect(deviceName({ kind: 'host', name: 'vm', selector: 'job="node",instance="vm"' })).toBe('vm');
  });

  test('its address without what every address has', () => {
    expect(shortAddress('http://10.0.0.5:9100/metrics')).toBe('10.0.0.5:9100');
    expect(shortAddress('https://example.net/')).toBe('example.net');
    expect(shortAddress('http://10.0.0.5/probe')).toBe('10.0.0.5/probe');
    expect(shortAddress('10.0.0.1')).toBe('10.0.0.1');
  });
});

const counted = (firing: number, pending: number) => alertWords({ firing, pending });

test('alerts are counted in words: how many fire, how many wait', () => {
  expect(counted(0, 0)).toBe('no alerts');
  expect(counted(0, 1)).toBe('1 alert pending');
  expect(counted(1, 0)).toBe('1 alert firing');
  expect(counted(2, 1)).toBe('2 alerts firing, 1 pending');
});
