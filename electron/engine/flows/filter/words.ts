// The words of the filter language: fields with their other spellings, names of services, protocols and DSCP classes.

/** Other spellings of a field. */
export const FIELD_WORDS: Readonly<Record<string, string>> = {
  src: 'src',
  source: 'src',
  dst: 'dst',
  destination: 'dst',
  host: 'host',
  ip: 'host',
  address: 'host',
  local: 'local',
  peer: 'peer',
  client: 'client',
  server: 'server',
  service: 'service',
  port: 'service',
  proto: 'proto',
  protocol: 'proto',
  interface: 'interface',
  in_interface: 'in_interface',
  out_interface: 'out_interface',
  exporter: 'exporter',
  router: 'exporter',
  subscriber: 'subscriber',
  customer: 'subscriber',
  tier: 'tier',
  vlan: 'vlan',
  dscp: 'dscp',
  direction: 'direction',
  bytes: 'bytes',
  packets: 'packets',
  flows: 'flows',
};

/** What each is for, as completion tells it; in the order in which it offers them. */
export const FIELDS: Readonly<Record<string, string>> = {
  src: 'address that sends',
  dst: 'address that receives',
  host: 'either address',
  local: 'the end inside this network',
  peer: 'the end outside this network',
  client: 'the end that asked',
  server: 'the end with the service',
  service: 'https, 443, 8000-8080, echo-request',
  proto: 'tcp, udp, icmp or a number',
  interface: 'either interface of the router',
  in_interface: 'interface that the traffic came in by',
  out_interface: 'interface that it left by',
  exporter: 'router that told of it',
  subscriber: 'customer, by name',
  tier: "tier of the customer's contract",
  vlan: 'VLAN number',
  dscp: 'traffic class: EF, AF41, CS1 or 0 to 63',
  direction: 'in (to the inside) or out',
  bytes: 'of a conversation in a minute: > 1MB',
  packets: 'of a conversation in a minute',
  flows: 'of a conversation in a minute',
};

const RESERVED = new Set(['and', 'or', 'not', 'in']);
export const isReserved = (word: string): boolean => RESERVED.has(word);

/** IANA's port names as they are met, and a few that everybody uses; the first of a port is the one that is shown. */
const PORTS: readonly (readonly [string, number])[] = [
  ['ftp-data', 20],
  ['ftp', 21],
  ['ssh', 22],
  ['telnet', 23],
  ['smtp', 25],
  ['dns', 53],
  ['domain', 53],
  ['dhcp', 67],
  ['bootps', 67],
  ['bootpc', 68],
  ['tftp', 69],
  ['http', 80],
  ['kerberos', 88],
  ['pop3', 110],
  ['sunrpc', 111],
  ['ntp', 123],
  ['msrpc', 135],
  ['netbios-ns', 137],
  ['netbios-dgm', 138],
  ['netbios-ssn', 139],
  ['imap', 143],
  ['snmp', 161],
  ['snmp-trap', 162],
  ['bgp', 179],
  ['ldap', 389],
  ['https', 443],
  ['smb', 445],
  ['smtps', 465],
  ['isakmp', 500],
  ['syslog', 514],
  ['rtsp', 554],
  ['submission', 587],
  ['ipp', 631],
  ['ldaps', 636],
  ['dns-tls', 853],
  ['rsync', 873],
  ['imaps', 993],
  ['pop3s', 995],
  ['socks', 1080],
  ['openvpn', 1194],
  ['mssql', 1433],
  ['l2tp', 1701],
  ['pptp', 1723],
  ['radius', 1812],
  ['radius-acct', 1813],
  ['mqtt', 1883],
  ['rtmp', 1935],
  ['nfs', 2049],
  ['netflow', 2055],
  ['mysql', 3306],
  ['rdp', 3389],
  ['stun', 3478],
  ['ipsec-nat', 4500],
  ['sip', 5060],
  ['sips', 5061],
  ['xmpp', 5222],
  ['mdns', 5353],
  ['postgres', 5432],
  ['postgresql', 5432],
  ['mndp', 5678],
  ['vnc', 5900],
  ['capwap', 5246],
  ['redis', 6379],
  ['bittorrent', 6881],
  ['http-alt', 8080],
  ['winbox', 8291],
  ['https-alt', 8443],
  ['mikrotik-api', 8728],
  ['mikrotik-api-ssl', 8729],
  ['mqtts', 8883],
  ['wireguard', 51820],
];

const PORT_OF = new Map(PORTS);
const NAME_OF = new Map(PORTS.toReversed().map(([name, port]) => [port, name]));

export const portOf = (name: string): number | undefined => PORT_OF.get(name);
export const portName = (port: number): string | undefined => NAME_OF.get(port);
export const portNames = (): readonly (readonly [string, number])[] => PORTS;

/** type * 256 + code, as flows have it. Only what is met. */
const ICMP: Readonly<Record<string, number>> = {
  'echo-reply': 0,
  'net-unreachable': 768,
  'host-unreachable': 769,
  'protocol-unreachable': 770,
  'port-unreachable': 771,
  'fragmentation-needed': 772,
  redirect: 1280,
  'echo-request': 2048,
  'ttl-exceeded': 2816,
};
const ICMP_NAME = new Map(Object.entries(ICMP).map(([name, number]) => [number, name]));
export const icmpOf = (name: string): number | undefined => (Object.hasOwn(ICMP, name) ? ICMP[name] : undefined);
export const icmpName = (typeCode: number): string | undefined => ICMP_NAME.get(typeCode);
export const icmpNames = (): readonly string[] => Object.keys(ICMP);

/** IANA's protocol-numbers registry, of what is met. */
const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipv4: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  eigrp: 88,
  ospf: 89,
  etherip: 97,
  pim: 103,
  vrrp: 112,
  l2tp: 115,
  sctp: 132,
  udplite: 136,
};
const PROTOCOL_NAME = new Map(Object.entries(PROTOCOLS).map(([name, number]) => [number, name]));
export const protocolOf = (name: string): number | undefined =>
  name === 'icmp6' || name === 'icmpv6' ? 58 : Object.hasOwn(PROTOCOLS, name) ? PROTOCOLS[name] : undefined;
export const protocolName = (number: number): string | undefined => PROTOCOL_NAME.get(number);
export const protocolNames = (): readonly string[] => Object.keys(PROTOCOLS);

/** RFC 2474, 2597, 3246, 5865 and 8622. */
const DSCP = new Map<string, number>([
  ['CS0', 0],
  ['LE', 1],
  ...Array.from({ length: 7 }, (_, i): [string, number] => [`CS${i + 1}`, 8 * (i + 1)]),
  ...[1, 2, 3, 4].flatMap((cls) => [1, 2, 3].map((drop): [string, number] => [`AF${cls}${drop}`, 8 * cls + 2 * drop])),
  ['VA', 44],
  ['EF', 46],
]);
const DSCP_NAME = new Map([...DSCP].map(([name, number]) => [number, name]));
export const dscpOf = (name: string): number | undefined => {
  const upper = name.toUpperCase();
  return upper === 'BE' || upper === 'DF' ? 0 : DSCP.get(upper);
};
export const dscpName = (number: number): string | undefined => DSCP_NAME.get(number);
export const dscpNames = (): readonly string[] => [...DSCP.keys()];
