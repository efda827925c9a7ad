// All brokers of the config: those that are read, and the embedded one; kept equal to the section.
import type { Clock } from '../../clock.ts';
import type { PresenceSink } from '../../inventory/index.ts';
import type { MetricAppender } from '../../store/metrics/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { createTurns } from '../../turns.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { BrokerAccount } from './account.ts';
import { startBrokerClient } from './broker-client.ts';
import type { BrokerClient } from './broker-client.ts';
import { startEmbeddedBroker } from './embedded.ts';
import type { EmbeddedBroker } from './embedded.ts';
import { filesState, nameOfUrl } from './endpoint.ts';
import { createIntake } from './intake.ts';
import type { Decoders, EdgeDevices, Intake } from './intake.ts';
import { type BrokerSection, type ConnectSection, EMBEDDED, type MqttSection } from './section.ts';
import { compileTopics } from './topics.ts';

const FIRST_RETRY_MS = 5_000;
const MAX_RETRY_MS = 60_000;

type Told = { readonly code: string; readonly message: string; readonly atMs: number };

/** A broker as it stands. */
export type MqttBroker = {
  readonly name: string;
  readonly isEmbedded: boolean;
  readonly address: string;
  readonly isConnected: boolean;
  readonly sinceMs: number;
  readonly version: string;
  readonly inFlight: number;
  /** Of the embedded one. */
  readonly clients: number | undefined;
  readonly lastError: Told | undefined;
  readonly account: BrokerAccount;
};

export type MqttCollector = {
  apply(section: MqttSection, baseDir: string): Promise<void>;
  brokers(): MqttBroker[];
  stop(): Promise<void>;
};

export type MqttCollectorOptions = {
  readonly appender: MetricAppender;
  readonly edges: EdgeDevices;
  readonly presence: Pick<PresenceSink, 'telemetry'>;
  readonly decoders: Decoders;
  /** Under which a broker keeps the session of this installation. */
  readonly clientId: (broker: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onProblem: (sentence: string | undefined) => void;
  readonly onChange: () => void;
  /** What the embedded broker is called; `embedded` where it is left out. */
  readonly embeddedName?: string | undefined;
};

type Running = { readonly key: string; readonly intake: Intake; broker(): MqttBroker; stop(): Promise<void> };

export function createMqttCollector(options: MqttCollectorOptions): MqttCollector {
  const { clock, logger, appender, edges, presence, decoders, onProblem, onChange, embeddedName = EMBEDDED } = options;
  const running = new Map<string, Running>();
  const inTurn = createTurns();
  let isStopped = false;

  const intakeOf = (account: BrokerAccount, section: MqttSection): Intake =>
    createIntake({
      account,
      appender,
      edges,
      presence,
      decoders,
      clock,
      logger,
      mayCreate: section.new_devices,
      maxMessageBytes: section.max_message_size,
    });

  const startClient = (name: string, key: string, own: ConnectSection, all: MqttSection, baseDir: string): Running => {
    const account = new BrokerAccount(name);
    const intake = intakeOf(account, all);
    const client: BrokerClient = startBrokerClient({
      section: own,
      baseDir,
      clientId: own.client_id ?? options.clientId(name),
      topics: compileTopics(own.topics),
      account,
      intake,
      maxMessageBytes: all.max_message_size,
      clock,
      logger,
      onChange,
    });
    return {
      key,
      intake,
      broker: () => ({ ...client.state(), isEmbedded: false, clients: undefined, account }),
      async stop() {
        await client.stop();
        intake.stop();
      },
    };
  };

  /** A port that is taken must not stop what else is watched: it is tried again. */
  const startEmbedded = (key: string, own: BrokerSection, all: MqttSection, baseDir: string): Running => {
    const account = new BrokerAccount(embeddedName);
    const intake = intakeOf(account, all);
    let broker: EmbeddedBroker | undefined;
    let failure: Told | undefined;
    let sinceMs = clock.now();
    let timer: NodeJS.Timeout | undefined;
    let retryMs = FIRST_RETRY_MS;
    const turns = createTurns();
    let isOver = false;
    const open = async (): Promise<void> => {
      if (isOver) return;
      try {
        broker = await startEmbeddedBroker({
          section: own,
          baseDir,
          topics: compileTopics(own.topics),
          account,
          intake,
          maxMessageBytes: all.max_message_size,
          clock,
          logger,
        });
        failure = undefined;
        sinceMs = clock.now();
        onProblem(undefined);
      } catch (error) {
        if (!(error instanceof LinewardenError)) throw error;
        failure = { code: error.code, message: error.message, atMs: clock.now() };
        onProblem(`${error.message} ${error.hint ?? ''}`.trim());
        timer = setTimeout(
          () => void turns(open).catch((cause: unknown) => logger.error({ err: cause }, 'MQTT cannot be received')),
          retryMs,
        );
        timer.unref();
        retryMs = Math.min(2 * retryMs, MAX_RETRY_MS);
      }
      onChange();
    };
    void turns(open).catch((cause: unknown) => logger.error({ err: cause }, 'MQTT cannot be received'));
    return {
      key,
      intake,
      broker: () => ({
        name: embeddedName,
        isEmbedded: true,
        address: broker?.address ?? `${own.listen.host}:${own.listen.port}`,
        isConnected: broker !== undefined,
        sinceMs,
        version: '3.1.1',
        inFlight: 0,
        clients: broker?.clients() ?? 0,
        lastError: failure ?? broker?.lastError(),
        account,
      }),
      async stop() {
        isOver = true;
        clearTimeout(timer);
        await turns(async () => {
          await broker?.stop();
        });
        intake.stop();
        onProblem(undefined);
      },
    };
  };

  const applyNow = async (section: MqttSection, baseDir: string): Promise<void> => {
    if (isStopped) return;
    const { connect, broker, ...common } = section;
    const wanted = new Map<string, { key: string; start: () => Running }>();
    for (const own of connect) {
      const name = own.name ?? nameOfUrl(own.url);
      const key = JSON.stringify([own, common, baseDir]);
      wanted.set(name, { key, start: () => startClient(name, key, own, section, baseDir) });
    }
    if (broker !== undefined) {
      // Its files are read at its start: renewed ones, such as a certificate, are a reason to start anew.
      const key = JSON.stringify([broker, common, baseDir, await filesState(baseDir, filesOf(broker))]);
      wanted.set(embeddedName, { key, start: () => startEmbedded(key, broker, section, baseDir) });
    }
    const gone = [...running].filter(([name, { key }]) => wanted.get(name)?.key !== key);
    for (const [name] of gone) running.delete(name);
    await Promise.all(gone.map(([, one]) => one.stop()));
    for (const [name, { start }] of wanted) if (!running.has(name)) running.set(name, start());
    onChange();
  };

  return {
    apply: (section, baseDir) => inTurn(() => applyNow(section, baseDir)),
    brokers: () => [...running.values()].map((one) => one.broker()),
    stop() {
      isStopped = true;
      return inTurn(async () => {
        await Promise.all([...running.values()].map((one) => one.stop()));
        running.clear();
      });
    },
  };
}

const filesOf = ({ tls, accounts }: BrokerSection): string[] =>
  [tls?.cert_file, tls?.key_file, ...accounts.map((account) => account.password_file)].filter(
    (file) => file !== undefined,
  );
