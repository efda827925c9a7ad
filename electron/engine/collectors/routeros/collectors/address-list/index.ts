// Firewall address lists: how many entries there are, and each entry of the lists that the operator names.
import { routerosError } from '../../client/index.ts';
import type { Sample } from '../../samples.ts';
import { parseDurationMs } from '../../values.ts';
import type { CollectContext, Collector, RouterSession } from '../collector.ts';
import { labelsOf } from '../rows.ts';

/** Block lists have tens of thousands of entries: a series for each would take the room of everything else. */
const MAX_ENTRIES = 2_000;

const flag = (text: string | undefined): string => (text === 'true' ? '1' : '0');

async function entries(session: RouterSession, menu: string, list: string, suffix: string): Promise<Sample[]> {
  const rows = await session.print(menu, {
    proplist: ['list', 'address', 'dynamic', 'timeout', 'disabled', 'comment'],
    queries: [`list=${list}`],
  });
  return rows.slice(0, MAX_ENTRIES).map((row) => ({
    name: `mktxp_firewall_address_list${suffix}`,
    labels: {
      ...labelsOf(row, ['list', 'address']),
      dynamic: flag(row.get('dynamic')),
      disabled: flag(row.get('disabled')),
      comment: row.get('comment') ?? '',
    },
    // Milliseconds, as in MKTXP; 0 stays for ever.
    value: parseDurationMs(row.get('timeout')) ?? 0,
  }));
}

async function addressListSamples(
  session: RouterSession,
  { settings, warn }: CollectContext,
  menu: string,
  suffix: string,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const counted = (metric: string, labels: Sample['labels'], value: number | undefined): void => {
    if (value !== undefined) samples.push({ name: `${metric}${suffix}`, labels, value });
  };
  const all = await session.count(menu);
  const dynamic = await session.count(menu, { queries: ['dynamic=yes'] });
  const isCounted = all !== undefined && dynamic !== undefined;
  counted('mktxp_firewall_address_list_all_count', { count_type: 'all' }, all);
  counted('mktxp_firewall_address_list_all_count', { count_type: 'dynamic' }, dynamic);
  counted(
    'mktxp_firewall_address_list_all_count',
    { count_type: 'static' },
    isCounted ? Math.max(0, all - dynamic) : undefined,
  );
  for (const list of settings.addressLists) {
    const size = (await session.count(menu, { queries: [`list=${list}`] })) ?? 0;
    counted('mktxp_firewall_address_list_selected_count', { list }, size);
    if (size > MAX_ENTRIES) {
      const text = `The address list ${JSON.stringify(list)} has ${size} entries; above ${MAX_ENTRIES} they are only counted.`;
      warn(routerosError('LW_ROUTEROS_TOO_LARGE', text));
    } else if (size > 0) samples.push(...(await entries(session, menu, list, suffix)));
  }
  return samples;
}

export const addressListCollector: Collector = {
  name: 'address_list',
  mktxpName: 'AddressListCollector',
  reads: 'how many entries its IPv4 address lists have, and the entries of those under `address_lists`',
  enabled: 'off',
  defaultIntervalMs: 60_000,
  collect: (session, context) => addressListSamples(session, context, '/ip/firewall/address-list', ''),
};

export const ipv6AddressListCollector: Collector = {
  name: 'ipv6_address_list',
  mktxpName: 'AddressListCollector',
  reads: 'how many entries its IPv6 address lists have, and the entries of those under `address_lists`',
  enabled: 'off',
  defaultIntervalMs: 60_000,
  collect: (session, context) => addressListSamples(session, context, '/ipv6/firewall/address-list', '_ipv6'),
};
