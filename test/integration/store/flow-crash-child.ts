// Writes a minute of flows after the other, summarises now and then, and says after each how far it is; until it is killed.
import { writeSync } from 'node:fs';
import { FlowWriter } from '../../../electron/engine/store/flows/writer/flow-writer.ts';
import { closedOf } from '../../unit/flow-store/made.ts';

const [dir = '', from = '0', start = '0'] = process.argv.slice(2);
const RETENTION = { '1m': 1e12, '10m': 1e12, '1d': 1e12 };
const writer = new FlowWriter({ dir, onNote: (sentence) => writeSync(2, sentence) });
for (let minute = Number(from); ; minute++) {
  const minuteS = Number(start) + minute * 60;
  // Minute n has conversations of n + 1 bytes: 50 of them.
  const rows = Array.from({ length: 50 }, (_, i) => ({
    minuteS,
    client: 0x0a00_0000 + i,
    server: 0xc633_6401,
    bytes: minute + 1,
  }));
  writer.write(closedOf(rows, minuteS + 60));
  writeSync(1, `${minute}\n`);
  if (minute % 5 === 0) writer.upkeep(minuteS + 61, RETENTION, undefined);
}
