// A router's own ping, over the connection that polls it: one packet, bounded, with the router's refusal told as it is.
import { isIP } from 'node:net';
import type { RouterosConnection } from '../client/index.ts';
import { parseDurationSeconds } from '../values.ts';

const TIMEOUT_MS = 5_000;

/**
 * Seconds of the round trip; undefined when nothing answered. Rejects when the router refuses: its user's group needs the
 * policy `test`.
 */
export async function pingOver(
  connection: Pick<RouterosConnection, 'run'>,
  address: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (isIP(address) === 0) return undefined;
  const { rows } = await connection.run(['/ping', `=address=${address}`, '=count=1'], {
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  for (const row of rows) {
    // A packet without an answer has a status instead; "time" of version 6 has no fraction, "1ms234us" of version 7 has.
    const seconds = parseDurationSeconds(row.get('time'));
    if (seconds !== undefined && !row.has('status')) return Math.max(seconds, 0);
  }
  return undefined;
}
