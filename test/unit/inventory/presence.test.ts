import { describe, expect, it } from 'vitest';
import {
  DEFAULT_LIMITS,
  limitsWith,
  presenceOf,
  presenceWindowMs,
} from '../../../electron/engine/inventory/presence.ts';
import type { Gap, PresenceFacts } from '../../../electron/engine/inventory/presence.ts';

// 2026-11-20 15:02:00 UTC
const NOW = 1_795_186_920_000;
const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

/** A router polled every 15 s, watched for a day, that answered and sent data just now. */
const router: PresenceFacts = {
  kind: 'router',
  name: 'core',
  telemetry: 'required',
  windowMs: 5 * MINUTE,
  heartbeatMs: 15 * SECOND,
  knownSinceMs: NOW - 24 * HOUR,
  lastSeenMs: NOW,
  lastTelemetryMs: NOW,
  lastError: null,
};

const judge = (facts: Partial<PresenceFacts>, gaps: Gap[] = [], nowMs = NOW) =>
  presenceOf({ ...router, ...facts }, nowMs, gaps, undefined, 'UTC');

describe('the window', () => {
  it.each([
    ['router', 15 * SECOND, 5 * MINUTE],
    ['router', 2 * MINUTE, 6 * MINUTE],
    ['dedicated-edge', MINUTE, 5 * MINUTE],
    ['mtge', 30 * SECOND, 5 * MINUTE],
    ['connector', 30 * SECOND, 5 * MINUTE],
    ['headend', MINUTE, 5 * MINUTE],
    ['push-client', 5 * MINUTE, 15 * MINUTE],
    ['host', 15 * SECOND, 75 * SECOND],
    ['target', MINUTE, 5 * MINUTE],
  ] as const)('of a %s with an interval of %i ms is %i ms', (type, intervalMs, windowMs) => {
    expect(presenceWindowMs(DEFAULT_LIMITS[type], intervalMs)).toBe(windowMs);
  });

  it('follows another limit where the type has a fixed one', () => {
    const limits = limitsWith(10 * MINUTE);
    expect(presenceWindowMs(limits.router, 15 * SECOND)).toBe(10 * MINUTE);
    expect(presenceWindowMs(limits.host, 15 * SECOND)).toBe(75 * SECOND);
    expect(presenceWindowMs(limits['push-client'], MINUTE)).toBe(15 * MINUTE);
  });

  it('is never less than three intervals, whatever the configured limit', () => {
    expect(presenceWindowMs({ ms: 10 * SECOND }, 20 * SECOND)).toBe(60 * SECOND);
  });
});

describe('both signals must hold', () => {
  it('online: it answers and its data is in the store', () => {
    expect(judge({})).toEqual({ state: 'online', reason: 'Answers and sends data', sinceMs: NOW });
  });

  it('online at exactly five minutes, offline a moment later', () => {
    expect(judge({ lastSeenMs: NOW - 5 * MINUTE, heartbeatMs: 0 }).state).toBe('online');
    expect(judge({ lastSeenMs: NOW - 5 * MINUTE - 1, heartbeatMs: 0 }).state).toBe('offline');
  });

  it('offline when it is silent, even though its stored data is fresh', () => {
    expect(
      judge({
        lastSeenMs: NOW - 6 * MINUTE,
        lastTelemetryMs: NOW,
        lastError: { code: 'LW_ROUTEROS_REFUSED', message: 'connection refused (port 8728)', atMs: NOW - 5 * SECOND },
      }),
    ).toEqual({
      state: 'offline',
      reason: 'No data from core for 6 minutes; last seen 14:56. Last error: connection refused (port 8728)',
      sinceMs: NOW - MINUTE,
    });
  });

  it('offline when it answers but its data has stopped', () => {
    expect(judge({ lastTelemetryMs: NOW - 6 * MINUTE })).toEqual({
      state: 'offline',
      reason: 'Answers, but no CPU or uptime data for 6 minutes',
      sinceMs: NOW - MINUTE,
    });
  });

  it('offline when it has answered for a whole window and never sent data', () => {
    expect(judge({ lastTelemetryMs: null, knownSinceMs: NOW - 5 * MINUTE - 1 })).toMatchObject({
      state: 'offline',
      reason: 'Answers, but has sent no CPU or uptime data yet',
    });
  });

  it('unknown while the first data of a device that answers may still come', () => {
    expect(judge({ lastTelemetryMs: null, knownSinceMs: NOW - 10 * SECOND })).toMatchObject({
      state: 'unknown',
      reason: 'Answers; waiting for its first CPU or uptime data',
    });
  });

  it('a type without telemetry by nature is online by its answers alone', () => {
    expect(judge({ telemetry: 'none', lastTelemetryMs: null })).toMatchObject({ state: 'online', reason: 'Answers' });
  });

  it('a last error that an answer followed is no longer told', () => {
    const lastError = { code: 'LW_ROUTEROS_TIMEOUT', message: 'timed out', atMs: NOW - 7 * MINUTE };
    expect(judge({ lastSeenMs: NOW - 6 * MINUTE, lastError }).reason).toBe(
      'No data from core for 6 minutes; last seen 14:56',
    );
  });

  it('a last answer of another day is told with its date', () => {
    expect(judge({ lastSeenMs: NOW - 30 * HOUR }).reason).toBe(
      'No data from core for 1 day; last seen 2026-11-19 09:02',
    );
  });
});

describe('never seen', () => {
  it('is unknown, since it was added', () => {
    expect(judge({ lastSeenMs: null, lastTelemetryMs: null, knownSinceMs: NOW - MINUTE })).toEqual({
      state: 'unknown',
      reason: 'Never seen yet',
      sinceMs: NOW - MINUTE,
    });
  });

  it('says what went wrong when somebody tried', () => {
    const lastError = { code: 'LW_ROUTEROS_LOGIN_FAILED', message: 'wrong user name or password', atMs: NOW };
    expect(judge({ lastSeenMs: null, lastError }).reason).toBe(
      'Never seen yet. Last error: wrong user name or password',
    );
  });

  it('stays unknown even if its data lingers in the store', () => {
    expect(judge({ lastSeenMs: null, lastTelemetryMs: NOW }).state).toBe('unknown');
  });
});

describe('not answering', () => {
  it('is told once two heartbeats are missed, with the reason', () => {
    expect(
      judge({
        lastSeenMs: NOW - 32 * SECOND,
        lastTelemetryMs: NOW - 32 * SECOND,
        lastError: { code: 'LW_ROUTEROS_REFUSED', message: 'connection refused (port 8728)', atMs: NOW - SECOND },
      }),
    ).toEqual({
      state: 'degraded',
      reason: 'Not answering for 32 s: connection refused (port 8728)',
      sinceMs: NOW - 2 * SECOND,
    });
  });

  it('is not told of one late answer', () => {
    expect(judge({ lastSeenMs: NOW - 30 * SECOND }).state).toBe('online');
    expect(judge({ lastSeenMs: NOW - 30 * SECOND - 1 }).state).toBe('degraded');
  });

  it('is never told of a device that keeps no pace', () => {
    expect(judge({ lastSeenMs: NOW - 4 * MINUTE, heartbeatMs: 0 }).state).toBe('online');
  });
});

describe('a device that answers with a refusal', () => {
  const message = 'The router refuses the user name or the password.';
  const refused = { code: 'LW_ROUTEROS_LOGIN_FAILED', message };
  const reason = `Answers, but the login is refused: ${message}`;

  it.each([
    ['degraded, while its back-off lets heartbeats pass', NOW - 40 * SECOND, NOW - 70 * SECOND, 'degraded'],
    ['degraded, when it was asked just now', NOW, NOW - 31 * SECOND, 'degraded'],
    ['offline, once its data is too old', NOW, NOW - 6 * MINUTE, 'offline'],
    ['offline, when it never gave any', NOW, null, 'offline'],
  ] as const)('is %s, and says so', (_what, lastSeenMs, lastTelemetryMs, state) => {
    const found = judge({ lastSeenMs, lastTelemetryMs, lastError: { ...refused, atMs: lastSeenMs } });
    expect(found).toMatchObject({ state, reason });
  });

  it('is unknown at first, and says so', () => {
    const facts = { lastTelemetryMs: null, knownSinceMs: NOW - SECOND, lastError: { ...refused, atMs: NOW } };
    expect(judge(facts)).toMatchObject({ state: 'unknown', reason });
  });

  it('is told of in the sentence of its silence, too', () => {
    const lastSeenMs = NOW - 6 * MINUTE;
    expect(judge({ lastSeenMs, lastError: { ...refused, atMs: lastSeenMs } }).reason).toBe(
      `No data from core for 6 minutes; last seen 14:56. Last error: ${message}`,
    );
  });

  it('is not told of one refusal between two polls', () => {
    const facts = { lastTelemetryMs: NOW - 15 * SECOND, lastError: { ...refused, atMs: NOW } };
    expect(judge(facts).state).toBe('online');
  });

  it('a refusal before the last answer is over', () => {
    expect(judge({ lastTelemetryMs: null, lastError: { ...refused, atMs: NOW - SECOND } }).reason).toBe(
      'Answers, but has sent no CPU or uptime data yet',
    );
  });
});

describe('the words of each kind', () => {
  const lastError = { code: 'LW_SCRAPE_STATUS', message: 'The target answered with status 500.', atMs: NOW };
  const target = { kind: 'target', name: 'web', windowMs: 75 * SECOND } as const;

  it('a target that answers with an error gives no metrics', () => {
    const told = 'Answers, but no metrics: The target answered with status 500.';
    expect(judge({ ...target, lastTelemetryMs: NOW - 31 * SECOND, lastError })).toMatchObject({
      state: 'degraded',
      reason: told,
    });
    expect(judge({ ...target, lastTelemetryMs: NOW - 76 * SECOND, lastError })).toMatchObject({
      state: 'offline',
      reason: told,
    });
    expect(judge({ ...target, lastTelemetryMs: null, lastError }).reason).toBe(told);
  });

  it('a target whose metrics are not there waits for metrics, an exporter for flows', () => {
    const young = { lastTelemetryMs: null, knownSinceMs: NOW - SECOND };
    expect(judge({ ...target, ...young }).reason).toBe('Answers; waiting for its first metrics');
    expect(judge({ kind: 'exporter', ...young }).reason).toBe('Answers; waiting for its first flows');
    expect(judge({ ...target, lastTelemetryMs: NOW - 2 * MINUTE }).reason).toBe(
      'Answers, but no metrics for 2 minutes',
    );
  });
});

describe('devices as SecureLink has them', () => {
  const edge = { ...router, name: 'Mill street', heartbeatMs: MINUTE };

  it('an edge that sends informs without a WAN address is online: the inform itself counts', () => {
    expect(judge({ ...edge, lastSeenMs: NOW - 59 * SECOND, lastTelemetryMs: NOW - 59 * SECOND }).state).toBe('online');
  });

  it('an edge whose metrics linger but which stopped reporting goes offline after five minutes', () => {
    expect(judge({ ...edge, lastSeenMs: NOW - 5 * MINUTE - SECOND, lastTelemetryMs: NOW - SECOND }).state).toBe(
      'offline',
    );
  });

  it('a connector sends keepalives only and is online by them', () => {
    const connector = { telemetry: 'none', heartbeatMs: 30 * SECOND, lastTelemetryMs: null } as const;
    expect(judge({ ...connector, lastSeenMs: NOW - 30 * SECOND }).state).toBe('online');
    expect(judge({ ...connector, lastSeenMs: NOW - 61 * SECOND }).state).toBe('degraded');
    expect(judge({ ...connector, lastSeenMs: NOW - 301 * SECOND }).state).toBe('offline');
  });
});

describe('after this machine slept', () => {
  // It slept from 06:00 to 15:02; the router answered last at 05:59:50.
  const woke: Gap = { fromMs: NOW - 9 * HOUR - 2 * MINUTE, toMs: NOW, cause: 'sleep' };
  const lastMs = woke.fromMs - 10 * SECOND;
  const slept = { lastSeenMs: lastMs, lastTelemetryMs: lastMs };

  it('a device that was alive is given a whole window', () => {
    expect(judge(slept, [woke])).toMatchObject({
      state: 'online',
      reason: 'Waiting for its answer after a pause; last seen 05:59',
    });
    expect(judge(slept, [woke], NOW + 5 * MINUTE).state).toBe('degraded');
    expect(judge(slept, [woke], NOW + 5 * MINUTE + 1).state).toBe('offline');
  });

  it('missed heartbeats are counted from the waking', () => {
    expect(judge(slept, [woke], NOW + 30 * SECOND).state).toBe('online');
    expect(judge(slept, [woke], NOW + 31 * SECOND)).toMatchObject({
      state: 'degraded',
      reason: 'Not answering for 31 s',
    });
  });

  it('a device that was offline before stays offline', () => {
    const silentMs = woke.fromMs - 5 * MINUTE - 1;
    expect(judge({ lastSeenMs: silentMs, lastTelemetryMs: silentMs }, [woke]).state).toBe('offline');
  });

  it('an answer alone brings it back, and its data has a window to follow', () => {
    expect(judge({ ...slept, lastSeenMs: NOW + SECOND }, [woke], NOW + 2 * SECOND).state).toBe('online');
    expect(judge({ ...slept, lastSeenMs: NOW + 5 * MINUTE }, [woke], NOW + 5 * MINUTE + 1)).toMatchObject({
      state: 'offline',
      reason: 'Answers, but no CPU or uptime data for 9 hours',
    });
  });

  it('a second sleep before any answer gives a window again', () => {
    const again: Gap = { fromMs: NOW + MINUTE, toMs: NOW + HOUR, cause: 'sleep' };
    expect(judge(slept, [woke, again], NOW + HOUR + 10 * SECOND).state).toBe('online');
  });
});

describe('after a restart', () => {
  const started: Gap = { fromMs: NOW - 8 * HOUR, toMs: NOW, cause: 'restart' };

  it('what the store remembers does not make a silent device look alive', () => {
    const lastMs = NOW - 8 * HOUR - 10 * SECOND;
    expect(judge({ lastSeenMs: lastMs, lastTelemetryMs: lastMs }, [started], NOW + SECOND)).toMatchObject({
      state: 'unknown',
      reason: 'Waiting for its first answer since Linewarden started; last seen 07:01',
    });
    expect(judge({ lastSeenMs: lastMs, lastTelemetryMs: lastMs }, [started], NOW + 5 * MINUTE + 1).state).toBe(
      'offline',
    );
  });

  it('a device that was offline before is offline at once', () => {
    expect(judge({ lastSeenMs: NOW - 9 * HOUR }, [started], NOW).state).toBe('offline');
  });

  it('a short one changes nothing for a device whose signals are fresh', () => {
    const short: Gap = { fromMs: NOW - 10 * SECOND, toMs: NOW - 2 * SECOND, cause: 'restart' };
    const freshMs = NOW - 11 * SECOND;
    expect(judge({ lastSeenMs: freshMs, lastTelemetryMs: freshMs }, [short])).toMatchObject({
      state: 'online',
      reason: 'Answers and sends data',
    });
  });
});

describe('since', () => {
  it('stays while the state stays', () => {
    const before = { state: 'online', reason: 'Answers and sends data', sinceMs: NOW - HOUR } as const;
    expect(presenceOf(router, NOW, [], before).sinceMs).toBe(NOW - HOUR);
  });

  it('is never in the future', () => {
    expect(judge({ lastSeenMs: NOW + HOUR, lastTelemetryMs: NOW + HOUR }).sinceMs).toBe(NOW);
  });
});
