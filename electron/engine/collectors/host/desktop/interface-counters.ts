// Interface counters of macOS, through systeminformation: it starts `netstat`, so it is asked no more than every 15 s.
import { z } from 'zod';
import type { HostPart } from '../types.ts';

const EVERY_MS = 15_000;
const count = z.number().nonnegative().nullish().catch(null);

const statsSchema = z
  .array(
    z.object({
      iface: z.string().min(1),
      operstate: z.string().optional(),
      rx_bytes: count,
      rx_dropped: count,
      rx_errors: count,
      tx_bytes: count,
      tx_dropped: count,
      tx_errors: count,
    }),
  )
  .max(1_000);

const NAMES = [
  ['rx_bytes', 'receive_bytes'],
  ['rx_dropped', 'receive_drop'],
  ['rx_errors', 'receive_errs'],
  ['tx_bytes', 'transmit_bytes'],
  ['tx_dropped', 'transmit_drop'],
  ['tx_errors', 'transmit_errs'],
] as const;

const askSystem = async (): Promise<unknown> => (await import('systeminformation')).networkStats('*');

export function interfaceCounters(monotonic: () => number, ask: () => Promise<unknown> = askSystem): HostPart {
  let kept: z.infer<typeof statsSchema> = [];
  let askedAtMs = -Infinity;
  let asking = false;

  // Behind the poll's back: a slow answer delays no other part.
  const refresh = async (): Promise<void> => {
    asking = true;
    try {
      kept = statsSchema.parse(await ask());
    } finally {
      asking = false;
    }
  };
  let failure: unknown;

  return {
    name: 'netdev',
    read(emit) {
      if (!asking && monotonic() - askedAtMs >= EVERY_MS * 0.9) {
        askedAtMs = monotonic();
        refresh().then(
          () => {
            failure = undefined;
          },
          (error: unknown) => {
            failure = error;
            kept = [];
          },
        );
      }
      if (failure !== undefined) throw failure;
      for (const stats of kept) {
        const labels = { device: stats.iface };
        for (const [field, name] of NAMES) {
          const value = stats[field];
          if (typeof value === 'number') emit(`node_network_${name}_total`, value, labels);
        }
        if (stats.operstate !== undefined) emit('node_network_up', stats.operstate === 'up' ? 1 : 0, labels);
      }
      return true;
    },
  };
}
