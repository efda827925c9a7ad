// An Alertmanager configuration as it is in force: where it stands, its text, and what of it cannot be done here.
import { receiverKind } from './receivers/index.ts';
import type { RoutingConfig } from './routing/index.ts';

export type LoadedRouting = {
  readonly config: RoutingConfig;
  /** As the operator wrote it, secrets and all: never for the window. */
  readonly text: string;
  /** Undefined where nobody wrote one. */
  readonly file: string | undefined;
  /** Absolute paths or globs. */
  readonly templateFiles: readonly string[];
};

/** One sentence for each kind of receiver that is read and not served. */
export function unsupportedReceivers({ config }: LoadedRouting): string[] {
  const told = config.receivers.flatMap(({ name, integrations }) =>
    integrations
      .filter(({ kind }) => receiverKind(kind) === undefined)
      .map(({ kind }) => `Receiver ${name}: ${kind} is not supported, nothing is sent there.`),
  );
  return [...new Set(told)];
}

/** The receiver of the default: this computer. */
export const DEFAULT_RECEIVER = 'this-computer';

/** What is in force where the operator wrote nothing: one message for each kind of alert, soon, and seldom again. */
export function defaultRouting(options: { readonly hasDesktop: boolean }): LoadedRouting {
  const kinds = options.hasDesktop ? ['window', 'desktop'] : ['window'];
  return {
    config: {
      resolveTimeoutMs: 300_000,
      global: {},
      route: {
        receiver: DEFAULT_RECEIVER,
        groupBy: ['alertname'],
        groupWaitMs: 2_000,
        groupIntervalMs: 300_000,
        repeatIntervalMs: 14_400_000,
        matchers: [],
        isContinued: false,
        muteTimeIntervals: [],
        activeTimeIntervals: [],
        routes: [],
      },
      receivers: [
        {
          name: DEFAULT_RECEIVER,
          integrations: kinds.map((kind) => ({ kind, index: 0, settings: { send_resolved: true } })),
        },
      ],
      inhibitRules: [],
      timeIntervals: new Map(),
      templates: [],
    },
    text: [
      'route:',
      `  receiver: ${DEFAULT_RECEIVER}`,
      '  group_by: [alertname]',
      '  group_wait: 2s',
      '  group_interval: 5m',
      '  repeat_interval: 4h',
      'receivers:',
      `  - name: ${DEFAULT_RECEIVER}`,
      ...kinds.map((kind) => `    ${kind}_configs: [{send_resolved: true}]`),
      '',
    ].join('\n'),
    file: undefined,
    templateFiles: [],
  };
}
