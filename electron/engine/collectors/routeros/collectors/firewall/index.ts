// Bytes that each firewall rule matched, in IPv4 and IPv6.
import type { Sample } from '../../samples.ts';
import { parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand, type RouterSession } from '../collector.ts';

const TABLES = ['filter', 'raw', 'nat', 'mangle'];

/**
 * Rules that look the same are one series with the sum of their bytes: which of them would win otherwise would change
 * with their order. A rule that never matched has none.
 */
async function tableSamples(session: RouterSession, menu: string, metric: string): Promise<Sample[]> {
  const rows = await session
    .print(menu, { flags: ['stats'], proplist: ['chain', 'action', 'bytes', 'comment', 'log'] })
    .catch(noSuchCommand);
  const rules = new Map<string, { readonly labels: Sample['labels']; value: number }>();
  for (const row of rows) {
    const bytes = parseNumber(row.get('bytes')) ?? 0;
    if (bytes === 0) continue;
    const name = `| ${row.get('chain') ?? ''} | ${row.get('action') ?? ''} | ${row.get('comment') ?? ''}`;
    const log = row.get('log') === 'true' ? '1' : '0';
    const rule = rules.get(log + name) ?? { labels: { name, log }, value: 0 };
    rule.value += bytes;
    rules.set(log + name, rule);
  }
  return [...rules.values()].map((rule) => ({ name: metric, ...rule }));
}

async function firewallSamples(session: RouterSession, family: 'ip' | 'ipv6', suffix: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const table of TABLES) {
    const metric = `mktxp_firewall_${table}${suffix}_total`;
    samples.push(...(await tableSamples(session, `/${family}/firewall/${table}`, metric)));
  }
  return samples;
}

export const firewallCollector: Collector = {
  name: 'firewall',
  mktxpName: 'FirewallCollector',
  reads: 'the bytes that each of its IPv4 firewall rules matched',
  enabled: 'on',
  defaultIntervalMs: 30_000,
  collect: (session) => firewallSamples(session, 'ip', ''),
};

export const ipv6FirewallCollector: Collector = {
  name: 'ipv6_firewall',
  mktxpName: 'FirewallCollector',
  reads: 'the bytes that each of its IPv6 firewall rules matched',
  enabled: 'off',
  defaultIntervalMs: 30_000,
  collect: (session) => firewallSamples(session, 'ipv6', '_ipv6'),
};
