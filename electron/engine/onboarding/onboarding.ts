// The checks of the setup: each looks once, within its time limit, and says what it saw. No password is logged or sent back.
import type {
  AccessCheck,
  FlowsCheck,
  Finding,
  RouterForm,
  SetupCheck,
  SetupFlows,
  SetupMachine,
  SetupRouter,
} from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { Clock } from '../clock.ts';
import { openSetupSession } from '../collectors/routeros/index.ts';
import type { SetupSession } from '../collectors/routeros/index.ts';
import { checkAccess } from './access.ts';
import { arrivals } from './arrivals.ts';
import type { FlowSight } from './arrivals.ts';
import { failureFinding, isDone, note } from './findings.ts';
import { localAddresses } from './machine.ts';
import { flowSetup, logSetup, routerAddresses } from './router-setup.ts';

/** Where logs will be received; above 1023, which need no rights of the system. */
const LOG_PORT = 5_514;
/** All of a check together. */
const CHECK_TIMEOUT_MS = 25_000;

export type OnboardingOptions = {
  readonly clock: Clock;
  readonly flows: FlowSight;
  /** The password that is stored for a router of the window; '' for none. */
  readonly passwordOf: (id: string) => Promise<string>;
  /** Whether a device that is watched has this address. */
  readonly isKnownAddress: (address: string) => boolean;
};

export type Onboarding = {
  machine(router: string): Promise<SetupMachine>;
  checkAccess(router: SetupRouter, signal?: AbortSignal): Promise<AccessCheck>;
  checkFlows(router: SetupFlows, signal?: AbortSignal): Promise<FlowsCheck>;
  /** What has arrived by now, without asking the router. */
  flowArrivals(addresses: readonly string[]): SetupCheck;
  checkLogs(router: SetupFlows, signal?: AbortSignal): Promise<SetupCheck>;
};

export function createOnboarding(options: OnboardingOptions): Onboarding {
  const { clock, flows } = options;

  const withPassword = async ({ id, form }: SetupRouter): Promise<RouterForm> =>
    form.password === '' && id !== undefined ? { ...form, password: await options.passwordOf(id) } : form;

  /** What the router says, or why it cannot be asked. */
  const ask = async (
    router: SetupRouter,
    signal: AbortSignal | undefined,
    question: (session: SetupSession) => Promise<Finding[]>,
  ): Promise<Finding[]> => {
    let session: SetupSession | undefined;
    try {
      session = await openSetupSession(await withPassword(router), limited(signal));
      return await question(session);
    } catch (error) {
      return [failureFinding(error)];
    } finally {
      session?.close();
    }
  };

  const look = (addresses: readonly string[]): SetupCheck =>
    arrivals(addresses, flows, clock.now(), options.isKnownAddress);

  return {
    async machine(router) {
      const addresses = await localAddresses(router);
      return { addresses, flowPort: flows.port() ?? null, logPort: LOG_PORT };
    },
    checkAccess: async (router, signal) => checkAccess(await withPassword(router), limited(signal)),
    async checkFlows(router, signal) {
      const addresses = new Set([router.form.address]);
      const findings = await ask(router, signal, async (session) => {
        addresses.add(session.remoteAddress);
        for (const address of await routerAddresses(session)) addresses.add(address);
        return flowSetup(session, router.server, flows.port());
      });
      const all = [...addresses].filter((address) => address !== '');
      return { findings, arrivals: look(all), addresses: all };
    },
    flowArrivals: look,
    async checkLogs(router, signal) {
      const findings = await ask(router, signal, (session) => logSetup(session, router.server, LOG_PORT));
      return {
        isDone: isDone(findings),
        findings: [
          ...findings,
          note(
            'Linewarden does not receive logs yet: this prepares the router for when it does.',
            'You may leave this step out.',
          ),
        ],
      };
    },
  };
}

/** Ends with a sentence of its own when the check takes too long. */
function limited(signal: AbortSignal | undefined): AbortSignal {
  const limit = new AbortController();
  const took = `The check took longer than ${CHECK_TIMEOUT_MS / 1000} s.`;
  const tooLong = new LinewardenError('LW_ROUTEROS_TIMEOUT', took, {
    hint: 'The router may be overloaded; try again.',
  });
  setTimeout(() => limit.abort(tooLong), CHECK_TIMEOUT_MS).unref();
  return AbortSignal.any([limit.signal, ...(signal === undefined ? [] : [signal])]);
}
