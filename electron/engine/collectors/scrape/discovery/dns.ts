// dns_sd: targets from A, AAAA, SRV, MX and NS records, looked up at the refresh interval.
import { Resolver } from 'node:dns/promises';
import type { DnsSd } from './config.ts';
import { discoveryError, PartialLook, refreshing } from './groups.ts';
import type { DiscoveryContext, RunningDiscovery, TargetGroup } from './groups.ts';

export type DnsLookup = Pick<Resolver, 'resolve4' | 'resolve6' | 'resolveSrv' | 'resolveMx' | 'resolveNs' | 'cancel'>;

const TIMEOUT_MS = 5_000;
const TRIES = 2;

export function discoverByDns(
  config: DnsSd,
  context: DiscoveryContext,
  lookup: DnsLookup = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES }),
): RunningDiscovery {
  /** By name: what was found when it could last be looked up. */
  const known = new Map<string, TargetGroup[]>();
  const running = refreshing({
    intervalMs: config.refresh_interval,
    logger: context.logger,
    onChange: context.onChange,
    async look() {
      const failures: Error[] = [];
      await Promise.all(
        config.names.map(async (name) => {
          try {
            known.set(name, await groupsOf(name, config, lookup));
          } catch (error) {
            failures.push(discoveryError(`${name} cannot be looked up (${codeOf(error)})`, error));
          }
        }),
      );
      const [failure] = failures;
      const groups = config.names.flatMap((name) => known.get(name) ?? []);
      if (failure !== undefined) throw new PartialLook(groups, failure);
      return groups;
    },
  });
  return {
    first: running.first,
    state: () => running.state(),
    async stop() {
      lookup.cancel();
      await running.stop();
    },
  };
}

type Found = { readonly address: string; readonly labels: Readonly<Record<string, string>> };

async function groupsOf(name: string, config: DnsSd, lookup: DnsLookup): Promise<TargetGroup[]> {
  const found = await recordsOf(name, config, lookup).catch((error: unknown): Found[] => {
    // The name is known to have none.
    if (['ENOTFOUND', 'ENODATA'].includes(codeOf(error))) return [];
    throw error;
  });
  return found
    .map(({ address, labels }) => ({ targets: [address], labels: { ...labels, __meta_dns_name: name } }))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

async function recordsOf(name: string, config: DnsSd, lookup: DnsLookup): Promise<Found[]> {
  const port = config.port ?? 0;
  switch (config.type) {
    case 'A':
      return (await lookup.resolve4(name)).map((address) => ({ address: `${address}:${port}`, labels: {} }));
    case 'AAAA':
      return (await lookup.resolve6(name)).map((address) => ({ address: `[${address}]:${port}`, labels: {} }));
    case 'SRV':
      return (await lookup.resolveSrv(name)).map((record) => ({
        address: `${record.name}:${record.port}`,
        labels: {
          __meta_dns_srv_record_target: rooted(record.name),
          __meta_dns_srv_record_port: String(record.port),
        },
      }));
    case 'MX':
      return (await lookup.resolveMx(name)).map(({ exchange }) => ({
        address: `${exchange}:${port}`,
        labels: { __meta_dns_mx_record_target: rooted(exchange) },
      }));
    case 'NS':
      return (await lookup.resolveNs(name)).map((server) => ({
        address: `${server}:${port}`,
        labels: { __meta_dns_ns_record_target: rooted(server) },
      }));
  }
}

/** As the records have it, with the dot of the root. */
const rooted = (name: string): string => (name.endsWith('.') ? name : `${name}.`);

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
