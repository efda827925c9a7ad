// What discovery counts of itself.
import type { Registry } from '../telemetry/index.ts';
import type { MndpCounts } from './mndp/listener.ts';

export function registerDiscoveryMetrics(
  registry: Pick<Registry, 'add'>,
  counts: () => MndpCounts & { readonly found: number },
): void {
  registry.add({
    name: 'linewarden_discovery_packets_total',
    help: 'Packets on the port of neighbour discovery, by what they were; dropped ones were beyond what is read.',
    type: 'counter',
    value: () => {
      const { announcements, requests, malformed, dropped } = counts();
      return Object.entries({ announcement: announcements, request: requests, malformed, dropped }).map(
        ([kind, value]) => ({ labels: { kind }, value }),
      );
    },
  });
  registry.add({
    name: 'linewarden_discovery_found',
    help: 'Machines that are known here, watched or not.',
    type: 'gauge',
    value: () => counts().found,
  });
}
