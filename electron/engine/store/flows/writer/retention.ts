// What goes, and when: whole files by their age, the oldest first where there is too much.
import type { FlowRetention } from '../protocol.ts';
import { FLOW_TIERS } from '../types.ts';
import { fileOf } from '../files/tier-files.ts';
import type { OpenFiles } from './open-files.ts';

/** Unlinks what is older than its tier is kept. A clock that leapt ahead takes nothing: files are as old as the newest says. */
export function unlinkOld(files: OpenFiles, retention: FlowRetention, nowS: number): string[] {
  const listed = files.list();
  const newestS = Math.max(...listed.filter(({ tier }) => tier === '1m').map(({ endS }) => endS));
  const presentS = Number.isFinite(newestS) ? Math.min(nowS, newestS) : nowS;
  const old = listed.filter(({ tier, endS }) => endS <= presentS - retention[tier] / 1_000);
  for (const { name } of old) files.unlink(name);
  return old.map(({ name }) => name);
}

/**
 * Unlinks the oldest days of minutes, then weeks of ten minutes, then years, until no more than `maxBytes` are left or only
 * what is written now.
 */
export function unlinkBeyond(files: OpenFiles, maxBytes: number, nowS: number): string[] {
  const listed = files.list();
  let bytes = listed.reduce((sum, file) => sum + file.bytes, 0);
  const gone: string[] = [];
  for (const tier of FLOW_TIERS) {
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
