// Closed minutes for tests: rows as the flow thread hands them over, read back as plain objects.
import { AddressDictionary } from '../../../electron/engine/store/flows/sums/address-dictionary.ts';
import type { ClosedConversations } from '../../../electron/engine/store/flows/sums/closed.ts';
import { ROW_DOUBLES, ROW_WORDS } from '../../../electron/engine/store/flows/sums/row.ts';
import { StoredFlows } from '../../../electron/engine/store/flows/reader/scanner.ts';
import {
  FLOW_COLUMNS,
  type FlowBlock,
  type FlowBlockKind,
  type FlowTier,
  NO_ADDRESS,
} from '../../../electron/engine/store/flows/types.ts';

export type MadeRow = {
  exporter?: string;
  /** Unix s. */
  minuteS: number;
  client: number;
  server: number;
  protocol?: number;
  service?: number;
  toClient?: number;
  dscp?: number;
  vlan?: number;
  inInterface?: number;
  outInterface?: number;
  bytes: number;
  packets?: number;
  flows?: number;
};

/** `client` and `server` are IPv4 addresses as numbers. */
export function closedOf(rows: readonly MadeRow[], atS: number): ClosedConversations {
  const addresses = new AddressDictionary(1_000_000);
  const exporters = [...new Set(rows.map(({ exporter = '192.0.2.1' }) => exporter))];
  const buffer = new ArrayBuffer(rows.length * ROW_WORDS * 4);
  const words = new Uint32Array(buffer);
  const doubles = new Float64Array(buffer);
  for (const [i, row] of rows.entries()) {
    const { protocol = 6, service = 443, toClient = 0, dscp = 0, vlan = 0, exporter = '192.0.2.1' } = row;
    words.set(
      [
        addresses.indexOfV4(row.client),
        addresses.indexOfV4(row.server),
        row.inInterface ?? 1,
        row.outInterface ?? 2,
        (protocol << 24) | (toClient << 22) | (dscp << 16) | service,
        (exporters.indexOf(exporter) << 16) | vlan,
        row.minuteS / 60,
      ],
      i * ROW_WORDS,
    );
    doubles.set([row.bytes, row.packets ?? 1, row.flows ?? 1], i * ROW_DOUBLES + 4);
  }
  return {
    atMs: atS * 1_000,
    minute: Math.floor(atS / 60) - 1,
    rows: rows.length,
    buffer,
    addresses: addresses.take(),
    exporters: exporters.map((address) => ({
      address,
      overflowed: 0,
      rest: { bytes: 0, packets: 0, flows: 0 },
    })),
  };
}

export type ReadRow = { exporter: string; client: string; server: string } & Record<
  Exclude<(typeof FLOW_COLUMNS)[number], 'client' | 'server'>,
  number
>;

const addressText = ({ addresses }: FlowBlock, index: number): string => {
  if (index === NO_ADDRESS) return '-';
  const word = addresses[index * 4 + 3] ?? 0;
  return [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join('.');
};

export function readRows(
  dir: string,
  tier: FlowTier,
  kind: FlowBlockKind,
  startS = 0,
  endS = 4_000_000_000,
): ReadRow[] {
  const stored = new StoredFlows(dir);
  const rows: ReadRow[] = [];
  stored.scan({ tier, kinds: [kind], startS, endS, columns: FLOW_COLUMNS }, (block) => {
    for (let row = 0; row < block.rows; row++) {
      const read = Object.fromEntries(FLOW_COLUMNS.map((name) => [name, block[name][row] ?? Number.NaN]));
      const sides = {
        client: addressText(block, block.client[row] ?? 0),
        server: addressText(block, block.server[row] ?? 0),
      };
      rows.push({ ...read, exporter: block.exporter, ...sides } as ReadRow);
    }
  });
  stored.close();
  return rows;
}

export const sumOf = (rows: readonly ReadRow[], column: 'bytes' | 'packets' | 'flows' = 'bytes'): number =>
  rows.reduce((sum, row) => sum + row[column], 0);
