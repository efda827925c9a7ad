// Whose flows each router of the sample network tells: the hosts behind it, with the addresses that the router knows.
import type { SiteHost, SiteTrafficOptions } from './site-traffic.ts';

/** As in the routers' lists of interfaces: ether1 is the uplink, the sixth is the bridge; of towers 2 and 3 are sectors. */
const UPLINK = 1;
const BRIDGE = 6;
const SECTORS = [2, 3] as const;

const lan = (number: number): Pick<SiteHost, 'address' | 'address6'> => ({
  address: `10.0.0.${number}`,
  address6: `2001:db8:10::${number.toString(16)}`,
});

/** PPP customers in the order of their accounts: RouterOS gives each the next address of the pool. */
const customers = (habits: readonly SiteHost['habit'][], site6: string | undefined): readonly SiteHost[] =>
  habits.map((habit, index) => ({
    address: `10.9.0.${index + 2}`,
    ...(site6 === undefined ? {} : { address6: `${site6}::${index + 2}` }),
    habit,
    port: SECTORS[index % 2] ?? SECTORS[0],
    share: 1 + (index % 3),
  }));

const SITES: Readonly<Record<string, Omit<SiteTrafficOptions, 'seed'>>> = {
  core: {
    uplink: UPLINK,
    publicAddress: '198.51.100.250',
    hosts: [
      { ...lan(20), habit: 'server', port: BRIDGE, share: 3 },
      { ...lan(21), habit: 'till', port: BRIDGE },
      { ...lan(22), habit: 'server', port: BRIDGE },
      { ...lan(23), habit: 'phone', port: BRIDGE, share: 2 },
      // Customers with a lease and no name.
      ...[0, 1, 2, 3, 4, 5].map((index): SiteHost => ({
        address: `10.32.1.${index}`,
        habit: (['video', 'office', 'game'] as const)[index % 3] ?? 'video',
        port: 7,
        share: 1 + (index % 2),
      })),
    ],
  },
  'tower-north': {
    uplink: UPLINK,
    hosts: customers(['video', 'office', 'game', 'till', 'video', 'office', 'camera', 'phone'], '2001:db8:9:1'),
  },
  'tower-south': { uplink: UPLINK, hosts: customers(['office', 'video', 'till', 'game', 'camera'], undefined) },
};

/** Undefined for a router about which nothing is made up. */
export const trafficOf = (site: string, seed: number): SiteTrafficOptions | undefined => {
  const known = SITES[site];
  return known === undefined ? undefined : { ...known, seed };
};
