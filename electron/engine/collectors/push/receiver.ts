// Takes reports of clients and headends: who may send is asked before the body is read, and answered once it is committed.
import type { Clock } from '../../clock.ts';
import type { AppendResult } from '../../store/metrics/index.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { Logger } from '../../telemetry/index.ts';
import { Accounts } from './accounts.ts';
import { type Anomaly, judge, type Known } from './anomalies.ts';
import type { PushClients } from './clients.ts';
import type { SenderKind } from './families.ts';
import { type JwtReason, type JwtVerifier } from './jwt.ts';
import { addressKey, RateLimit } from './limits.ts';
import type { PushRegistry, Point } from './registry.ts';
import type { PushSection } from './section.ts';
import { readSubmission, type Report, type Submission } from './submission.ts';

/** Failed logins of one address in a minute. */
const FAILURES_PER_MINUTE = 30;
const WARN_EVERY_MS = 60_000;

/** What is answered where nothing is taken. */
export type Refusal = {
  readonly status: 401 | 403 | 413 | 415 | 422 | 429 | 503;
  readonly code: `LW_PUSH_${string}`;
  readonly error: string;
  readonly retryAfterS?: number;
};

/** A sender that has shown who it is. */
export type Admitted = { readonly kind: SenderKind; readonly id: string; readonly address: string };

export type Taken = {
  readonly status: 200;
  /** Reports whose values are stored at their own times. */
  readonly accepted: number;
  /** Reports of times that are stored already. */
  readonly late: number;
  readonly warnings: readonly string[];
};

/** What is told of a sender on its device's page. */
export type LastReport = {
  readonly atMs: number;
  readonly samples: number;
  /** The newest anomaly, of the last hour. */
  readonly warning: string | null;
};

/** Joins a sender to its device; undefined where it may be none. */
export type JoinDevice = (sender: {
  readonly kind: SenderKind;
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly mayCreate: boolean;
}) => string | undefined;

export type ReceiverOptions = {
  readonly clients: PushClients;
  readonly registry: PushRegistry;
  readonly section: () => PushSection;
  readonly jwt: (id: string) => JwtVerifier | undefined;
  readonly device: JoinDevice;
  /** Its values are committed. */
  readonly onStored: (deviceId: string | undefined, atMs: number) => void;
  readonly clock: Clock;
  readonly logger: Logger;
};

const BEARER = /^Bearer +(\S+) *$/i;

const JWT_REASONS: Readonly<Record<JwtReason, string>> = {
  malformed: 'the token is no JWT',
  algorithm: 'the token is signed by another algorithm than the configured one',
  signature: "the token's signature is wrong",
  expired: 'the token has expired',
  claims: 'the token lacks exp or sub, or is for another audience',
};

const ANOMALY_SHOWN_MS = 3_600_000;

export class PushReceiver {
  readonly accounts = new Accounts();
  readonly #options: ReceiverOptions;
  readonly #senders = new RateLimit(1);
  readonly #addresses = new RateLimit(1);
  readonly #failures = new RateLimit(FAILURES_PER_MINUTE);
  readonly #last = new Map<string, LastReport & { readonly anomalyMs: number }>();
  #warnedMs = Number.NEGATIVE_INFINITY;

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  /** Before anything of the body is read. */
  async admit(
    kind: SenderKind,
    id: string,
    authorization: string | undefined,
    address: string,
  ): Promise<Admitted | Refusal> {
    const { clock, section } = this.#options;
    const nowMs = clock.monotonic();
    this.#addresses.perMinute = section().address_rate;
    this.#senders.perMinute = section().client_rate;
    const from = addressKey(address);
    const addressWaitS = this.#addresses.take(from, nowMs);
    if (addressWaitS > 0) return tooMany('this address sends too often', addressWaitS);
    const failureWaitS = this.#failures.wait(from, nowMs);
    if (failureWaitS > 0) return tooMany('too many requests of this address had no valid key', failureWaitS);

    const credential = BEARER.exec(authorization ?? '')?.[1];
    const refusal =
      credential === undefined
        ? this.#refuseLogin(
            kind,
            'missing',
            `${kind === 'client' ? 'an API key' : 'a JWT'} is needed: Authorization: Bearer <...>`,
          )
        : kind === 'client'
          ? this.#checkKey(id, credential)
          : await this.#checkToken(id, credential, address);
    if (refusal !== undefined) {
      if (refusal.status === 401) this.#failures.take(from, nowMs);
      return refusal;
    }
    const senderWaitS = this.#senders.take(`${kind}/${id}`, nowMs);
    return senderWaitS > 0 ? tooMany(`this ${kind} sends too often`, senderWaitS) : { kind, id, address };
  }

  /** Rejects with LW_STORE_* while nothing can be stored. */
  async receive({ kind, id, address }: Admitted, text: string): Promise<Taken | Refusal> {
    const { registry, clock, device, onStored } = this.#options;
    const nowMs = clock.now();
    const submission = readSubmission(kind, text);
    if ('error' in submission) {
      if (submission.isImpossible)
        this.#tellAnomalies(kind, id, [{ reason: 'impossible', sentence: submission.error }], nowMs, 0);
      return { status: 422, code: 'LW_PUSH_BODY', error: submission.error };
    }
    const before = registry.get(kind, id);
    const newest = this.#newest(submission);
    const labels = this.#labels(kind, id, newest);
    const { points, late, anomalies, known } = placeReports(kind, submission, before, nowMs);
    const deviceId = device({ kind, id, name: labels['name'] ?? id, address, mayCreate: this.#mayCreate(kind, id) });
    const result: AppendResult = await registry.report({ kind, id, labels, known, checkInMs: nowMs, deviceId }, points);
    onStored(deviceId, nowMs);
    this.accounts.reports.add(kind, 'stored', points.length);
    if (late > 0) this.accounts.reports.add(kind, 'late', late);
    this.#tellAnomalies(kind, id, anomalies, nowMs, result.appended);
    return { status: 200, accepted: points.length, late, warnings: warningsOf(submission, late, anomalies, result) };
  }

  lastReport(kind: SenderKind, id: string): LastReport | undefined {
    const last = this.#last.get(`${kind}/${id}`);
    if (last === undefined) return undefined;
    const isRecent = this.#options.clock.now() - last.anomalyMs < ANOMALY_SHOWN_MS;
    return { atMs: last.atMs, samples: last.samples, warning: isRecent ? last.warning : null };
  }

  forget(kind: SenderKind, id: string): void {
    this.#last.delete(`${kind}/${id}`);
  }

  #checkKey(id: string, key: string): Refusal | undefined {
    const verdict = this.#options.clients.check(id, key, this.#options.clock.now());
    if (verdict === 'right') return undefined;
    // The same words for an unknown client and a wrong key.
    if (verdict === 'wrong') return this.#refuseLogin('client', 'key', 'the API key is not valid for this client');
    this.accounts.refusedLogins.add('client', 'other');
    return { status: 403, code: 'LW_PUSH_OTHER_CLIENT', error: 'the API key is that of another client' };
  }

  async #checkToken(id: string, token: string, address: string): Promise<Refusal | undefined> {
    const { jwt, section, clock, device } = this.#options;
    const verifier = jwt(id);
    if (verifier === undefined) {
      return this.#refuseLogin('headend', 'unconfigured', 'no headend is let in: push.jwt is not set in the config');
    }
    const verdict = await verifier.verify(token, clock.now());
    if ('reason' in verdict) return this.#refuseLogin('headend', verdict.reason, JWT_REASONS[verdict.reason]);
    if (verdict.subject !== id) {
      this.accounts.refusedLogins.add('headend', 'other');
      return { status: 403, code: 'LW_PUSH_OTHER_HEADEND', error: "the token's subject is another headend" };
    }
    if (section().accept_new_headends || this.#mayCreate('headend', id)) return undefined;
    // One that was accepted in the window has a device already.
    if (device({ kind: 'headend', id, name: id, address, mayCreate: false }) !== undefined) return undefined;
    this.accounts.refusedLogins.add('headend', 'unknown');
    return {
      status: 403,
      code: 'LW_PUSH_UNKNOWN_HEADEND',
      error: 'this headend is not known here; accept it in the window or name it in the config',
    };
  }

  /** A client has a key, so it is wanted. */
  #mayCreate(kind: SenderKind, id: string): boolean {
    const { headends, accept_new_headends: areNewAccepted } = this.#options.section();
    return kind === 'client' || areNewAccepted || headends.some((headend) => headend.id === id);
  }

  #refuseLogin(kind: SenderKind, reason: string, error: string): Refusal {
    this.accounts.refusedLogins.add(kind, reason);
    return { status: 401, code: 'LW_PUSH_UNAUTHORIZED', error };
  }

  #newest({ reports }: Submission): Report {
    return reports.reduce((newest, report) =>
      (report.atMs ?? Infinity) >= (newest.atMs ?? Infinity) ? report : newest,
    );
  }

  #labels(kind: SenderKind, id: string, report: Report): Record<string, string> {
    const { clients, section } = this.#options;
    if (kind === 'client') {
      const client = clients.get(id);
      return { client_id: id, name: client?.name ?? id, type: client?.type ?? '', headless: String(report.headless) };
    }
    const named = section().headends.find((headend) => headend.id === id);
    const { name = report.name ?? id, region = '', datacenter = '' } = named ?? {};
    const labels = { headend_id: id, name, region, datacenter };
    // An empty label is none.
    return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
  }

  #tellAnomalies(kind: SenderKind, id: string, anomalies: readonly Anomaly[], nowMs: number, samples: number): void {
    const { logger } = this.#options;
    const key = `${kind}/${id}`;
    const before = this.#last.get(key);
    for (const { reason } of anomalies) this.accounts.anomalies.add(kind, reason);
    const [first] = anomalies;
    this.#last.set(key, {
      atMs: nowMs,
      samples,
      warning: first === undefined ? (before?.warning ?? null) : `Odd report: ${first.sentence}.`,
      anomalyMs: first === undefined ? (before?.anomalyMs ?? Number.NEGATIVE_INFINITY) : nowMs,
    });
    if (first === undefined || nowMs - this.#warnedMs < WARN_EVERY_MS) return;
    this.#warnedMs = nowMs;
    logger.warn(
      { sender: key, anomalies: anomalies.map(({ sentence }) => sentence).slice(0, 5) },
      'an odd report was pushed',
    );
  }
}

const tooMany = (error: string, retryAfterS: number): Refusal => ({
  status: 429,
  code: 'LW_PUSH_TOO_MANY',
  error,
  retryAfterS,
});

type Placed = {
  readonly points: Point[];
  readonly late: number;
  readonly anomalies: readonly Anomaly[];
  readonly known: Known;
};

const NO_VALUES: Known = { atMs: 0, values: {}, rates: {} };

/**
 * Each report at its time, where nothing newer is stored: values that were held meanwhile cannot be taken back, and older
 * ones between them would look like restarts. The newest report counts in any case: totals lose nothing.
 */
function placeReports(
  kind: SenderKind,
  { reports }: Submission,
  before: { readonly known: Known; readonly storedUntilMs: number } | undefined,
  nowMs: number,
): Placed {
  // A clock that is ahead tells nothing of when it was.
  const timed = reports
    .map((report) => ({ report, atMs: Math.min(report.atMs ?? nowMs, nowMs) }))
    .toSorted((a, b) => a.atMs - b.atMs);
  const points: Point[] = [];
  const anomalies: Anomaly[] = [];
  let known = before?.known;
  let storedUntilMs = before?.storedUntilMs ?? 0;
  let late = 0;
  for (const [index, { report, atMs }] of timed.entries()) {
    const isNewest = index === timed.length - 1;
    if (timed[index + 1]?.atMs === atMs || (known !== undefined && atMs < known.atMs)) {
      late++;
      continue;
    }
    const isLate = atMs <= storedUntilMs;
    if (isLate) late++;
    if (isLate && !isNewest) continue;
    const judged = judge(kind, known, { atMs, toldMs: report.atMs, values: report.values }, nowMs);
    ({ known } = judged);
    anomalies.push(...judged.anomalies);
    const placeMs = isLate ? nowMs : atMs;
    points.push({ atMs: placeMs, values: report.values });
    storedUntilMs = placeMs;
  }
  return { points, late, anomalies, known: known ?? NO_VALUES };
}

function warningsOf(
  submission: Submission,
  late: number,
  anomalies: readonly Anomaly[],
  result: AppendResult,
): string[] {
  const { ignored } = submission;
  const refused = result.outOfOrder + result.overLimit;
  return [
    ...(ignored.length === 0 ? [] : [`not known and left out: ${ignored.slice(0, 10).join(', ')}`]),
    ...(late === 0 ? [] : [`${late} reports are older than what is stored; only the newest counts`]),
    ...(refused === 0 ? [] : [`${refused} samples were refused as too old or over a limit`]),
    ...anomalies.slice(0, 10).map(({ sentence }) => sentence),
  ];
}

/** True where the same request may be stored later. */
export const isStoreTrouble = (error: unknown): boolean =>
  error instanceof LinewardenError && error.code.startsWith('LW_STORE_');
