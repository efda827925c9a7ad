// Flows: how many are decoded, received and stored a second, and how soon questions about stored ones are answered.
import type { Figure } from '../run.ts';
import { decodeBench } from './decode.ts';
import { receivedBench } from './received.ts';
import { storedBench } from './stored.ts';

export async function flowBench(emit: (figure: Figure) => void): Promise<void> {
  await decodeBench(emit);
  await storedBench(emit);
  await receivedBench(emit);
}
