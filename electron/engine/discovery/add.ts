// Adds what was found, a few at a time: each is tested with the profile first, and how each ends is told as it ends.
import { routerFormSchema } from '../../../shared/contract/index.ts';
import type {
  AddProgress,
  ConnectionTest,
  DeviceSummary,
  Profile,
  RouterForm,
} from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';

const AT_ONCE = 4;
/** A device of many addresses is not tried at all of them. */
const MAX_ADDRESSES = 3;
/** What another address of the same device may mend. */
const UNREACHED = new Set([
  'LW_ROUTEROS_REFUSED',
  'LW_ROUTEROS_TIMEOUT',
  'LW_ROUTEROS_UNREACHABLE',
  'LW_ROUTEROS_NOT_ROUTEROS',
  'LW_ROUTEROS_FAILED',
]);

export type Candidate = {
  readonly id: string;
  readonly name: string;
  /** The best first. */
  readonly addresses: readonly string[];
};

export type AddServices = {
  testRouter(form: RouterForm, signal?: AbortSignal): Promise<ConnectionTest>;
  addRouter(form: RouterForm): Promise<DeviceSummary>;
  /** Whether a device has this name. */
  isTaken(name: string): boolean;
};

type Attempt = { readonly form: RouterForm; readonly test: Extract<ConnectionTest, { ok: true }> };
type Report = (progress: AddProgress) => void;

/** Ends when all have ended, or with the signal; what is under way then is not added. */
export async function* addAll(
  candidates: readonly Candidate[],
  credentials: { readonly profile: Profile; readonly password: string },
  services: AddServices,
  given: AbortSignal | undefined,
): AsyncGenerator<AddProgress> {
  const left = new AbortController();
  const signal = given === undefined ? left.signal : AbortSignal.any([given, left.signal]);
  const told: AddProgress[] = [];
  let wake: (() => void) | undefined;
  const report: Report = (progress) => {
    told.push(progress);
    wake?.();
  };
  const waiting = [...candidates];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined && !signal.aborted; one = waiting.shift()) {
      report(await addOne(one, credentials, services, report, signal));
    }
  };
  let isDone = false;
  const all = Promise.all(Array.from({ length: AT_ONCE }, worker)).finally(() => {
    isDone = true;
    wake?.();
  });
  // Told below, where it is awaited.
  all.catch(() => {});
  try {
    for (;;) {
      for (let next = told.shift(); next !== undefined; next = told.shift()) yield next;
      if (isDone) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    await all;
  } finally {
    // Who asked may have gone: nothing is added behind their back.
    left.abort();
  }
}

async function addOne(
  candidate: Candidate,
  credentials: { readonly profile: Profile; readonly password: string },
  services: AddServices,
  report: Report,
  signal: AbortSignal,
): Promise<AddProgress> {
  const { id } = candidate;
  try {
    const tested = await firstThatAnswers(candidate, credentials, services, report, signal);
    if (!('form' in tested)) {
      const { code, message, hint } = tested;
      return { id, state: 'failed', code, message, hint };
    }
    signal.throwIfAborted();
    const { form, test } = tested;
    const identity = test.facts.find(({ name }) => name === 'identity')?.value;
    const name = freeName(identity ?? candidate.name, form.address, services);
    const device = await services.addRouter(routerFormSchema.parse({ ...form, name }));
    return { id, state: 'added', deviceId: device.id, warnings: test.warnings };
  } catch (error) {
    if (!(error instanceof LinewardenError)) {
      if (signal.aborted) return { id, state: 'failed', code: 'LW_ADD_CANCELLED', message: 'Cancelled.', hint: '' };
      throw error;
    }
    return { id, state: 'failed', code: error.code, message: error.message, hint: error.hint };
  }
}

async function firstThatAnswers(
  { id, name, addresses }: Candidate,
  { profile, password }: { readonly profile: Profile; readonly password: string },
  services: AddServices,
  report: Report,
  signal: AbortSignal,
): Promise<Attempt | Extract<ConnectionTest, { ok: false }>> {
  let failure: Extract<ConnectionTest, { ok: false }> | undefined;
  for (const address of addresses.slice(0, MAX_ADDRESSES)) {
    const form: RouterForm = {
      name: name.slice(0, 128) || address,
      address,
      port: profile.port,
      tls: profile.tls === 'pin-first' ? 'insecure' : profile.tls,
      pin: '',
      username: profile.username,
      password,
      intervalMs: profile.intervalMs,
    };
    report({ id, state: 'testing', address });
    const test = await services.testRouter(form, signal);
    if (test.ok) {
      if (profile.tls !== 'pin-first') return { form, test };
      // Once more, as it is going to be watched.
      const pinned = withPin(form, test);
      const again = await services.testRouter(pinned, signal);
      return again.ok ? { form: pinned, test: again } : again;
    }
    failure ??= test;
    if (!UNREACHED.has(test.code) || signal.aborted) return test;
  }
  return (
    failure ?? {
      ok: false,
      durationMs: 0,
      code: 'LW_DISCOVERY_NO_ADDRESS',
      message: 'No address of it is known.',
      hint: 'Add it by hand once it has one.',
    }
  );
}

function withPin(form: RouterForm, test: Extract<ConnectionTest, { ok: true }>): RouterForm {
  const pin = test.facts.find(({ name }) => name === 'certificate SHA-256')?.value;
  if (pin !== undefined) return { ...form, tls: 'pin', pin };
  throw new LinewardenError('LW_DISCOVERY_NO_CERTIFICATE', 'The router showed no certificate that could be pinned.', {
    hint: 'Give its api-ssl service a certificate.',
  });
}

/** Routers that nobody named are all called MikroTik. */
function freeName(wanted: string, address: string, services: AddServices): string {
  const base = wanted.trim().slice(0, 80) || address;
  if (!services.isTaken(base)) return base;
  const withAddress = `${base} (${address})`.slice(0, 120);
  for (let n = 2; n < 100; n++) {
    const name = n === 2 ? withAddress : `${withAddress} ${n - 1}`;
    if (!services.isTaken(name)) return name;
  }
  return withAddress;
}
