// Address pools: how many addresses each has, and how many are taken.
import type { Row } from '../../client/index.ts';
import type { Sample } from '../../samples.ts';
import { parseNumber } from '../../values.ts';
import { type Collector, isNoSuchCommand, type RouterSession } from '../collector.ts';
import { prefixesSize, rangesSize } from './size.ts';

/** A command a pool: more than this are counted by nobody. */
const MAX_POOLS = 64;

function sizeOf(row: Row): number | undefined {
  const prefix = row.get('prefix');
  return (
    parseNumber(row.get('total')) ??
    (prefix === undefined ? rangesSize(row.get('ranges') ?? '') : prefixesSize(prefix, row.get('prefix-length') ?? ''))
  );
}

/** Newer versions tell it with the pool; older ones count the table of what is taken. */
async function usedOf(session: RouterSession, menu: string, row: Row): Promise<number | undefined> {
  const told = parseNumber(row.get('used'));
  if (told !== undefined) return told;
  try {
    return await session.count(`${menu}/used`, { queries: [`pool=${row.get('name') ?? ''}`] });
  } catch (error) {
    if (isNoSuchCommand(error)) return undefined;
    throw error;
  }
}

async function poolSamples(session: RouterSession, menu: string, suffix: string): Promise<Sample[]> {
  const rows = await session.print(menu, {
    proplist: ['name', 'ranges', 'prefix', 'prefix-length', 'total', 'used'],
  });
  const samples: Sample[] = [];
  for (const row of rows.slice(0, MAX_POOLS)) {
    const pool = row.get('name');
    if (pool === undefined) continue;
    const used = await usedOf(session, menu, row);
    if (used !== undefined) samples.push({ name: `mktxp_ip_pool_used${suffix}`, labels: { pool }, value: used });
    const total = sizeOf(row);
    if (total !== undefined) samples.push({ name: `mktxp_ip_pool_total${suffix}`, labels: { pool }, value: total });
  }
  return samples;
}

export const poolCollector: Collector = {
  name: 'pool',
  mktxpName: 'PoolCollector',
  reads: 'how full its IPv4 address pools are',
  enabled: 'on',
  defaultIntervalMs: 60_000,
  collect: (session) => poolSamples(session, '/ip/pool', ''),
};

export const ipv6PoolCollector: Collector = {
  name: 'ipv6_pool',
  mktxpName: 'PoolCollector',
  reads: 'how full its IPv6 prefix pools are',
  enabled: 'off',
  defaultIntervalMs: 60_000,
  collect: (session) => poolSamples(session, '/ipv6/pool', '_ipv6'),
};
