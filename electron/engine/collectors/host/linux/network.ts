// Network interfaces, from /proc/net/dev and /sys/class/net.
import type { Emit, HostPart } from '../types.ts';
import { fieldsOf, linesOf } from './files.ts';
import type { HostFiles } from './files.ts';

/** The columns of /proc/net/dev in their order, under Node Exporter's names. */
const RECEIVE = ['bytes', 'packets', 'errs', 'drop', 'fifo', 'frame', 'compressed', 'multicast'] as const;
const TRANSMIT = ['bytes', 'packets', 'errs', 'drop', 'fifo', 'colls', 'carrier', 'compressed'] as const;
const BYTES_PER_MEGABIT = 1_000_000 / 8;
/** An interface's settings change rarely, and a file each costs more than all counters together. */
const SETTINGS_EVERY_MS = 15_000;
const MAX_INTERFACES = 1_000;

function readCounters(text: string, emit: Emit): void {
  for (const line of linesOf(text).slice(2)) {
    // The name may itself hold colons (aliases); no counter does.
    const colon = line.lastIndexOf(':');
    const device = line.slice(0, colon).trim();
    const values = fieldsOf(line.slice(colon + 1));
    for (const [i, name] of RECEIVE.entries())
      emit(`node_network_receive_${name}_total`, Number(values[i]), { device });
    for (const [i, name] of TRANSMIT.entries()) {
      emit(`node_network_transmit_${name}_total`, Number(values[RECEIVE.length + i]), { device });
    }
  }
}

function readInterface(files: HostFiles, device: string, emit: Emit): void {
  const dir = `sys/class/net/${device}`;
  const text = (file: string): string => files.optional(dir, file)?.trim() ?? '';
  const operstate = text('operstate');
  if (operstate === '') return;
  emit('node_network_up', operstate === 'up' ? 1 : 0, { device });
  emit('node_network_info', 1, {
    device,
    address: text('address'),
    broadcast: text('broadcast'),
    duplex: text('duplex'),
    operstate,
    ifalias: text('ifalias'),
  });
  const gauge = (name: string, file: string, factor = 1): void => {
    const value = files.number(dir, file);
    if (value !== undefined) emit(`node_network_${name}`, value * factor, { device });
  };
  // -1 stands for "not known" and stays: as Node Exporter, -125000.
  gauge('speed_bytes', 'speed', BYTES_PER_MEGABIT);
  gauge('mtu_bytes', 'mtu');
  gauge('carrier', 'carrier');
  gauge('carrier_changes_total', 'carrier_changes');
  gauge('transmit_queue_length', 'tx_queue_len');
  gauge('protocol_type', 'type');
  gauge('iface_id', 'ifindex');
}

export function networkParts(files: HostFiles, monotonic: () => number = () => performance.now()): HostPart[] {
  let kept: Parameters<Emit>[] = [];
  let readAtMs = -Infinity;
  return [
    {
      name: 'netdev',
      read(emit) {
        readCounters(files.text('proc/net/dev'), emit);
        return true;
      },
    },
    {
      name: 'netclass',
      read(emit) {
        if (monotonic() - readAtMs >= SETTINGS_EVERY_MS * 0.9) {
          readAtMs = monotonic();
          kept = [];
          const keep: Emit = (...sample) => kept.push(sample);
          for (const device of files.list('sys/class/net').slice(0, MAX_INTERFACES)) readInterface(files, device, keep);
        }
        for (const sample of kept) emit(...sample);
        return kept.length > 0;
      },
    },
  ];
}
