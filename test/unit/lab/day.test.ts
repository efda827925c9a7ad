// The simulated day: the same seed is the same network and the same day, and what it says of links fits together.
import { expect, test } from 'vitest';
import { dayNetwork, networkOfSite } from '../../lab/day/network.ts';
import { dayScript } from '../../lab/day/script.ts';

const SITES = dayNetwork(20, 1);

const hears = (name: string): string[] =>
  (networkOfSite(name, SITES, () => '127.0.0.1', 1).neighbours ?? []).map(
    (each) => `${each.interface} ${each.identity} ${each.remoteInterface}`,
  );

test('twenty routers: a border, a core, three towers with five sites each', () => {
  expect(SITES.map(({ name, uplink }) => `${uplink?.site ?? ''} > ${name}`)).toEqual([
    ' > border',
    'border > core',
    'core > tower-1',
    'tower-1 > mill-street',
    'tower-1 > harbour',
    'tower-1 > old-farm',
    'tower-1 > quarry',
    'tower-1 > school',
    'core > tower-2',
    'tower-2 > bakery-row',
    'tower-2 > station',
    'tower-2 > hilltop',
    'tower-2 > riverside',
    'tower-2 > market',
    'core > tower-3',
    'tower-3 > chapel',
    'tower-3 > orchard',
    'tower-3 > lighthouse',
    'tower-3 > depot',
    'tower-3 > windmill',
  ]);
  expect(new Set(SITES.map(({ serial }) => serial)).size).toBe(20);
});

test('what one end of a link sends is what the other gets', () => {
  for (const site of SITES) {
    const above = SITES.find(({ name }) => name === site.uplink?.site);
    if (above === undefined) continue;
    const theirs = above.interfaces.find(({ name }) => name === site.uplink?.port);
    const own = site.interfaces.find(({ name }) => name === site.uplink?.ownPort);
    expect([theirs?.txBps, theirs?.txSeed, theirs?.rxBps, theirs?.rxSeed]).toEqual([
      own?.rxBps,
      own?.rxSeed,
      own?.txBps,
      own?.txSeed,
    ]);
  }
});

test('both ends of a link hear each other at their ports', () => {
  expect(hears('harbour')).toEqual(['ether1 tower-1 wlan60-2']);
  expect(hears('tower-1')).toContain('wlan60-2 harbour ether1');
  expect(hears('core')).toEqual([
    'ether1 border ether2',
    'ether2 tower-1 ether1',
    'ether3 tower-2 ether1',
    'ether4 tower-3 ether1',
  ]);
});

test('the same seed is the same day, another one is another', () => {
  expect(dayScript(SITES, 7, 86_400_000)).toEqual(dayScript(SITES, 7, 86_400_000));
  expect(dayScript(SITES, 8, 86_400_000)).not.toEqual(dayScript(SITES, 7, 86_400_000));
});

test('a day has reboots, flaps and a power cut, each of a site of its own, within the day', () => {
  const script = dayScript(SITES, 1, 86_400_000);
  const kinds = script.map(({ kind }) => kind).toSorted();
  expect(kinds).toEqual([...Array<string>(6).fill('flap'), 'power', ...Array<string>(5).fill('reboot')]);
  expect(new Set(script.map(({ site }) => site)).size).toBe(12);
  for (const { site, atMs, lastsMs } of script) {
    expect(SITES.some(({ uplink }) => uplink?.site === site)).toBe(false);
    expect(atMs + lastsMs).toBeLessThanOrEqual(86_400_000);
  }
});
