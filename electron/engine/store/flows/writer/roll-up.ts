// Brings what is new in a finer tier's file into the coarser one: each block once, whatever is interrupted.
import { FLOW_BLOCK_KINDS, FLOW_COLUMNS, type FlowTier, RESOLUTION_S } from '../types.ts';
import { BlockDecoder } from '../reader/block-decoder.ts';
import { DamagedBlock } from '../codec/block.ts';
import type { NewBlock, StoredBlock } from '../files/flow-file.ts';
import { dayOf, fileOf, type TierFile } from '../files/tier-files.ts';
import type { RowEncoder } from './encode-rows.ts';
import type { OpenFiles } from './open-files.ts';
import { TierSums, TOP_CONVERSATIONS } from './tier-sums.ts';

const ALL_COLUMNS = new Set(FLOW_COLUMNS);
const KINDS_OF = {
  '1m': ['conversations', 'other'],
  '10m': FLOW_BLOCK_KINDS,
  '1h': FLOW_BLOCK_KINDS,
} as const;
/** What is summed at once; more is summed in several steps, and merged when the day is over. */
const MAX_ROWS_AT_ONCE = 3_000_000;

export type RollUpContext = {
  readonly files: OpenFiles;
  readonly decoder: BlockDecoder;
  readonly encoder: RowEncoder;
  readonly onDamaged: (file: string) => void;
};

/** Blocks of `source` whose buckets begin before `beforeS`, into the next tier. */
export function rollUp(source: TierFile, beforeS: number, context: RollUpContext): void {
  if (source.tier === '1d') return;
  const kinds = KINDS_OF[source.tier];
  const blocks = context.files.use(source, (file) => file.blocks(kinds, source.startS, source.endS));
  const waiting = new Map<string, StoredBlock[]>();
  for (const block of blocks) {
    const key = `${dayOf(block.startS)} ${block.exporter}`;
    const list = waiting.get(key);
    if (list === undefined) waiting.set(key, [block]);
    else list.push(block);
  }
  for (const list of waiting.values()) rollUpDay(source, list, beforeS, context);
}

const NEXT = { '1m': '10m', '10m': '1h', '1h': '1d', '1d': '1d' } as const satisfies Record<FlowTier, FlowTier>;
const nextFileOf = ({ tier }: TierFile, day: number): TierFile => fileOf(NEXT[tier], day);

/** The id up to which blocks of an exporter and day are in the next tier; what comes after is not. */
export function summarisedThrough(source: TierFile, exporter: string, day: number, { files }: RollUpContext): number {
  const uid = files.use(source, (file) => file.uid);
  const done = files.use(nextFileOf(source, day), (file) => file.rolled(source.name, exporter, day));
  if (done?.uid === uid) return done.through;
  // A week's file that was lost is made anew of its minutes: its days are summarised already.
  return done !== undefined && source.tier !== '1m' ? Infinity : 0;
}

/** `blocks`: of one exporter and day, ascending by id. */
function rollUpDay(source: TierFile, blocks: readonly StoredBlock[], beforeS: number, context: RollUpContext): void {
  const [first] = blocks;
  if (first === undefined) return;
  const day = dayOf(first.startS);
  const uid = context.files.use(source, (file) => file.uid);
  const target = nextFileOf(source, day);
  const through = summarisedThrough(source, first.exporter, day, context);
  let step: StoredBlock[] = [];
  let rows = 0;
  const finishStep = (): void => {
    if (step.length > 0) rollUpStep(source, target, step, uid, context);
    step = [];
    rows = 0;
  };
  for (const block of blocks) {
    if (block.id <= through) continue;
    // They are sealed in the order of time: what comes after is of later.
    if (block.endS >= beforeS) break;
    if (rows > 0 && rows + block.rows > MAX_ROWS_AT_ONCE) finishStep();
    step.push(block);
    rows += block.rows;
  }
  finishStep();
}

function rollUpStep(
  source: TierFile,
  target: TierFile,
  blocks: readonly StoredBlock[],
  uid: string,
  { files, decoder, encoder, onDamaged }: RollUpContext,
): void {
  const [first] = blocks;
  const last = blocks.at(-1);
  if (first === undefined || last === undefined) return;
  const sums = new TierSums(RESOLUTION_S[target.tier]);
  const wanted = { tier: source.tier, startS: source.startS, endS: source.endS, columns: ALL_COLUMNS };
  for (const stored of blocks) {
    try {
      const body = files.use(source, (file) => file.body(stored.id));
      const block = body === undefined ? undefined : decoder.decode(body, stored, wanted);
      if (block === undefined) continue;
      if (source.tier === '1m') sums.addMinutes(block);
      else sums.addTier(block);
    } catch (error) {
      if (!(error instanceof DamagedBlock)) throw error;
      onDamaged(source.name);
    }
  }
  const made: NewBlock[] = [...sums.finish(first.exporter, encoder, TOP_CONVERSATIONS)];
  files.use(target, (file) =>
    file.transaction(() => {
      for (const block of made) file.insert(block);
      file.setRolled(source.name, first.exporter, dayOf(first.startS), { uid, through: last.id });
    }),
  );
}
