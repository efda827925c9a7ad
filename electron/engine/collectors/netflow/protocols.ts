// Protocol numbers as label values.

/** IANA's keywords (protocol-numbers registry) in lower case, for the protocols that are met; all others by number. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'icmp',
  2: 'igmp',
  4: 'ipv4',
  6: 'tcp',
  17: 'udp',
  41: 'ipv6',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'ipv6-icmp',
  88: 'eigrp',
  89: 'ospf',
  97: 'etherip',
  103: 'pim',
  112: 'vrrp',
  115: 'l2tp',
  132: 'sctp',
  136: 'udplite',
};

/** `tcp`, `udp`, `icmp`, ... or the number: the `protocol` label of edge_ipfix_*_total. */
export const protocolLabel = (protocol: number): string => NAMES[protocol] ?? String(protocol);
