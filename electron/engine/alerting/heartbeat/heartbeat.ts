// The dead man's switch: a URL of the operator's choice is asked every few minutes for as long as rules are evaluated, so
// that whoever is behind it raises the alarm when Linewarden itself has gone silent. The URL is a secret.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { HeartbeatForm, HeartbeatShown } from '../../../../shared/contract/index.ts';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../telemetry/index.ts';
import { DEFAULT_INTERVAL_MS, type HeartbeatSection } from './section.ts';
import { evaluationTrouble, hasBegun, type WatchedGroup } from './trouble.ts';

export type HeartbeatOptions = {
  readonly section: HeartbeatSection | undefined;
  /** Where file names of the section start. */
  readonly baseDir: string;
  readonly settings: { get(key: string): unknown; set(key: string, value: unknown): void };
  readonly secrets: {
    set(name: string, secret: string): Promise<void>;
    get(name: string): Promise<string | undefined>;
    delete(name: string): Promise<boolean>;
  };
  readonly groups: () => readonly WatchedGroup[];
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  /** Undefined when all is well again. */
  readonly onProblem: (sentence: string | undefined) => void;
  readonly onChange: () => void;
  readonly fetch?: typeof fetch;
};

export interface Heartbeat {
  start(): void;
  apply(section: HeartbeatSection | undefined, baseDir: string): void;
  shown(): HeartbeatShown;
  /** The window's own; what the file says goes first. */
  change(form: HeartbeatForm): Promise<HeartbeatShown>;
  /** Beats so far, by how they went. */
  counts(): { readonly sent: number; readonly failed: number; readonly withheld: number };
  stop(): Promise<void>;
}

const KEY = 'alerting.heartbeat';
const SECRET = 'heartbeat url';
const RETRY_MS = 30_000;
const FIRST_MS = 200;
const WAIT_MS = 1_000;
const TIMEOUT_MS = 10_000;
const MAX_URL = 4_096;

const storedSchema = z.object({ intervalMs: z.number().int(), origin: z.string() });

/** What went wrong, without the URL. */
class BeatFailed extends Error {}

export function createHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { settings, secrets, clock, logger } = options;
  const request = options.fetch ?? fetch;
  let { section, baseDir } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;
  let stopping = new AbortController();
  let isStarted = false;
  let sinceMs = clock.now();
  let lastSentAtMs: number | null = null;
  let trouble: string | undefined;
  let counts = { sent: 0, failed: 0, withheld: 0 };

  const own = () => storedSchema.safeParse(settings.get(KEY)).data;
  const setBy = (): HeartbeatShown['setBy'] => (section !== undefined ? 'file' : own() === undefined ? null : 'window');
  const intervalMs = (): number => section?.intervalMs ?? own()?.intervalMs ?? DEFAULT_INTERVAL_MS;

  const readUrl = async (): Promise<URL> => {
    const text = await urlText();
    const url = URL.canParse(text) && text.length <= MAX_URL ? new URL(text) : undefined;
    if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
    throw new BeatFailed('The heartbeat has no URL that can be asked: it has to begin with http:// or https://.');
  };
  const urlText = async (): Promise<string> => {
    if (section === undefined) return (await secrets.get(SECRET)) ?? '';
    if (section.url !== undefined) return section.url;
    const file = path.resolve(baseDir, section.urlFile ?? '');
    try {
      return (await readFile(file, 'utf8')).trim();
    } catch (error) {
      throw new BeatFailed(`The file of the heartbeat's URL, ${file}, cannot be read.`, { cause: error });
    }
  };

  const tell = (sentence: string | undefined): void => {
    if (sentence === trouble) return;
    trouble = sentence;
    if (sentence !== undefined) logger.warn({}, sentence);
    options.onProblem(sentence);
    options.onChange();
  };

  const send = async (signal: AbortSignal): Promise<void> => {
    const url = await readUrl();
    let response: Response;
    try {
      response = await request(url, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        headers: { 'User-Agent': 'Linewarden' },
      });
      await response.body?.cancel();
    } catch (error) {
      throw new BeatFailed(`The heartbeat could not be sent to ${url.host}: ${reasonOf(error)}.`);
    }
    if (!response.ok) {
      throw new BeatFailed(`The heartbeat was refused: ${url.host} answered with status ${response.status}.`);
    }
  };

  /** @returns when to come again, ms */
  const beat = async (signal: AbortSignal): Promise<number> => {
    const groups = options.groups();
    const nowMs = clock.now();
    const why = evaluationTrouble(groups, sinceMs, nowMs);
    if (why !== undefined) {
      counts = { ...counts, withheld: counts.withheld + 1 };
      tell(`No heartbeat is sent. ${why}`);
      return Math.min(RETRY_MS, intervalMs());
    }
    if (!hasBegun(groups)) return WAIT_MS;
    try {
      await send(signal);
      if (signal.aborted) return 0;
      counts = { ...counts, sent: counts.sent + 1 };
      lastSentAtMs = clock.now();
      tell(undefined);
      options.onChange();
      return intervalMs();
    } catch (error) {
      if (signal.aborted) return 0;
      counts = { ...counts, failed: counts.failed + 1 };
      if (!(error instanceof BeatFailed)) logger.error({ err: error }, 'a heartbeat failed unexpectedly');
      tell(error instanceof BeatFailed ? error.message : 'The heartbeat failed unexpectedly.');
      return Math.min(RETRY_MS, intervalMs());
    }
  };

  const schedule = (delayMs: number, { signal }: AbortController): void => {
    timer = setTimeout(() => {
      running = beat(signal).then((nextMs) => {
        if (!signal.aborted) schedule(nextMs, stopping);
      });
    }, delayMs);
    timer.unref();
  };

  /** What is under way is given up; the next goes out at once. */
  const restart = (): void => {
    clearTimeout(timer);
    stopping.abort();
    stopping = new AbortController();
    if (!isStarted) return;
    lastSentAtMs = null;
    tell(undefined);
    if (setBy() !== null) schedule(FIRST_MS, stopping);
  };

  const shown = (): HeartbeatShown => ({
    setBy: setBy(),
    origin: originOf(section) ?? own()?.origin ?? null,
    intervalMs: intervalMs(),
    lastSentAtMs,
    trouble: trouble ?? null,
  });

  return {
    start() {
      isStarted = true;
      sinceMs = clock.now();
      restart();
    },
    apply(next, nextDir) {
      const isSame = JSON.stringify([section, baseDir]) === JSON.stringify([next, nextDir]);
      section = next;
      baseDir = nextDir;
      if (!isSame) restart();
    },
    shown,
    async change({ url, intervalMs: everyMs }) {
      const known = own();
      if (url === null) {
        settings.set(KEY, undefined);
        await secrets.delete(SECRET);
      } else if (url !== undefined || known !== undefined) {
        if (url !== undefined) await secrets.set(SECRET, url);
        const origin = url === undefined ? (known?.origin ?? '') : new URL(url).origin;
        settings.set(KEY, { intervalMs: everyMs, origin });
      }
      restart();
      options.onChange();
      return shown();
    },
    counts: () => counts,
    async stop() {
      clearTimeout(timer);
      stopping.abort();
      await running;
    },
  };
}

const originOf = (section: HeartbeatSection | undefined): string | undefined =>
  section?.url === undefined ? section?.urlFile : new URL(section.url).origin;

/** The system's word for it; an error's message may hold the URL. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1_000} s`;
  const cause = error instanceof Error ? (error.cause ?? error) : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'the connection failed';
}
