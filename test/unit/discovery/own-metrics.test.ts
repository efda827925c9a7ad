// What discovery counts, as it is scraped.
import { expect, test } from 'vitest';
import { registerDiscoveryMetrics } from '../../../electron/engine/discovery/index.ts';
import { createRegistry } from '../../../electron/engine/telemetry/index.ts';

test('packets by what they were, and how many machines are known', () => {
  const registry = createRegistry();
  registerDiscoveryMetrics(registry, () => ({ announcements: 5, requests: 2, malformed: 1, dropped: 0, found: 9 }));
  expect(registry.samples()).toEqual([
    { name: 'linewarden_discovery_packets_total', labels: { kind: 'announcement' }, value: 5 },
    { name: 'linewarden_discovery_packets_total', labels: { kind: 'request' }, value: 2 },
    { name: 'linewarden_discovery_packets_total', labels: { kind: 'malformed' }, value: 1 },
    { name: 'linewarden_discovery_packets_total', labels: { kind: 'dropped' }, value: 0 },
    { name: 'linewarden_discovery_found', labels: {}, value: 9 },
  ]);
});
