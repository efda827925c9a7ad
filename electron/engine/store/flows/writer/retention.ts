// What goes, and when: whole files by their age, the oldest first where there is too much; of what is written now, hours.
import type { FlowRetention } from '../protocol.ts';
import { FLOW_BLOCK_KINDS, type FlowTier, keptAs } from '../types.ts';
import { fileOf, type TierFile } from '../files/tier-files.ts';
import type { StoredBlock } from '../files/flow-file.ts';
import type { OpenFiles } from './open-files.ts';

/**
 * Unlinks what is older than its tier is kept, also where no flows come any more.
 * @param presentS a time that is not in doubt: a clock that leapt ahead must take nothing
 */
export function unlinkOld(files: OpenFiles, retention: FlowRetention, presentS: number): string[] {
  const old = files.list().filter(({ tier, endS }) => endS <= presentS - retention[keptAs(tier)] / 1_000);
  for (const { name } of old) files.unlink(name);
  return old.map(({ name }) => name);
}

/**
 * Unlinks the oldest files of `tiers`, tier by tier, until no more than `maxBytes` are left of all or only what is written
 * now.
 */
export function unlinkBeyond(files: OpenFiles, maxBytes: number, nowS: number, tiers: readonly FlowTier[]): string[] {
  const today = fileOf('1m', nowS);
  const listed = files.list();
  let bytes = listed.reduce((sum, file) => sum + (file.name === today.name ? 0 : file.bytes), 0);
  if (listed.some(({ name }) => name === today.name)) bytes += files.use(today, ({ usedBytes }) => usedBytes);
  const gone: string[] = [];
  for (const tier of tiers) {
    const current = fileOf(tier, nowS).name;
    for (const file of listed.filter((one) => one.tier === tier && one.name !== current)) {
      if (bytes <= maxBytes) return gone;
      files.unlink(file.name);
      gone.push(file.name);
      bytes -= file.bytes;
    }
  }
  return gone;
}

/** Late minutes of an hour are stored and summarised by then. */
const HOUR_WAIT_S = 2_400;
const HOUR_S = 3_600;

/**
 * Removes today's oldest hours of minutes while flows take more than `maxBytes`; what of them `isSummarised` says no to stays.
 * The file does not get smaller, but goes on in the room that is free in it.
 * @returns how many hours went
 */
export function thinToday(
  files: OpenFiles,
  maxBytes: number,
  nowS: number,
  isSummarised: (file: TierFile, block: StoredBlock) => boolean,
): number {
  const today = fileOf('1m', nowS);
  const listed = files.list();
  if (!listed.some(({ name }) => name === today.name)) return 0;
  const others = listed.reduce((sum, { name, bytes }) => sum + (name === today.name ? 0 : bytes), 0);
  let hours = 0;
  for (let startS = today.startS; startS + HOUR_S + HOUR_WAIT_S <= nowS; startS += HOUR_S) {
    const removed = files.use(today, (file) => {
      if (others + file.usedBytes <= maxBytes) return undefined;
      const old = file
        .blocks(FLOW_BLOCK_KINDS, startS, startS + HOUR_S)
        .filter((block) => block.endS < startS + HOUR_S && isSummarised(today, block));
      file.transaction(() => {
        for (const { id } of old) file.remove(id);
      });
      return old.length;
    });
    if (removed === undefined) break;
    if (removed > 0) hours++;
  }
  return hours;
}
