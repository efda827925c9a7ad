// Every collector, one line each, in the order in which they run.
import type { Collector } from './collector.ts';
import { arpCollector } from './arp/index.ts';
import { bfdCollector } from './bfd/index.ts';
import { bgpCollector } from './bgp/index.ts';
import { capsmanClientsCollector, capsmanCollector } from './capsman/index.ts';
import { containerCollector } from './container/index.ts';
import { dhcpCollector, dhcpLeaseCollector } from './dhcp/index.ts';
import { dnsStaticCollector } from './dns-static/index.ts';
import { hotspotCollector } from './hotspot/index.ts';
import { ipsecCollector } from './ipsec/index.ts';
import { kidControlAssignedCollector, kidControlDynamicCollector } from './kid-control/index.ts';
import { lteCollector } from './lte/index.ts';
import { ipv6NeighborCollector, neighborCollector } from './neighbor/index.ts';
import { ospfCollector } from './ospf/index.ts';
import { pppCollector, pppProfilesCollector } from './ppp/index.ts';
import { queueCollector } from './queue/index.ts';
import { routingStatsCollector } from './routing-stats/index.ts';
import { eoipCollector, greCollector, ipipCollector } from './tunnels/index.ts';
import { w60gCollector } from './w60g/index.ts';
import { wireguardCollector } from './wireguard/index.ts';
import { wirelessClientsCollector, wirelessCollector } from './wireless/index.ts';
import { healthCollector } from './health/index.ts';
import { identityCollector } from './identity/index.ts';
import { interfaceCollector } from './interface/index.ts';
import { resourceCollector } from './resource/index.ts';

export const collectors: readonly Collector[] = [
  identityCollector,
  resourceCollector,
  healthCollector,
  interfaceCollector,
  pppCollector,
  pppProfilesCollector,
  hotspotCollector,
  queueCollector,
  neighborCollector,
  ipv6NeighborCollector,
  arpCollector,
  dhcpCollector,
  dhcpLeaseCollector,
  dnsStaticCollector,
  wirelessCollector,
  wirelessClientsCollector,
  capsmanCollector,
  capsmanClientsCollector,
  w60gCollector,
  lteCollector,
  wireguardCollector,
  ipsecCollector,
  eoipCollector,
  greCollector,
  ipipCollector,
  bgpCollector,
  bfdCollector,
  ospfCollector,
  routingStatsCollector,
  kidControlAssignedCollector,
  kidControlDynamicCollector,
  containerCollector,
];
