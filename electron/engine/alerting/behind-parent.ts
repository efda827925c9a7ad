// One cause, one message: alerts of a device that is reached through another are not told of while that one is away.
import type { Watched } from './settling.ts';

export type BehindParentOptions = {
  readonly deviceOf: (labels: Readonly<Record<string, string>>) => string | undefined;
  readonly device: (id: string) => (Watched & { readonly name: string; readonly intervalMs: number }) | undefined;
  readonly parentOf: (id: string) => string | undefined;
};

/** Parents may be set by hand, in a circle too. */
const MAX_STEPS = 32;
const MISSED_ANSWERS = 2;

/** Why an alert with these labels is not told of now; undefined where nothing above its device is away. */
export function behindParent(
  { deviceOf, device, parentOf }: BehindParentOptions,
  labels: Readonly<Record<string, string>>,
  atMs: number,
): string | undefined {
  const own = deviceOf(labels);
  if (own === undefined) return undefined;
  const seen = new Set([own]);
  for (let id = parentOf(own); id !== undefined && !seen.has(id) && seen.size <= MAX_STEPS; id = parentOf(id)) {
    seen.add(id);
    const parent = device(id);
    // One that answers, whatever it lacks, lets through what is behind it.
    const silentMs = atMs - (parent?.lastSeenMs ?? atMs);
    if (parent === undefined || silentMs < MISSED_ANSWERS * parent.intervalMs) continue;
    if (parent.state === 'offline') return `${parent.name}, through which it is reached, is offline.`;
    // What is behind it went silent at the same time, and may be noticed sooner.
    if (parent.state === 'degraded') return `${parent.name}, through which it is reached, does not answer.`;
  }
  return undefined;
}
