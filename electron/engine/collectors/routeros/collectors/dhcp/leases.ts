// Active DHCP leases, and the names that they give to clients of other tables.
import type { Row } from '../../client/index.ts';
import { noSuchCommand, type RouterSession } from '../collector.ts';

/** One list of properties for everybody who reads leases, so that a poll reads them once. */
const PROPLIST = [
  'active-address',
  'address',
  'mac-address',
  'active-mac-address',
  'host-name',
  'comment',
  'server',
  'client-id',
  'expires-after',
];

export const activeLeases = (session: RouterSession): Promise<readonly Row[]> =>
  session
    .print('/ip/dhcp-server/lease', { flags: ['active'], proplist: PROPLIST, isShared: true })
    .catch(noSuchCommand);

/** MKTXP cuts both parts of a name that it puts together. */
const MAX_PART = 20;

/** As MKTXP names a client: host name and comment, whichever there is, else its MAC address. */
export function leaseName(lease: Row): string {
  const host = lease.get('host-name') ?? '';
  const comment = lease.get('comment') ?? '';
  if (host !== '' && comment !== '') return `${host.slice(0, MAX_PART)} (${comment.slice(0, MAX_PART)})`;
  return comment || host || (lease.get('mac-address') ?? '');
}

export type ClientNames = (mac: string) => { readonly dhcp_name: string; readonly dhcp_address: string };

/** Names of clients by MAC address. Leases are read only where there is a client to name. */
export async function clientNames(session: RouterSession, clients: readonly Row[]): Promise<ClientNames> {
  const wanted = new Set(clients.map((row) => (row.get('mac-address') ?? '').toUpperCase()));
  wanted.delete('');
  const known = new Map<string, Row>();
  if (wanted.size > 0) {
    for (const lease of await activeLeases(session)) {
      const mac = (lease.get('active-mac-address') ?? lease.get('mac-address') ?? '').toUpperCase();
      if (wanted.has(mac)) known.set(mac, lease);
    }
  }
  return (mac) => {
    const lease = known.get(mac.toUpperCase());
    if (lease === undefined) return { dhcp_name: mac, dhcp_address: 'No DHCP Record' };
    return { dhcp_name: leaseName(lease), dhcp_address: lease.get('active-address') ?? lease.get('address') ?? '' };
  };
}
