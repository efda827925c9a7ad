import { describe, expect, it } from 'vitest';
import {
  addressListCollector,
  ipv6AddressListCollector,
} from '../../../../electron/engine/collectors/routeros/collectors/address-list/index.ts';
import { run } from './harness.ts';

const MENU = '/ip/firewall/address-list';
const rows = [
  { '.id': '*1', list: 'blocked', address: '192.0.2.1', timeout: '1h30m', dynamic: 'true', disabled: 'false' },
  { '.id': '*2', list: 'blocked', address: '192.0.2.0/28', dynamic: 'false', disabled: 'true', comment: 'by hand' },
];
const answer = (words: string) => {
  if (!words.includes('count-only')) return words.includes('?list=blocked') ? rows : [];
  return words.includes('?dynamic=yes') ? 31 : words.includes('?list=') ? (words.includes('blocked') ? 2 : 0) : 40;
};
const counts = (suffix: string): string[] => [
  `mktxp_firewall_address_list_all_count${suffix}{count_type="all"} 40`,
  `mktxp_firewall_address_list_all_count${suffix}{count_type="dynamic"} 31`,
  `mktxp_firewall_address_list_all_count${suffix}{count_type="static"} 9`,
];

describe('address lists', () => {
  it('are counted by the router; entries are read of those lists alone that are named', async () => {
    const { lines, asked } = await run(addressListCollector, { [MENU]: answer });
    expect(lines).toEqual(counts(''));
    expect(asked).toEqual([`${MENU}/print =count-only=`, `${MENU}/print =count-only= ?dynamic=yes`]);
  });

  it('entries carry how long they stay, in milliseconds', async () => {
    const settings = { addressLists: ['blocked', 'empty'] };
    const { lines } = await run(addressListCollector, { [MENU]: answer }, { settings });
    expect(lines.slice(3)).toEqual([
      'mktxp_firewall_address_list_selected_count{list="blocked"} 2',
      'mktxp_firewall_address_list{list="blocked",address="192.0.2.1",dynamic="1",disabled="0",comment=""} 5400000',
      'mktxp_firewall_address_list{list="blocked",address="192.0.2.0/28",dynamic="0",disabled="1",comment="by hand"} 0',
      'mktxp_firewall_address_list_selected_count{list="empty"} 0',
    ]);
  });

  it('a list of thousands is counted and not printed', async () => {
    const { lines, asked, warning } = await run(
      addressListCollector,
      { [MENU]: 2_001 },
      { settings: { addressLists: ['blocked'] } },
    );
    expect(asked.every((words) => words.includes('count-only'))).toBe(true);
    expect(lines.at(-1)).toBe('mktxp_firewall_address_list_selected_count{list="blocked"} 2001');
    expect(warning?.message).toBe('The address list "blocked" has 2001 entries; above 2000 they are only counted.');
  });

  it('IPv6, and a router without it', async () => {
    expect((await run(ipv6AddressListCollector, { '/ipv6/firewall/address-list': answer })).lines).toEqual(
      counts('_ipv6'),
    );
    expect(await run(ipv6AddressListCollector, {})).toMatchObject({ lines: [], error: undefined, isAbsent: true });
  });
});
