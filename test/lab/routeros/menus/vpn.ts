// VPNs: WireGuard peers that roam, IPsec peers, and tunnels.
import { type SimulatedDevice, uptimeText } from '../device.ts';
import { bootMsOf, connectedSince, movedSince, type PeerSpec, secondsSince, seedOf } from '../network.ts';
import type { Properties } from '../wire.ts';
import { id, type Menus, record } from './menu.ts';

/** A handshake each two minutes while it is connected. */
function wireguardPeer(device: SimulatedDevice, peer: PeerSpec, index: number): Properties {
  const sinceMs = peer.isFixed === true ? bootMsOf(device) : connectedSince(device, peer.name);
  const seed = seedOf(device, peer.name);
  const moved = movedSince(device, peer.name, bootMsOf(device));
  const handshake = sinceMs === undefined ? 400 : secondsSince(device, sinceMs) % 120;
  // Another port with each reconnect: a phone behind somebody else's NAT.
  const port =
    peer.isFixed === true ? '13231' : String(20_000 + ((seed + Math.floor((sinceMs ?? 0) / 1_000)) % 40_000));
  return record({
    '.id': id(index + 1),
    name: device.atLeast(7, 15) ? peer.name : undefined,
    interface: 'wg0',
    'public-key': Buffer.from(peer.name.padEnd(32, '.')).toString('base64'),
    'private-key': 'a monitor must never ask for it',
    'endpoint-address': peer.isFixed === true ? 'branch.example.net' : '',
    'endpoint-port': peer.isFixed === true ? '13231' : '0',
    'current-endpoint-address': `203.0.113.${(seed % 250) + 1}`,
    'current-endpoint-port': port,
    'allowed-address': `${peer.address}/32`,
    rx: String(moved.uploadBytes),
    tx: String(moved.downloadBytes),
    'last-handshake': uptimeText(handshake),
    comment: peer.name,
    disabled: 'false',
  });
}

const tunnel =
  (kind: 'eoip' | 'gre' | 'ipip') =>
  (device: SimulatedDevice): Properties[] =>
    device.options.network?.tunnels === true
      ? [
          record({
            '.id': '*1',
            name: `${kind}-branch`,
            'local-address': '192.0.2.10',
            'remote-address': '198.51.100.7',
            ...(kind === 'eoip' && { 'tunnel-id': '4' }),
            mtu: 'auto',
            'actual-mtu': kind === 'eoip' ? '1458' : '1476',
            running: 'true',
            disabled: 'false',
          }),
        ]
      : [];

export const vpnMenus: Menus = {
  '/interface/wireguard/peers': (device) =>
    device.major < 7
      ? undefined
      : (device.options.network?.wireguard ?? []).map((peer, index) => wireguardPeer(device, peer, index)),
  '/ip/ipsec/active-peers': (device) => {
    if (device.options.network?.ipsec !== true) return [];
    const moved = movedSince(device, 'ipsec branch', bootMsOf(device));
    return [
      record({
        '.id': '*1',
        'local-address': '192.0.2.10',
        'remote-address': '198.51.100.7',
        state: 'established',
        responder: 'false',
        'natt-peer': 'false',
        uptime: uptimeText(secondsSince(device, bootMsOf(device))),
        'last-seen': '3s',
        'ph2-total': '1',
        'rx-bytes': String(moved.downloadBytes),
        'rx-packets': String(Math.floor(moved.downloadBytes / 900)),
        'tx-bytes': String(moved.uploadBytes),
        'tx-packets': String(Math.floor(moved.uploadBytes / 900)),
      }),
    ];
  },
  '/interface/eoip': tunnel('eoip'),
  '/interface/gre': tunnel('gre'),
  '/interface/ipip': tunnel('ipip'),
};
