// WireGuard and IPsec peers.
import { describe, expect, it } from 'vitest';
import { needsMet } from '../../../../electron/engine/collectors/routeros/collectors/collector.ts';
import { ipsecCollector } from '../../../../electron/engine/collectors/routeros/collectors/ipsec/index.ts';
import { wireguardCollector } from '../../../../electron/engine/collectors/routeros/collectors/wireguard/index.ts';
import { run } from './harness.ts';

const roaming = {
  '.id': '*2',
  name: 'laptop',
  interface: 'wg0',
  comment: 'Anna',
  'public-key': 'k2xNpublic=',
  'private-key': 'never-asked-for',
  'preshared-key': 'never-asked-for',
  'endpoint-address': '',
  'endpoint-port': '0',
  'current-endpoint-address': '203.0.113.8',
  'current-endpoint-port': '51413',
  'allowed-address': '10.8.0.2/32',
  rx: '1500',
  tx: '9000',
  'last-handshake': '1m12s',
  disabled: 'false',
};
const fixed = {
  ...roaming,
  name: 'branch',
  comment: '',
  'endpoint-address': 'branch.example.net',
  'endpoint-port': '13231',
  'current-endpoint-address': '198.51.100.7',
  'current-endpoint-port': '13231',
  'allowed-address': '10.20.0.0/16,10.8.0.3/32',
  'last-handshake': '3m1s',
};
const ROAMING =
  '{name="laptop",interface="wg0",comment="Anna",allowed_address="10.8.0.2/32",current_endpoint_address="",current_endpoint_port=""}';
const FIXED =
  '{name="branch",interface="wg0",comment="",allowed_address="10.20.0.0/16,10.8.0.3/32",current_endpoint_address="198.51.100.7",current_endpoint_port="13231"}';

describe('wireguard_peers', () => {
  it('a peer with a set endpoint has it as labels; a roaming one keeps its series wherever it is', async () => {
    const { lines } = await run(wireguardCollector, { '/interface/wireguard/peers': [roaming, fixed] });
    expect(lines).toEqual([
      `mktxp_peer_disabled${ROAMING} 0`,
      `mktxp_peer_rx_total${ROAMING} 1500`,
      `mktxp_peer_tx_total${ROAMING} 9000`,
      `mktxp_last_handshake${ROAMING} 72`,
      'linewarden_routeros_wireguard_peer_endpoint_info{name="laptop",interface="wg0",comment="Anna",allowed_address="10.8.0.2/32",endpoint_address="203.0.113.8"} 1',
      `mktxp_peer_disabled${FIXED} 0`,
      `mktxp_peer_rx_total${FIXED} 1500`,
      `mktxp_peer_tx_total${FIXED} 9000`,
      `mktxp_last_handshake${FIXED} 181`,
      'linewarden_routeros_wireguard_peer_endpoint_info{name="branch",interface="wg0",comment="",allowed_address="10.20.0.0/16,10.8.0.3/32",endpoint_address="198.51.100.7"} 1',
    ]);
    const moved = { ...roaming, 'current-endpoint-address': '192.0.2.99', 'current-endpoint-port': '40000' };
    const after = await run(wireguardCollector, { '/interface/wireguard/peers': [moved] });
    expect(after.lines.slice(0, 4)).toEqual(lines.slice(0, 4));
  });

  it('a peer that nobody named since 7.15 is called by its comment', async () => {
    const { observations } = await run(wireguardCollector, {
      '/interface/wireguard/peers': [
        { ...roaming, name: 'peer3' },
        { ...roaming, name: 'peer4', comment: '' },
        { ...roaming, name: 'peer-office' },
      ],
    });
    expect(observations[0]?.rows).toMatchObject([{ name: 'Anna' }, { name: 'peer4' }, { name: 'peer-office' }]);
  });

  it('sessions: a handshake within 3 minutes is up; without a name the comment, then the key', async () => {
    const before715 = { ...roaming, name: '' };
    const nameless = { 'public-key': 'k2xNpublic=', interface: 'wg0' };
    const { observations } = await run(wireguardCollector, {
      '/interface/wireguard/peers': [roaming, fixed, before715, nameless],
    });
    const anna = {
      isUp: true,
      service: 'wireguard',
      address: '10.8.0.2',
      comment: 'Anna',
      interface: 'wg0',
      callerId: '203.0.113.8',
      rxBytes: 9_000,
      txBytes: 1_500,
    };
    expect(observations).toEqual([
      {
        kind: 'sessions',
        source: 'wireguard',
        rows: [
          { name: 'laptop', ...anna },
          {
            name: 'branch',
            isUp: false,
            service: 'wireguard',
            interface: 'wg0',
            callerId: '198.51.100.7',
            rxBytes: 9_000,
            txBytes: 1_500,
          },
          { name: 'Anna', ...anna },
          { name: 'k2xNpublic=', isUp: false, service: 'wireguard', interface: 'wg0' },
        ],
      },
    ]);
    expect(JSON.stringify(observations)).not.toContain('never-asked-for');
  });

  it('a peer that never connected has no handshake; v6 is not asked', async () => {
    const { lines } = await run(wireguardCollector, {
      '/interface/wireguard/peers': [{ name: 'new', 'last-handshake': '', rx: '0', tx: '0' }],
    });
    expect(lines.filter((line) => line.startsWith('mktxp_last_handshake'))).toEqual([]);
    expect(lines).toHaveLength(2);
    expect(needsMet(wireguardCollector.needs, { version: '6.49.17' })).toBe(false);
  });
});

describe('ipsec', () => {
  it('tells traffic, associations and times in milliseconds', async () => {
    const { lines, asked } = await run(ipsecCollector, {
      '/ip/ipsec/active-peers': [
        {
          'local-address': '192.0.2.10',
          'remote-address': '198.51.100.7',
          state: 'established',
          responder: 'true',
          'natt-peer': 'false',
          uptime: '1h',
          'last-seen': '21s',
          'ph2-total': '2',
          'rx-bytes': '11',
          'rx-packets': '12',
          'tx-bytes': '13',
          'tx-packets': '14',
        },
      ],
    });
    const peer = '{local_address="192.0.2.10",name="",remote_address="198.51.100.7"}';
    expect(asked).toEqual(['/ip/ipsec/active-peers/print =stats=']);
    expect(lines).toEqual([
      'mktxp_ipsec_peer_state_info{local_address="192.0.2.10",name="",remote_address="198.51.100.7",state="established"} 1',
      `mktxp_ipsec_peer_rx_byte_total${peer} 11`,
      `mktxp_ipsec_peer_tx_byte_total${peer} 13`,
      `mktxp_ipsec_peer_rx_packet_total${peer} 12`,
      `mktxp_ipsec_peer_tx_packet_total${peer} 14`,
      `mktxp_ipsec_peer_security_association${peer} 2`,
      `mktxp_ipsec_peer_last_seen${peer} 21000`,
      `mktxp_ipsec_peer_uptime${peer} 3600000`,
      `mktxp_ipsec_peer_responder${peer} 1`,
      `mktxp_ipsec_peer_natt_enabled${peer} 0`,
    ]);
  });

  it('no peer is nothing; v6 without the package security is told', async () => {
    expect(await run(ipsecCollector, { '/ip/ipsec/active-peers': [] })).toMatchObject({ lines: [], isAbsent: false });
    expect((await run(ipsecCollector, {})).isAbsent).toBe(true);
  });
});
