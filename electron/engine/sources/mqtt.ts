// Puts the MQTT collector together with the readers of the formats that its messages may have.
import { randomBytes } from 'node:crypto';
import { createMqttCollector } from '../collectors/mqtt/index.ts';
import type { Decoders, MqttCollector } from '../collectors/mqtt/index.ts';
import { decodeSnappy, decodeWriteRequest, readLabels } from '../collectors/remote-write/index.ts';
import { ExpositionParser } from '../collectors/scrape/index.ts';
import type { StateStore } from '../store/state/index.ts';

const CLIENT_ID = 'mqtt.client_id';

export const mqttDecoders: Decoders = {
  text: (format, resolve) => new ExpositionParser({ format, resolve }),
  snappy: decodeSnappy,
  writeRequest: (body, refOf) => decodeWriteRequest(body, (labels) => refOf(labels)),
  writeLabels: readLabels,
};

export function createMqttSource(
  options: Omit<Parameters<typeof createMqttCollector>[0], 'decoders' | 'clientId'> & {
    readonly settings: StateStore['settings'];
  },
): MqttCollector {
  const { settings, ...rest } = options;
  return createMqttCollector({
    ...rest,
    decoders: mqttDecoders,
    /** Kept, since brokers keep the session under it. */
    clientId() {
      const stored = settings.get(CLIENT_ID);
      if (typeof stored === 'string' && stored !== '') return stored;
      const made = `linewarden-${randomBytes(6).toString('hex')}`;
      settings.set(CLIENT_ID, made);
      return made;
    },
  });
}
