// Flows: how many are decoded, received and stored a second, and how soon questions about stored ones are answered.
import type { Figure } from '../run.ts';
import { decodeBench } from './decode.ts';
import { receivedBench } from './received.ts';
import { storedBench } from './stored.ts';

const PARTS = { decode: decodeBench, stored: storedBench, received: receivedBench };

/** BENCH_FLOW_PART: one of them alone. */
export async function flowBench(emit: (figure: Figure) => void): Promise<void> {
  const only = process.env['BENCH_FLOW_PART'];
  for (const [name, part] of Object.entries(PARTS)) if (only === undefined || only === name) await part(emit);
}
