// The one writer of the flow store's files: minutes as they are closed, coarser tiers out of them, and what is too old.
import { BlockDecoder } from '../reader/block-decoder.ts';
import { dayOf, fileOf, type TierFile } from '../files/tier-files.ts';
import type { NewBlock } from '../files/flow-file.ts';
import type { ClosedConversations } from '../sums/closed.ts';
import { KEPT_TIERS, keptAs } from '../types.ts';
import type { FlowRetention, FlowTierStatus } from '../protocol.ts';
import { RowEncoder } from './encode-rows.ts';
import { mergeBlocks } from './merge.ts';
import { OpenFiles } from './open-files.ts';
import { thinToday, unlinkBeyond, unlinkOld } from './retention.ts';
import { rollUp, type RollUpContext, summarisedThrough } from './roll-up.ts';
import { sealMinute } from './seal.ts';

const TEN_MINUTES_S = 600;
const HOUR_S = 3_600;
const DAY_S = 86_400;
/** An hour is summarised when it is over for so long; what comes later is a block of its own. */
const HOUR_WAIT_S = 600;
/** Late minutes of a day are summarised by then. */
const DAY_WAIT_S = 7_200;
/** Minutes are summarised for so long after they were: an engine that was off goes on where it was. */
const LOOK_BACK_S = 8 * DAY_S;
export type FlowWriterOptions = {
  readonly dir: string;
  /** A sentence for the operator: what was set aside, removed, or is damaged. */
  readonly onNote: (sentence: string) => void;
};

export class FlowWriter {
  readonly #files: OpenFiles;
  readonly #encoder = new RowEncoder();
  readonly #context: RollUpContext;
  readonly #onNote: (sentence: string) => void;

  constructor({ dir, onNote }: FlowWriterOptions) {
    this.#onNote = onNote;
    this.#files = new OpenFiles(dir, (name) =>
      onNote(`The file ${name} of the stored flows is damaged and was set aside; flows go on into a new one.`),
    );
    this.#context = {
      files: this.#files,
      decoder: new BlockDecoder(),
      encoder: this.#encoder,
      onDamaged: (file) => onNote(`A block of ${file} is damaged and is left out of the stored flows.`),
    };
  }

  /** Each day's part in one transaction. Throws what SQLite throws, when the disk is full for one. */
  write(closed: ClosedConversations): void {
    const byFile = new Map<string, { file: TierFile; blocks: NewBlock[] }>();
    for (const block of sealMinute(closed, this.#encoder)) {
      const file = fileOf('1m', block.startS);
      const part = byFile.get(file.name);
      if (part === undefined) byFile.set(file.name, { file, blocks: [block] });
      else part.blocks.push(block);
    }
    for (const { file, blocks } of byFile.values()) {
      this.#files.use(file, (open) =>
        open.transaction(() => {
          for (const block of blocks) open.insert(block);
        }),
      );
    }
  }

  /** Brings the coarser tiers up to date, merges small blocks, and removes what is too old, by `presentS`, or too much. */
  upkeep(nowS: number, retention: FlowRetention, maxBytes: number | undefined, presentS = nowS): void {
    this.summarise(nowS);
    unlinkOld(this.#files, retention, presentS);
    if (maxBytes === undefined) return;
    const gone = unlinkBeyond(this.#files, maxBytes, nowS, ['1m']);
    const hours = thinToday(
      this.#files,
      maxBytes,
      nowS,
      (file, { id, exporter, startS }) => id <= summarisedThrough(file, exporter, dayOf(startS), this.#context),
    );
    gone.push(...unlinkBeyond(this.#files, maxBytes, nowS, ['10m', '1h', '1d']));
    if (hours > 0) gone.push(hours === 1 ? 'an hour of today' : `${hours} hours of today`);
    if (gone.length > 0) this.#onNote(`Stored flows take too much room: ${gone.join(', ')} went before the time.`);
  }

  summarise(nowS: number): void {
    const beforeS = Math.floor(nowS / TEN_MINUTES_S) * TEN_MINUTES_S;
    const hoursBeforeS = Math.floor((nowS - HOUR_WAIT_S) / HOUR_S) * HOUR_S;
    const daysBeforeS = Math.floor((nowS - DAY_WAIT_S) / DAY_S) * DAY_S;
    const recent = this.#files.list().filter(({ tier, endS }) => tier !== '1d' && endS > nowS - LOOK_BACK_S);
    for (const file of recent) {
      if (file.tier === '1m') rollUp(file, beforeS, this.#context);
    }
    for (const [tier, tierBeforeS] of [
      ['10m', hoursBeforeS],
      ['1h', daysBeforeS],
    ] as const) {
      for (const file of this.#files.list()) {
        if (file.tier === tier && file.endS > nowS - LOOK_BACK_S) rollUp(file, tierBeforeS, this.#context);
      }
    }
    for (const file of recent) mergeBlocks(file, nowS, this.#context);
  }

  status(): FlowTierStatus[] {
    const files = this.#files.list();
    return KEPT_TIERS.map((tier) => {
      const own = files.filter((file) => keptAs(file.tier) === tier);
      const bytes = own.reduce((sum, file) => sum + file.bytes, 0);
      return { tier, bytes, fromS: own[0]?.startS ?? 0, files: own.length };
    });
  }

  close(): void {
    this.#files.close();
  }
}
