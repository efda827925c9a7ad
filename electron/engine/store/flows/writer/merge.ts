// Small blocks of a span that is over as one: fewer to read, and each address once.
import { DamagedBlock } from '../codec/block.ts';
import { MAX_BLOCK_ROWS } from '../codec/block-columns.ts';
import type { StoredBlock } from '../files/flow-file.ts';
import { DAY_S, dayOf, type TierFile } from '../files/tier-files.ts';
import { FLOW_BLOCK_KINDS, FLOW_COLUMNS, RESOLUTION_S } from '../types.ts';
import { type RollUpContext, summarisedThrough } from './roll-up.ts';
import { TierSums } from './tier-sums.ts';

const ALL_COLUMNS = new Set(FLOW_COLUMNS);
const HOUR_S = 3_600;
/** Flows of half an hour are told when they end. */
const HOUR_WAIT_S = 2_400;
const DAY_WAIT_S = 9_000;

/**
 * Blocks of a file by hour, and those of 10m and 1h in the end by day, when the span is long over. What is summarised is never
 * merged with what is not: it would be counted twice in the next tier, or not at all.
 */
export function mergeBlocks(file: TierFile, nowS: number, context: RollUpContext): void {
  if (file.tier === '1d') return;
  const blocks = context.files.use(file, (open) => open.blocks(FLOW_BLOCK_KINDS, file.startS, file.endS));
  const groups = new Map<string, StoredBlock[]>();
  const throughs = new Map<string, number>();
  const isSummarised = ({ id, exporter, startS }: StoredBlock): boolean => {
    const key = `${dayOf(startS)} ${exporter}`;
    const through = throughs.get(key) ?? summarisedThrough(file, exporter, dayOf(startS), context);
    throughs.set(key, through);
    return id <= through;
  };
  for (const block of blocks) {
    // Rows beyond the cap keep interface and service, which TierSums does not.
    if (file.tier === '1m' && block.kind === 'other') continue;
    if (block.rows * 2 > MAX_BLOCK_ROWS) continue;
    const isInNext = isSummarised(block);
    if (file.tier === '1m' && !isInNext) continue;
    // A day's ten minutes by the hour at first.
    const isDayOver = dayOf(block.startS) + DAY_S + DAY_WAIT_S <= nowS;
    const spanS = file.tier !== '1m' && isInNext && isDayOver ? DAY_S : HOUR_S;
    const span = Math.floor(block.startS / spanS);
    if ((span + 1) * spanS + HOUR_WAIT_S > nowS) continue;
    const key = `${spanS} ${span} ${isInNext} ${block.kind} ${block.exporter}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [block]);
    else group.push(block);
  }
  for (const group of groups.values()) {
    let step: StoredBlock[] = [];
    let rows = 0;
    for (const block of group.toSorted((a, b) => a.startS - b.startS || a.id - b.id)) {
      if (rows + block.rows > MAX_BLOCK_ROWS) {
        mergeStep(file, step, context);
        step = [];
        rows = 0;
      }
      step.push(block);
      rows += block.rows;
    }
    mergeStep(file, step, context);
  }
}

function mergeStep(file: TierFile, blocks: readonly StoredBlock[], context: RollUpContext): void {
  const [first] = blocks;
  if (first === undefined || blocks.length < 2) return;
  const { files, decoder, encoder, onDamaged } = context;
  const sums = new TierSums(RESOLUTION_S[file.tier]);
  const wanted = { tier: file.tier, startS: file.startS, endS: file.endS, columns: ALL_COLUMNS };
  try {
    for (const stored of blocks) {
      const body = files.use(file, (open) => open.body(stored.id));
      const block = body === undefined ? undefined : decoder.decode(body, stored, wanted);
      if (block !== undefined) sums.addTier(block);
    }
  } catch (error) {
    // The damaged one stays as it is: whoever reads it tells.
    if (!(error instanceof DamagedBlock)) throw error;
    onDamaged(file.name);
    return;
  }
  const made = [...sums.finish(first.exporter, encoder)];
  // What is summarised up to a block's number is so with the ones that stand for it.
  const ids = blocks.map(({ id }) => id).toSorted((a, b) => b - a);
  files.use(file, (open) =>
    open.transaction(() => {
      for (const id of ids) open.remove(id);
      for (const [i, block] of made.entries()) open.insert(block, ids[i] ?? null);
    }),
  );
}
