// Every collector, one line each, in the order in which they run.
import { addressListCollector, ipv6AddressListCollector } from './address-list/index.ts';
import { arpCollector } from './arp/index.ts';
import { bfdCollector } from './bfd/index.ts';
import { bgpCollector } from './bgp/index.ts';
import { bridgeVlanCollector } from './bridge-vlan/index.ts';
import { capsmanClientsCollector, capsmanCollector } from './capsman/index.ts';
import { certificateCollector } from './certificate/index.ts';
import { checkForUpdatesCollector } from './check-for-updates/index.ts';
import type { Collector } from './collector.ts';
import { connectionsCollector, connectionStatsCollector } from './connections/index.ts';
import { containerCollector } from './container/index.ts';
import { dhcpCollector, dhcpLeaseCollector } from './dhcp/index.ts';
import { dnsStaticCollector } from './dns-static/index.ts';
import { dnsCollector } from './dns/index.ts';
import { firewallCollector, ipv6FirewallCollector } from './firewall/index.ts';
import { healthCollector } from './health/index.ts';
import { hotspotCollector } from './hotspot/index.ts';
import { identityCollector } from './identity/index.ts';
import { installedPackagesCollector } from './installed-packages/index.ts';
import { interfaceCollector } from './interface/index.ts';
import { ipsecCollector } from './ipsec/index.ts';
import { kidControlAssignedCollector, kidControlDynamicCollector } from './kid-control/index.ts';
import { lteCollector } from './lte/index.ts';
import { monitorCollector } from './monitor/index.ts';
import { ipv6NeighborCollector, neighborCollector } from './neighbor/index.ts';
import { netwatchCollector } from './netwatch/index.ts';
import { ospfCollector } from './ospf/index.ts';
import { poeCollector } from './poe/index.ts';
import { ipv6PoolCollector, poolCollector } from './pool/index.ts';
import { pppCollector, pppProfilesCollector } from './ppp/index.ts';
import { publicIpCollector } from './public-ip/index.ts';
import { queueCollector } from './queue/index.ts';
import { resourceCollector } from './resource/index.ts';
import { ipv6RouteCollector, routeCollector } from './route/index.ts';
import { routerboardCollector } from './routerboard/index.ts';
import { routingStatsCollector } from './routing-stats/index.ts';
import { switchPortCollector } from './switch-port/index.ts';
import { eoipCollector, greCollector, ipipCollector } from './tunnels/index.ts';
import { userCollector } from './user/index.ts';
import { w60gCollector } from './w60g/index.ts';
import { wireguardCollector } from './wireguard/index.ts';
import { wirelessClientsCollector, wirelessCollector } from './wireless/index.ts';

export const collectors: readonly Collector[] = [
  identityCollector,
  resourceCollector,
  healthCollector,
  interfaceCollector,
  monitorCollector,
  poeCollector,
  switchPortCollector,
  bridgeVlanCollector,
  poolCollector,
  ipv6PoolCollector,
  connectionsCollector,
  connectionStatsCollector,
  firewallCollector,
  ipv6FirewallCollector,
  addressListCollector,
  ipv6AddressListCollector,
  routeCollector,
  ipv6RouteCollector,
  dnsCollector,
  userCollector,
  netwatchCollector,
  publicIpCollector,
  certificateCollector,
  routerboardCollector,
  installedPackagesCollector,
  checkForUpdatesCollector,
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
