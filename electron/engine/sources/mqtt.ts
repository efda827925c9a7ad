// Puts the MQTT collector together with the readers of the formats that its messages may have.
import { createHash, randomBytes } from 'node:crypto';
import { createMqttCollector } from '../collectors/mqtt/index.ts';
import type { Decoders, MqttCollector } from '../collectors/mqtt/index.ts';
import { decodeSnappy, decodeWriteRequest, readLabels } from '../collectors/remote-write/index.ts';
import { ExpositionParser } from '../collectors/scrape/index.ts';
import type { StateStore } from '../store/state/index.ts';

const CLIENT_ID = 'mqtt.client_id';
/** The broker that is called so has had the id since before there were others. */
const FIRST_BROKER = 'mqtt.client_id_of';

export const mqttDecoders: Decoders = {
  text: (format, resolve) => new ExpositionParser({ format, resolve }),
  snappy: decodeSnappy,
  writeRequest: (body, refOf) => decodeWriteRequest(body, (labels) => refOf(labels)),
  writeLabels: readLabels,
};

/**
 * Kept, since brokers keep the session under it. The first connection has the installation's own; each other one its own, since
 * two of them may lead to one broker, which would throw out one with the id of the other.
 */
export function clientIdFor(settings: Pick<StateStore['settings'], 'get' | 'set'>, broker: string): string {
  let own = settings.get(CLIENT_ID);
  if (typeof own !== 'string' || own === '') {
    own = `linewarden-${randomBytes(6).toString('hex')}`;
    settings.set(CLIENT_ID, own);
  }
  let first = settings.get(FIRST_BROKER);
  if (typeof first !== 'string' || first === '') {
    first = broker;
    settings.set(FIRST_BROKER, broker);
  }
  if (first === broker) return own as string;
  const digest = createHash('sha256')
    .update(`${own as string} ${broker}`)
    .digest('hex');
  // Brokers need not take more than 23 characters.
  return `linewarden-${digest.slice(0, 12)}`;
}

export function createMqttSource(
  options: Omit<Parameters<typeof createMqttCollector>[0], 'decoders' | 'clientId'> & {
    readonly settings: StateStore['settings'];
  },
): MqttCollector {
  const { settings, ...rest } = options;
  return createMqttCollector({
    ...rest,
    decoders: mqttDecoders,
    clientId: (broker) => clientIdFor(settings, broker),
  });
}
