// npm run fuzz [-- packets [seed]]: very many damaged packets, in pieces with a seed each, so that one is found again.
import { fuzzFlows } from './flows.ts';

const PIECE = 50_000;
const packets = Number(process.argv[2] ?? 1_000_000);
const firstSeed = Number(process.argv[3] ?? Math.floor(Math.random() * 1_000_000_000));

let rows = 0;
for (let done = 0, seed = firstSeed; done < packets; done += PIECE, seed++) {
  try {
    const outcome = fuzzFlows(Math.min(PIECE, packets - done), seed);
    rows += outcome.rows;
    if (outcome.fault === undefined) continue;
    console.error(`seed ${seed}: ${outcome.fault}`);
  } catch (error) {
    console.error(`seed ${seed}:`, error);
  }
  process.exit(1);
}
console.log(`${packets} damaged flow packets from seed ${firstSeed}: ${rows} rows were read, nothing went wrong`);
