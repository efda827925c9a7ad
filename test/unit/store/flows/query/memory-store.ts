// A flow store in memory: rows as a test writes them, scanned in the blocks that the real one would give.
import {
  type FlowBlock,
  type FlowBlockKind,
  type FlowCoverage,
  type FlowScanner,
  type FlowTier,
  NO_ADDRESS,
} from '../../../../../electron/engine/store/flows/index.ts';
import { addressWords } from '../../../../../electron/engine/flows/filter/index.ts';

export type Row = {
  readonly bucketS: number;
  readonly exporter: string;
  /** '' is not told. */
  readonly client: string;
  readonly server: string;
  readonly inInterface: number;
  readonly outInterface: number;
  readonly protocol: number;
  readonly service: number;
  readonly toClient: 0 | 1;
  readonly dscp: number;
  readonly vlan: number;
  readonly bytes: number;
  readonly packets: number;
  readonly flows: number;
};

const NUMBERS = ['bucketS', 'inInterface', 'outInterface', 'protocol', 'service', 'toClient', 'dscp', 'vlan'] as const;
const COUNTS = ['bytes', 'packets', 'flows'] as const;

export type Stored = { readonly tier: FlowTier; readonly kind: FlowBlockKind; readonly rows: readonly Row[] };

/** One block of rows of one exporter. */
export function blockOf({ tier, kind, rows }: Stored): FlowBlock {
  const sorted = rows.toSorted((a, b) => a.bucketS - b.bucketS);
  const texts = [...new Set(sorted.flatMap(({ client, server }) => [client, server]))].filter((text) => text !== '');
  const all = texts
    .map((text) => ({ text, words: addressWords(text) ?? [0, 0, 0, 0] }))
    .toSorted((a, b) => {
      const at = a.words.findIndex((word, index) => word !== b.words[index]);
      return at === -1 ? 0 : (a.words[at] ?? 0) - (b.words[at] ?? 0);
    });
  const place = new Map(all.map(({ text }, index) => [text, index]));
  const end = (text: string): number => place.get(text) ?? NO_ADDRESS;
  return {
    tier,
    kind,
    exporter: sorted[0]?.exporter ?? '',
    rows: sorted.length,
    addresses: Uint32Array.from(all.flatMap(({ words }) => words)),
    client: Uint32Array.from(sorted, ({ client }) => end(client)),
    server: Uint32Array.from(sorted, ({ server }) => end(server)),
    ...(Object.fromEntries(NUMBERS.map((column) => [column, Uint32Array.from(sorted, (row) => row[column])])) as Pick<
      FlowBlock,
      (typeof NUMBERS)[number]
    >),
    ...(Object.fromEntries(COUNTS.map((column) => [column, Float64Array.from(sorted, (row) => row[column])])) as Pick<
      FlowBlock,
      (typeof COUNTS)[number]
    >),
  };
}

/** Blocks by tier, kind, exporter and bucket. */
export function memoryStore(stored: readonly Stored[], coverage: readonly FlowCoverage[]): FlowScanner {
  const blocks: FlowBlock[] = stored.flatMap(({ tier, kind, rows }) =>
    [...Map.groupBy(rows, ({ exporter, bucketS }) => `${exporter} ${bucketS}`).values()].map((own) =>
      blockOf({ tier, kind, rows: own }),
    ),
  );
  return scannerOf(blocks, coverage);
}

export function scannerOf(blocks: readonly FlowBlock[], coverage: readonly FlowCoverage[]): FlowScanner {
  return {
    coverage: () => [...coverage],
    scan(wanted, onBlock, shouldStop = () => false) {
      let count = 0;
      let rows = 0;
      for (const block of blocks) {
        if (shouldStop()) return { blocks: count, rows, isStopped: true, missing: [] };
        const bucketS = block.bucketS[0] ?? 0;
        const isAsked =
          block.tier === wanted.tier &&
          wanted.kinds.includes(block.kind) &&
          bucketS >= wanted.startS &&
          bucketS < wanted.endS &&
          (wanted.exporters === undefined || wanted.exporters.includes(block.exporter));
        if (!isAsked) continue;
        onBlock(withColumns(block, wanted.columns));
        count++;
        rows += block.rows;
      }
      return { blocks: count, rows, isStopped: false, missing: [] };
    },
  };
}

/** Columns that were not asked for are empty, as the real one has it. */
function withColumns(block: FlowBlock, columns: readonly string[]): FlowBlock {
  const left = { ...block } as Record<string, unknown>;
  for (const column of [...NUMBERS, ...COUNTS, 'client', 'server']) {
    if (!columns.includes(column))
      left[column] = new (column in Object.fromEntries(COUNTS.map((c) => [c, 1])) ? Float64Array : Uint32Array)(0);
  }
  if (!columns.includes('client') && !columns.includes('server')) left['addresses'] = new Uint32Array(0);
  return left as FlowBlock;
}
