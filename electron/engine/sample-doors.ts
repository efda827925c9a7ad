// Lets those of the sample network in that send by themselves: a broker of their own on loopback, and keys for this run.
import type { PushSample } from './collectors/push/index.ts';
import type { MqttBroker, MqttCollector, MqttSection } from './collectors/mqtt/index.ts';
import { mqttSectionSchema } from './collectors/mqtt/index.ts';
import { pause } from './clock.ts';
import type { Senders } from './senders/index.ts';
import type { LabSenders, SampleDoors } from './sources/index.ts';

const LOOPBACK = '127.0.0.1';
const OPEN_TIMEOUT_MS = 5_000;
const LOOK_EVERY_MS = 20;

export const SAMPLE_BROKER = 'sample network';

export function createSampleDoors(options: {
  readonly senders: Pick<Senders, 'setSample'>;
  readonly createMqtt: (name: string) => MqttCollector;
  readonly push: () => { setSample(sample: PushSample | undefined): void };
  /** Where this engine serves HTTP; undefined where it does not. */
  readonly httpUrl: () => string | undefined;
}): SampleDoors & { brokers(): MqttBroker[] } {
  const { senders, createMqtt, push, httpUrl } = options;
  let mqtt: MqttCollector | undefined;

  const openBroker = async (account: LabSenders['edges']): Promise<string | undefined> => {
    mqtt = createMqtt(SAMPLE_BROKER);
    await mqtt.apply(sectionOf(account), '');
    const untilMs = performance.now() + OPEN_TIMEOUT_MS;
    while (performance.now() < untilMs) {
      const [broker] = mqtt.brokers();
      if (broker?.isConnected === true) return `mqtt://${broker.address}`;
      await pause(LOOK_EVERY_MS);
    }
    return undefined;
  };

  const closeBroker = async (): Promise<void> => {
    const running = mqtt;
    mqtt = undefined;
    await running?.stop();
  };

  return {
    async open({ edges, clients, headends, headendSecret }) {
      const url = ownUrl(httpUrl());
      senders.setSample([
        ...edges.ids.map((key) => ({ kind: 'edge' as const, key })),
        ...clients.map(({ id }) => ({ kind: 'client' as const, key: id })),
        ...headends.map(({ id }) => ({ kind: 'headend' as const, key: id })),
      ]);
      if (url !== undefined) push().setSample({ clients, headends, headendSecret });
      return { mqtt: await openBroker(edges), push: url };
    },
    async close() {
      await closeBroker();
      push().setSample(undefined);
      senders.setSample([]);
    },
    end: closeBroker,
    brokers: () => mqtt?.brokers() ?? [],
  };
}

const sectionOf = ({ username, password }: LabSenders['edges']): MqttSection =>
  mqttSectionSchema.parse({
    broker: { listen: `${LOOPBACK}:0`, accounts: [{ username, password, edge_id: '*' }] },
  });

/** Of this computer: its agents trust no certificate that names another. */
function ownUrl(url: string | undefined): string | undefined {
  if (url?.startsWith('http:') !== true) return undefined;
  const own = new URL(url);
  if (own.hostname === '0.0.0.0') own.hostname = LOOPBACK;
  if (own.hostname === '[::]') own.hostname = '[::1]';
  return own.href;
}
