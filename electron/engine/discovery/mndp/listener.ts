// The socket that hears routers announce themselves, and asks them to. A port that cannot be had is told, never an error.
import { networkInterfaces } from 'node:os';
import type { Socket } from 'node:dgram';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { DiscoverySection } from '../section.ts';
import { broadcastAddresses } from './broadcasts.ts';
import { MNDP_PORT, MNDP_REQUEST, parseMndp } from './packet.ts';
import type { Announcement } from './packet.ts';
import { createTurns } from '../../turns.ts';

type Endpoint = { readonly host: string; readonly port: number };
type Settings = DiscoverySection['mndp'];

export type MndpCounts = { announcements: number; requests: number; malformed: number; dropped: number };

export interface MndpListener {
  apply(settings: Settings): void;
  /** Asks all to announce themselves now; how many addresses it was sent to. Rejects with LW_DISCOVERY_* where it cannot. */
  search(): Promise<number>;
  /** Where it listens now; null: nowhere. The problem is a sentence. */
  status(): { readonly listening: string | null; readonly problem: string | null };
  readonly counts: MndpCounts;
  stop(): void;
}

const FIRST_RETRY_MS = 30_000;
const MAX_RETRY_MS = 600_000;
/** The question is repeated, since it or its answers may be lost. */
const ASK_AGAIN_MS = [1_000, 3_000] as const;
/** How long the port stays open for a search where nothing listens otherwise. */
const SEARCH_MS = 12_000;
/** A search in a large network brings hundreds of answers at once; beyond this it is a flood. */
const BURST = 2_000;
const A_SECOND = 200;

export function createMndpListener(options: {
  readonly settings: Settings;
  /** Where it listens when the settings do not say. */
  readonly defaultListen: Endpoint | undefined;
  /** Where the answers to a search come to when it listens nowhere; port 5678 unless a test says otherwise. */
  readonly searchOn?: Endpoint;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onAnnouncement: (announcement: Announcement, from: string) => void;
}): MndpListener {
  const { clock, logger, onAnnouncement } = options;
  let { settings } = options;
  let socket: Socket | undefined;
  let bound: Endpoint | undefined;
  let problem: string | null = null;
  let retryMs = FIRST_RETRY_MS;
  let retryTimer: NodeJS.Timeout | undefined;
  let closeTimer: NodeJS.Timeout | undefined;
  const askTimers = new Set<NodeJS.Timeout>();
  let isStopped = false;
  let budget = BURST;
  let budgetMs = clock.monotonic();
  const counts: MndpCounts = { announcements: 0, requests: 0, malformed: 0, dropped: 0 };

  const wanted = (): Endpoint | undefined => {
    if (settings.listen === 'off') return undefined;
    return settings.listen ?? options.defaultListen;
  };

  const mayRead = (): boolean => {
    const nowMs = clock.monotonic();
    budget = Math.min(BURST, budget + ((nowMs - budgetMs) / 1_000) * A_SECOND);
    budgetMs = nowMs;
    if (budget < 1) return false;
    budget--;
    return true;
  };

  const receive = (packet: Uint8Array, from: string): void => {
    if (!mayRead()) {
      counts.dropped++;
      return;
    }
    const told = parseMndp(packet);
    if (told === 'request') counts.requests++;
    else if (told === undefined) counts.malformed++;
    else {
      counts.announcements++;
      onAnnouncement(told, from);
    }
  };

  const close = (): void => {
    clearTimeout(retryTimer);
    clearTimeout(closeTimer);
    for (const timer of askTimers) clearTimeout(timer);
    askTimers.clear();
    socket?.close();
    socket = undefined;
    bound = undefined;
  };

  /** Rejects with the system's error. */
  const open = async (endpoint: Endpoint): Promise<Socket> => {
    const { createSocket } = await import('node:dgram');
    const made = createSocket({ type: endpoint.host.includes(':') ? 'udp6' : 'udp4', reuseAddr: true });
    try {
      await new Promise<void>((resolve, reject) => {
        made.once('error', reject);
        made.bind(endpoint.port, endpoint.host, resolve);
      });
      made.setBroadcast(true);
    } catch (error) {
      made.close();
      throw error;
    }
    made.removeAllListeners('error');
    made.on('error', (error) => {
      if (socket !== made) return;
      logger.warn({ err: error }, 'listening for announcements ended');
      close();
      problem = sentenceOf(endpoint, error);
      tryLater();
    });
    made.on('message', (packet, { address }) => receive(packet, address));
    made.unref();
    return made;
  };

  const inTurn = createTurns();

  const listen = (): Promise<void> =>
    inTurn(async () => {
      const endpoint = wanted();
      if (isStopped || (bound !== undefined && same(bound, endpoint))) return;
      close();
      problem = null;
      if (endpoint === undefined) return;
      try {
        socket = await open(endpoint);
        bound = endpoint;
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        problem = sentenceOf(endpoint, error);
        logger.info({ err: error }, 'announcements of routers cannot be heard');
        tryLater();
      }
      if (isStopped) close();
    });

  const tryLater = (): void => {
    if (isStopped) return;
    retryTimer = setTimeout(() => void listen(), retryMs);
    retryTimer.unref();
    retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
  };

  const ask = async (targets: readonly Endpoint[]): Promise<number> => {
    const asking = socket;
    if (asking === undefined) return 0;
    const sent = await Promise.all(
      targets.map(
        ({ host, port }) =>
          new Promise<number>((resolve) => {
            // Networks that are down refuse; the others are asked all the same.
            asking.send(MNDP_REQUEST, port, host, (error) => resolve(error === null ? 1 : 0));
          }),
      ),
    );
    return sent.reduce((sum, one) => sum + one, 0);
  };

  void listen();
  return {
    apply(next) {
      settings = next;
      retryMs = FIRST_RETRY_MS;
      void listen();
    },
    async search() {
      if (!settings.query) {
        throw new LinewardenError('LW_DISCOVERY_QUERY_OFF', 'Searching is switched off in the config.', {
          hint: 'Set discovery.mndp.query to true; routers that announce themselves are heard all the same.',
        });
      }
      await listen();
      if (socket === undefined) {
        const endpoint = wanted() ?? options.searchOn ?? { host: '0.0.0.0', port: MNDP_PORT };
        await inTurn(async () => {
          try {
            socket ??= await open(endpoint);
          } catch (error) {
            throw new LinewardenError('LW_DISCOVERY_PORT', sentenceOf(endpoint, error), {
              hint: 'Close the other program, or choose another address under discovery.mndp.listen.',
              cause: error,
            });
          }
        });
        clearTimeout(closeTimer);
        closeTimer = setTimeout(() => {
          if (bound === undefined) close();
        }, SEARCH_MS);
        closeTimer.unref();
      }
      const targets =
        settings.query_to ?? broadcastAddresses(networkInterfaces()).map((host) => ({ host, port: MNDP_PORT }));
      for (const afterMs of ASK_AGAIN_MS) {
        const timer = setTimeout(() => {
          askTimers.delete(timer);
          void ask(targets);
        }, afterMs);
        timer.unref();
        askTimers.add(timer);
      }
      const first = await ask(targets);
      if (first > 0) return first;
      throw new LinewardenError('LW_DISCOVERY_NOT_SENT', 'The question could not be sent into any network.', {
        hint: 'Is this computer connected? A firewall may also keep broadcasts in.',
      });
    },
    status: () => ({ listening: bound === undefined ? null : `${bound.host}:${bound.port}`, problem }),
    counts,
    stop() {
      isStopped = true;
      close();
    },
  };
}

const same = (one: Endpoint, other: Endpoint | undefined): boolean =>
  one.host === other?.host && one.port === other.port;

function sentenceOf({ host, port }: Endpoint, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program holds the port',
    EACCES: 'the system does not allow it',
    EADDRNOTAVAIL: 'this computer has no such address',
  };
  const reason = why[code] ?? (error instanceof Error ? error.message : String(error));
  return `Announcements cannot be heard on ${host}:${port}: ${reason}.`;
}
