// node-netflowv9, an independent decoder, reads the same well-formed packets and must agree.
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { conversations } from '../../lab/flows/conversations.ts';
import { FlowPacketEncoder } from '../../lab/flows/encoder.ts';
import { Collect, NOW_MS } from './collect.ts';

type PeerFlow = Readonly<Record<string, number | string | boolean>>;
type Peer = { nfPktDecode(packet: Buffer, from: { address: string; port: number }): { flows: PeerFlow[] } };

/** Its decoder alone: the constructor would open a socket. */
function peerDecoder(): Peer {
  const require = createRequire(import.meta.url);
  const { prototype } = require('node-netflowv9') as { prototype: object };
  const { nfTypes, nfScope } = require('node-netflowv9/js/nf9/nftypes.js') as { nfTypes: object; nfScope: object };
  return Object.assign(Object.create(prototype) as Peer, { templates: {}, nfTypes, nfScope });
}

/** "2001:db8::1" -> the 32 hex digits of its 16 bytes, for comparing spellings of IPv6 addresses. */
const plain = (address: string): string =>
  address
    .split(':')
    .map((group) => group.padStart(4, '0'))
    .join('');

describe.each([5, 9] as const)('node-netflowv9 and this decoder on version %i', (version) => {
  const from = { address: '192.0.2.1', port: 40_000 };
  const peer = peerDecoder();
  const collect = new Collect();
  const peerFlows: PeerFlow[] = [];
  const encoder = new FlowPacketEncoder({ version, bootMs: NOW_MS, domain: 3 });
  const flows = conversations({ seed: 99, ipv6: version === 9 });
  const send = (packet: Uint8Array | undefined): void => {
    if (packet === undefined) return;
    peerFlows.push(...peer.nfPktDecode(Buffer.from(packet), from).flows);
    collect.send(packet, from);
  };
  send(encoder.templates(NOW_MS));
  for (let i = 0; i < 40; i++)
    send(
      encoder.data(
        Array.from({ length: 20 }, () => flows.next().value),
        NOW_MS,
      ),
    );

  it('see the same 800 records', () => {
    expect(peerFlows).toHaveLength(800);
    expect(collect.rows).toHaveLength(800);
  });

  it('read the same ports, protocols, counters and interfaces', () => {
    const theirs = peerFlows.map((flow) => ({
      srcPort: flow[version === 5 ? 'ipv4_src_port' : 'l4_src_port'],
      dstPort: flow[version === 5 ? 'ipv4_dst_port' : 'l4_dst_port'],
      protocol: flow['protocol'],
      bytes: flow['in_bytes'],
      packets: flow['in_pkts'],
      inInterface: flow['input_snmp'],
      outInterface: flow['output_snmp'],
      tcpFlags: flow['tcp_flags'],
      tos: flow['src_tos'],
    }));
    const ours = collect.rows.map(
      ({ srcPort, dstPort, protocol, bytes, packets, inInterface, outInterface, tcpFlags, tos }) => ({
        srcPort,
        dstPort,
        protocol,
        bytes,
        packets,
        inInterface,
        outInterface,
        tcpFlags,
        tos,
      }),
    );
    expect(ours).toEqual(theirs);
  });

  it('read the same addresses', () => {
    const theirs = peerFlows.map((flow) => [
      String(flow['ipv4_src_addr'] ?? flow['ipv6_src_addr']),
      String(flow['ipv4_dst_addr'] ?? flow['ipv6_dst_addr']),
    ]);
    const ours = collect.rows.map(({ family, src, dst }) => (family === 6 ? [plain(src), plain(dst)] : [src, dst]));
    expect(ours).toEqual(theirs.map((pair) => pair.map((address) => address.replaceAll(':', ''))));
  });
});
