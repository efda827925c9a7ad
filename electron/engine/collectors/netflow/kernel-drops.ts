// Datagrams that the kernel dropped because a UDP receive buffer was full (Linux).
import { readFile } from 'node:fs/promises';

/** RcvbufErrors of the `Udp:` lines of /proc/net/snmp; undefined where the text has none. */
export function parseReceiveErrors(snmp: string): number | undefined {
  const [names, values] = snmp
    .split('\n')
    .filter((line) => line.startsWith('Udp:'))
    .map((line) => line.trim().split(/\s+/));
  const index = names?.indexOf('RcvbufErrors') ?? -1;
  const value = index < 0 ? Number.NaN : Number(values?.[index]);
  return Number.isFinite(value) ? value : undefined;
}

/** Of all UDP sockets in this network namespace, since boot: the kernel keeps no count a socket. */
export async function readReceiveErrors(): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    return parseReceiveErrors(
      await readFile('/proc/net/snmp', { encoding: 'utf8', signal: AbortSignal.timeout(1_000) }),
    );
  } catch {
    return undefined;
  }
}
