// Protocol counters, sockets and connection tracking, from /proc/net and /proc/sys/net.
import type { Emit, HostPart } from '../types.ts';
import { fieldsOf, linesOf } from './files.ts';
import type { HostFiles } from './files.ts';

/** What Node Exporter takes of /proc/net/{netstat,snmp,snmp6} by default. */
const NETSTAT_FIELDS =
  /^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts)|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$/;
/** Node does not tell the page size; where it is always this one, memory is also given in bytes. */
const PAGE_BYTES = process.arch === 'x64' || process.arch === 'ia32' ? 4_096 : undefined;

function readPairs(text: string, emit: Emit): void {
  const lines = linesOf(text);
  // A line of names, then a line of values, both beginning with the protocol.
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [protocol = '', ...names] = fieldsOf(lines[i] ?? '');
    const [, ...values] = fieldsOf(lines[i + 1] ?? '');
    for (const [j, name] of names.entries()) {
      const field = `${protocol.slice(0, -1)}_${name}`;
      if (NETSTAT_FIELDS.test(field)) emit(`node_netstat_${field}`, Number(values[j]));
    }
  }
}

function readSnmp6(text: string, emit: Emit): void {
  for (const line of linesOf(text)) {
    const [name = '', value] = fieldsOf(line);
    const field = name.replace(/^([A-Za-z]+6)/, '$1_');
    if (NETSTAT_FIELDS.test(field)) emit(`node_netstat_${field}`, Number(value));
  }
}

function readSockstat(text: string, emit: Emit): void {
  for (const line of linesOf(text)) {
    const [protocol = '', ...pairs] = fieldsOf(line);
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const name = `node_sockstat_${protocol.slice(0, -1)}_${pairs[i]}`;
      const value = Number(pairs[i + 1]);
      emit(name, value);
      if (pairs[i] === 'mem' && PAGE_BYTES !== undefined) emit(`${name}_bytes`, value * PAGE_BYTES);
    }
  }
}

export function socketParts(files: HostFiles): HostPart[] {
  return [
    {
      name: 'netstat',
      read(emit) {
        readPairs(files.text('proc/net/netstat'), emit);
        readPairs(files.text('proc/net/snmp'), emit);
        readSnmp6(files.optional('proc/net/snmp6') ?? '', emit);
        return true;
      },
    },
    {
      name: 'sockstat',
      read(emit) {
        const text = files.optional('proc/net/sockstat');
        if (text === undefined) return false;
        readSockstat(text, emit);
        readSockstat(files.optional('proc/net/sockstat6') ?? '', emit);
        return true;
      },
    },
    {
      name: 'conntrack',
      read(emit) {
        const entries = files.number('proc/sys/net/netfilter/nf_conntrack_count');
        const limit = files.number('proc/sys/net/netfilter/nf_conntrack_max');
        if (entries === undefined || limit === undefined) return false;
        emit('node_nf_conntrack_entries', entries);
        emit('node_nf_conntrack_entries_limit', limit);
        return true;
      },
    },
  ];
}
