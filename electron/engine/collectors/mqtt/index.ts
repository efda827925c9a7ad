// MQTT: what edges publish about themselves, read from brokers or received by the embedded one.
export { createMqttCollector } from './collector.ts';
export type { MqttBroker, MqttCollector } from './collector.ts';
export type { Decoders, EdgeDevices, TextReader } from './intake.ts';
export { registerMqttMetrics } from './own-metrics.ts';
export { mqttSectionSchema } from './section.ts';
export type { MqttSection } from './section.ts';
