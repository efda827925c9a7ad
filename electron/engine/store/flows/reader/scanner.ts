// Reads blocks out of all files of a range: what runs in the flow reader thread.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { DamagedBlock } from '../codec/block.ts';
import { FlowFile, isCorruption, isUnreadable } from '../files/flow-file.ts';
import { type TierFile, tierFileOfName } from '../files/tier-files.ts';
import {
  FLOW_TIERS,
  type FlowBlock,
  type FlowCoverage,
  type FlowScan,
  type FlowScanner,
  type FlowScanOutcome,
  RESOLUTION_S,
} from '../types.ts';
import { BlockDecoder } from './block-decoder.ts';

/** Opening one costs a millisecond; a question of a month has four. */
const MAX_OPEN = 16;

export class StoredFlows implements FlowScanner {
  readonly #dir: string;
  readonly #decoder = new BlockDecoder();
  readonly #open = new Map<string, FlowFile>();
  /** Files that could not be read at the last attempt, with what an answer says of each. */
  readonly #lost = new Map<string, string>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  coverage(): FlowCoverage[] {
    const found: FlowCoverage[] = [];
    const files = this.#list();
    for (const tier of FLOW_TIERS) {
      let fromS = Infinity;
      let untilS = -Infinity;
      for (const file of files) {
        if (file.tier !== tier) continue;
        const span = this.#use(file, (open) => open.span());
        if (span === undefined || span === 'lost') continue;
        fromS = Math.min(fromS, span.startS);
        untilS = Math.max(untilS, span.endS + RESOLUTION_S[tier]);
      }
      if (untilS > fromS) found.push({ tier, fromS, untilS });
    }
    return found;
  }

  /** Addresses of all whose flows are stored. */
  exporters(): string[] {
    const found = this.#list().map((file) => this.#use(file, (open) => open.exporters()));
    return [...new Set(found.flatMap((told) => (Array.isArray(told) ? told : [])))];
  }

  scan(
    wanted: FlowScan,
    onBlock: (block: FlowBlock) => void,
    shouldStop: () => boolean = () => false,
  ): FlowScanOutcome {
    const { tier, startS, endS } = wanted;
    const columns = new Set(wanted.columns);
    const exporters = wanted.exporters === undefined ? undefined : new Set(wanted.exporters);
    const missing = new Set<string>();
    let blocks = 0;
    let rows = 0;
    for (const file of this.#list()) {
      if (file.endS <= startS || file.startS >= endS) continue;
      if (file.tier !== tier) {
        // Of a lost file nobody knows what it covered: it is not asked, and yet something may be missing.
        const lost = this.#lost.get(file.name);
        if (lost !== undefined) missing.add(lost);
        continue;
      }
      const isStopped = this.#use(file, (open) => {
        for (const stored of open.blocks(wanted.kinds, startS, endS)) {
          if (exporters !== undefined && !exporters.has(stored.exporter)) continue;
          if (shouldStop()) return true;
          const body = open.body(stored.id);
          // Merged or removed since the list was made.
          if (body === undefined) continue;
          try {
            const block = this.#decoder.decode(body, stored, { tier, startS, endS, columns });
            if (block === undefined) continue;
            blocks++;
            rows += block.rows;
            onBlock(block);
          } catch (error) {
            if (!(error instanceof DamagedBlock)) throw error;
            missing.add(`A part of ${file.name} is damaged and missing from the answer.`);
          }
        }
        return false;
      });
      const lost = this.#lost.get(file.name);
      if (lost !== undefined) missing.add(lost);
      if (isStopped === true) return { blocks, rows, isStopped: true, missing: [...missing] };
    }
    return { blocks, rows, isStopped: false, missing: [...missing] };
  }

  /** Files are held open from one question to the next; what was unlinked meanwhile is let go. */
  close(): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
  }

  #list(): TierFile[] {
    let names: string[];
    try {
      names = readdirSync(this.#dir);
    } catch {
      return [];
    }
    const files = names.flatMap((name) => tierFileOfName(name) ?? []);
    const present = new Set(files.map(({ name }) => name));
    for (const [name, open] of this.#open) {
      if (present.has(name) && this.#open.size <= MAX_OPEN) continue;
      open.close();
      this.#open.delete(name);
    }
    return files.toSorted((a, b) => a.startS - b.startS);
  }

  /** Undefined for a file that holds nothing yet. One read transaction, so that merging is not seen half done. */
  #use<T>({ name }: TierFile, run: (open: FlowFile) => T): T | 'lost' | undefined {
    try {
      let file = this.#open.get(name);
      if (file === undefined) {
        file = FlowFile.forReading(path.join(this.#dir, name));
        if (file === undefined) return undefined;
        this.#open.set(name, file);
      }
      const found = file.snapshot(run);
      this.#lost.delete(name);
      return found;
    } catch (error) {
      const isDamaged = isCorruption(error);
      if (!isDamaged && !isUnreadable(error)) throw error;
      this.#open.get(name)?.close();
      this.#open.delete(name);
      const why = isDamaged ? 'is damaged' : 'cannot be read';
      this.#lost.set(name, `${name} ${why}: what is in it is missing from the answer.`);
      return 'lost';
    }
  }
}
