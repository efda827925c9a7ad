// The engine's events, followed for as long as it runs: what happened to containers, also while we were away.
import { type Clock, pause } from '../../clock.ts';
import { cleanText } from '../../observations/index.ts';
import { eventSchema } from './answers.ts';
import type { EngineEvent } from './answers.ts';
import type { EngineClient } from './engine-client.ts';

export type ContainerEvent = {
  readonly id: string;
  readonly name: string;
  readonly action: 'start' | 'stop' | 'die' | 'oom' | 'healthy' | 'unhealthy';
  readonly atMs: number;
  /** One sentence for the time axis. */
  readonly words: string;
};

const FILTERS = encodeURIComponent(
  JSON.stringify({ type: ['container'], event: ['start', 'stop', 'die', 'oom', 'health_status'] }),
);
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;
/** A connection that held for so long was a good one, though nothing happened. */
const HELD_MS = 30_000;

export function containerEvent(event: EngineEvent, nowMs: number): ContainerEvent | undefined {
  const id = event.Actor?.ID ?? event.id;
  const said = event.Action ?? event.status ?? '';
  const attributes = event.Actor?.Attributes ?? {};
  const action = said.startsWith('health_status') ? said.replace(/^health_status:\s*/, '') : said;
  if (id === undefined) return undefined;
  const name = cleanText(attributes['name'] ?? '') || id.slice(0, 12);
  const atMs = Math.min(timeOf(event) ?? nowMs, nowMs);
  const words = wordsOf(action, name, attributes['exitCode']);
  return words === undefined ? undefined : { id, name, action: action as ContainerEvent['action'], atMs, words };
}

/** Nanoseconds are more than a number holds exactly; milliseconds are not. */
const timeOf = ({ time, timeNano }: EngineEvent): number | undefined =>
  timeNano === undefined ? time && time * 1_000 : Math.floor(timeNano / 1e6);

function wordsOf(action: string, name: string, exitCode: string | undefined): string | undefined {
  switch (action) {
    case 'start':
      return `${name} started`;
    case 'stop':
      return `${name} was stopped`;
    case 'die':
      return exitCode !== undefined && /^\d{1,3}$/.test(exitCode)
        ? `${name} ended with code ${exitCode}`
        : `${name} ended`;
    case 'oom':
      return `${name} ran out of memory`;
    case 'healthy':
      return `${name} is healthy`;
    case 'unhealthy':
      return `${name} is unhealthy`;
    default:
      return undefined;
  }
}

/** Never rejects; ends with the signal. After a break it asks for what it missed; `fromMs` is by the engine's clock. */
export async function followEvents(
  client: EngineClient,
  clock: Clock,
  signal: AbortSignal,
  fromMs: number | undefined,
  onEvent: (event: ContainerEvent) => void,
  wait: typeof pause = pause,
): Promise<void> {
  /** By the engine's clock, which need not be ours. */
  let sinceMs = fromMs;
  /** Told at the very time from which is asked again. */
  let told = new Set<string>();
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    // Without `since` only what is to come is told.
    const since = sinceMs === undefined ? '' : `since=${(sinceMs / 1_000).toFixed(3)}&`;
    const openedMs = clock.monotonic();
    try {
      const url = `/events?${since}filters=${FILTERS}`;
      for await (const each of client.lines(url, eventSchema, signal)) {
        pauseMs = FIRST_PAUSE_MS;
        const event = containerEvent(each, clock.now());
        if (event === undefined) continue;
        const engineMs = timeOf(each) ?? clock.now();
        const key = `${event.id} ${event.action} ${engineMs}`;
        if (engineMs < (sinceMs ?? 0) || told.has(key)) continue;
        if (engineMs > (sinceMs ?? 0)) told = new Set();
        sinceMs = engineMs;
        told.add(key);
        onEvent(event);
      }
    } catch {
      // The poll tells why the engine does not answer.
    }
    if (clock.monotonic() - openedMs >= HELD_MS) pauseMs = FIRST_PAUSE_MS;
    await wait(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
  }
}
