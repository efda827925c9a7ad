// The ten largest by each key: of two million stored flows, and of thirty days of a router with 300 flows a second.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AddressDictionary } from '../../../electron/engine/store/flows/sums/address-dictionary.ts';
import { ROW_DOUBLES, ROW_WORDS } from '../../../electron/engine/store/flows/sums/row.ts';
import { answerPlan } from '../../../electron/engine/store/flows/query/index.ts';
import { StoredFlows } from '../../../electron/engine/store/flows/reader/scanner.ts';
import { FlowWriter } from '../../../electron/engine/store/flows/writer/flow-writer.ts';
import { bytesIn } from '../processes.ts';
import type { Figure } from '../run.ts';
import { KEYS, topTen } from './questions.ts';

const FLOWS = 2_000_000;
const FLOWS_A_MINUTE = 18_000;
const DAYS = 30;
const DAY_S = 86_400;
const DAY_MS = 86_400_000;
const RETENTION = { '1m': 7 * DAY_MS, '10m': 90 * DAY_MS, '1d': 730 * DAY_MS };
/** Of ten minutes: the rest of the flows are repeats of these, as in real traffic. */
const MAX_CONVERSATIONS = 18_000;
const HOSTS = 1_000;
const REMOTES = 20_000;
const SERVICES = [443, 443, 443, 80, 53, 53, 22, 993, 3389, 5060, 1194, 8080, 25, 123, 51820, 8291];

export async function storedBench(emit: (figure: Figure) => void): Promise<void> {
  await withStore((dir) => {
    const minutes = Math.ceil(FLOWS / FLOWS_A_MINUTE);
    const endS = fill(dir, 60, minutes, FLOWS_A_MINUTE);
    emit({ name: 'flows_stored_bytes', value: bytesIn(dir) / FLOWS, unit: 'B/flow' });
    ask(dir, 'of_2_million', endS - minutes * 60, endS, { peer: 'nfdump 0.22 s', limitS: 0.2 }, emit);
  });
  await withStore((dir) => {
    // A minute with the flows of ten: what the coarser tiers keep of it is the same, in a tenth of the time.
    const endS = fill(dir, 600, (DAYS * DAY_S) / 600, FLOWS_A_MINUTE * 10);
    ask(dir, 'of_30_days', endS - DAYS * DAY_S, endS, { peer: 'limit 1 s', limitS: 1 }, emit);
  });
}

async function withStore(run: (dir: string) => void): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'flow-bench-'));
  try {
    run(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  await new Promise((resolve) => setImmediate(resolve));
}

function ask(
  dir: string,
  what: string,
  startS: number,
  endS: number,
  { peer, limitS }: { peer: string; limitS: number },
  emit: (figure: Figure) => void,
): void {
  const stored = new StoredFlows(dir);
  for (const key of KEYS) {
    // The first one finds the code compiled and the files in the system's memory, as the second question of a person does.
    answerPlan(stored, topTen(key, startS, endS));
    // Of this process alone: what else the computer does is not the store's.
    const before = process.cpuUsage();
    answerPlan(stored, topTen(key, startS, endS));
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1e6;
    emit({ name: `flows_top10_${key}_${what}`, value: seconds, unit: 's of CPU', peer, ratio: seconds / limitS });
  }
  stored.close();
}

/** `minutes` minutes that are `everyS` apart; answers with the end. Rows are as the flow thread makes them of so many flows. */
function fill(dir: string, everyS: number, minutes: number, flows: number): number {
  const writer = new FlowWriter({ dir, onNote: (sentence) => process.stderr.write(`${sentence}\n`) });
  const firstS = Math.floor(Date.UTC(2026, 9, 1) / 1_000);
  const rows = Math.min(flows, MAX_CONVERSATIONS);
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  /** Few are met often, as in real traffic. */
  const rank = (count: number): number => Math.floor(count ** random()) - 1;
  for (let minute = 0; minute < minutes; minute++) {
    const atS = firstS + minute * everyS;
    const dictionary = new AddressDictionary(1_000_000);
    const buffer = new ArrayBuffer(rows * ROW_WORDS * 4);
    const words = new Uint32Array(buffer);
    const doubles = new Float64Array(buffer);
    for (let row = 0; row < rows; row++) {
      const service = SERVICES[rank(SERVICES.length + 1)] ?? 443;
      const isReply = random() < 0.5;
      const packed = (service === 53 ? 17 : 6) * 2 ** 24 + (isReply ? 2 ** 22 : 0) + service;
      const inInterface = isReply ? 1 : 2 + rank(8);
      words.set(
        [
          dictionary.indexOfV4(0x0a00_0000 + rank(HOSTS)),
          dictionary.indexOfV4(0xc633_0000 + rank(REMOTES)),
          inInterface,
          isReply ? 2 : 1,
          packed,
          0,
          atS / 60,
        ],
        row * ROW_WORDS,
      );
      const packets = 1 + rank(2_000);
      doubles.set([packets * (64 + Math.floor(random() * 1_400)), packets, flows / rows], row * ROW_DOUBLES + 4);
    }
    const exporters = [{ address: '192.0.2.1', overflowed: 0, rest: { bytes: 0, packets: 0, flows: 0 } }];
    writer.write({ atMs: atS * 1_000, minute: atS / 60, rows, buffer, addresses: dictionary.take(), exporters });
    // As the engine does each ten minutes; days are made when they are over.
    if ((atS + everyS) % 7_200 === 0 || minute === minutes - 1) writer.upkeep(atS + 10_800, RETENTION, undefined);
  }
  const endS = firstS + minutes * everyS;
  writer.upkeep(endS + 3 * 3_600, RETENTION, undefined);
  writer.close();
  return endS;
}
