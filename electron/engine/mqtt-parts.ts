// MQTT, put together with the engine's other parts: the brokers of the config, and the doors of the sample network.
import { createMqttCollector, type MqttCollector, registerMqttMetrics } from './collectors/mqtt/index.ts';
import type { Push } from './collectors/push/index.ts';
import { createSampleDoors } from './sample-doors.ts';
import type { Senders } from './senders/index.ts';
import { createMqttSource } from './sources/index.ts';
import type { StateStore } from './store/state/index.ts';
import type { Registry } from './telemetry/index.ts';

type Collector = Parameters<typeof createMqttCollector>[0];

export type MqttPartsOptions = Pick<Collector, 'appender' | 'presence' | 'clock' | 'logger'> & {
  readonly senders: Senders;
  readonly settings: StateStore['settings'];
  readonly registry: Registry;
  readonly push: () => Pick<Push, 'setSample'>;
  /** Where this engine serves HTTP; undefined where it does not. */
  readonly httpUrl: () => string | undefined;
  readonly onProblem: (area: string, sentence: string | undefined) => void;
  readonly onChange: () => void;
};

export type MqttParts = Pick<MqttCollector, 'apply' | 'stop' | 'brokers'> & {
  readonly sampleDoors: ReturnType<typeof createSampleDoors>;
};

export function createMqttParts(options: MqttPartsOptions): MqttParts {
  const { appender, presence, clock, logger, senders, settings, onProblem, onChange } = options;
  const shared = { appender, edges: senders, presence, settings, clock, logger, onChange };
  const mqtt = createMqttSource({ ...shared, onProblem: (sentence) => onProblem('mqtt', sentence) });
  const sampleDoors = createSampleDoors({
    senders,
    createMqtt: (embeddedName) =>
      createMqttSource({ ...shared, embeddedName, onProblem: (sentence) => onProblem('lab edges', sentence) }),
    push: options.push,
    httpUrl: options.httpUrl,
  });
  const brokers: MqttParts['brokers'] = () => [...mqtt.brokers(), ...sampleDoors.brokers()];
  registerMqttMetrics(options.registry, brokers);
  return { sampleDoors, brokers, apply: (section, baseDir) => mqtt.apply(section, baseDir), stop: () => mqtt.stop() };
}
