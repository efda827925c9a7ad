// The `mqtt` section of linewarden.yml: brokers that are read, and the one that Linewarden can be itself.
import { z } from 'zod';
import { bytesField, durationField, fieldNotation, fileField, hostPortField } from '../../../../shared/model/fields.ts';
import { DEFAULT_TOPICS, MESSAGE_KINDS, kindOfTopic, topicFault } from './topics.ts';
import type { TopicSetting } from './topics.ts';
import { nameOfUrl } from './endpoint.ts';

/** The embedded broker's name, in the window and in metrics. */
export const EMBEDDED = 'embedded';
const DAY_MS = 86_400_000;
const URL_SHAPE = /^(?:mqtts?|tcp|tls|ssl):\/\/(?:\[[0-9a-fA-F:.]+\]|[^\s/:@?#[\]]+)(?::\d{1,5})?\/?$/;

const topicField = z
  .union(
    [
      z.string().min(1).max(512),
      z.strictObject({
        topic: z.string().min(1).max(512).describe('A topic whose last level does not say what the messages are.'),
        as: z.enum(MESSAGE_KINDS as [string, ...string[]]).describe('What they are.'),
      }),
    ],
    { error: 'a topic, or {topic, as}' },
  )
  .transform((given, context): TopicSetting => {
    const topic = typeof given === 'string' ? given : given.topic;
    const kind = MESSAGE_KINDS.find((one) => typeof given !== 'string' && given.as === one) ?? kindOfTopic(topic);
    const fault =
      topicFault(topic) ??
      (kind === undefined
        ? 'a topic that ends with /metrics, /inform or /keepalive, or {topic, as: metrics}'
        : undefined);
    if (fault === undefined && kind !== undefined) return { topic, kind };
    context.addIssue({ code: 'custom', message: fault ?? '', input: given });
    return z.NEVER;
  })
  .register(fieldNotation, { type: 'topic, or {topic, as}' });

const topicsField = z
  .array(topicField)
  .min(1)
  .max(64)
  .prefault([...DEFAULT_TOPICS])
  .register(fieldNotation, { fallback: DEFAULT_TOPICS.map((topic) => `\`${topic}\``).join(', ') })
  .describe(
    'What is read; `<edge_id>` (or the only `+`) and `<customer_id>` tell whose it is, and the last level (else `as`) what the messages are: `metrics`, `inform` or `keepalive`.',
  );

const connectSchema = z
  .strictObject({
    url: z
      .string()
      .refine(
        (url) => URL_SHAPE.test(url) && URL.canParse(url),
        'a URL such as mqtts://broker.example.net:8883, without user and path',
      )
      .register(fieldNotation, { type: 'URL' })
      .describe('Where it is: `mqtt://` or, with TLS, `mqtts://`; ports 1883 and 8883 where none is given.'),
    name: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .register(fieldNotation, { fallback: 'its host and port' })
      .describe('What the broker is called in the window and in metrics.'),
    version: z
      .union([z.enum(['auto', '5', '3.1.1']), z.literal(5)], { error: '`auto`, `5` or `3.1.1`' })
      .transform((version) => (version === 5 ? '5' : version))
      .default('auto')
      .register(fieldNotation, { type: 'one of `auto`, `5`, `3.1.1`', write: String })
      .describe('The version of MQTT; `auto` tries 5 first and goes on with 3.1.1.'),
    username: z.string().min(1).max(256).optional().describe('With which Linewarden logs in.'),
    password: z.string().min(1).max(1_024).optional().describe('Its password; better kept in a file.'),
    password_file: fileField.optional().describe('The file that holds the password; read at each connection.'),
    ca_file: fileField
      .optional()
      .register(fieldNotation, { fallback: "the system's authorities" })
      .describe("The authority that signed the broker's certificate, as PEM."),
    cert_file: fileField.optional().describe("Linewarden's own certificate, where the broker asks for one, as PEM."),
    key_file: fileField.optional().describe('Its private key as PEM.'),
    insecure: z.boolean().default(false).describe('Whether any certificate is taken; for a first try only.'),
    client_id: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .register(fieldNotation, { fallback: 'one that this installation keeps' })
      .describe('Under which the broker keeps the session; no other client may use it.'),
    clean: z
      .boolean()
      .default(false)
      .describe('Whether the session is thrown away at the end, and with it what comes while Linewarden is away.'),
    session_expiry: durationField({ minMs: 1_000 })
      .default(DAY_MS)
      .describe('How long the broker keeps it (MQTT 5; before that, the broker alone decides).'),
    keepalive: durationField({ minMs: 1_000, maxMs: 18 * 3_600_000 })
      .default(30_000)
      .describe('After how long without a message each side makes sure of the other.'),
    max_in_flight: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .default(1_000)
      .describe('How many messages may wait to be stored; with more, the broker waits.'),
    topics: topicsField,
  })
  .refine(({ password, password_file: file }) => password === undefined || file === undefined, {
    path: ['password_file'],
    error: 'either password or password_file',
  })
  .refine(({ cert_file: cert, key_file: key }) => (cert === undefined) === (key === undefined), {
    path: ['key_file'],
    error: 'both cert_file and key_file, or none',
  });

const accountSchema = z
  .strictObject({
    username: z.string().min(1).max(128).describe('With which the edge logs in.'),
    password: z.string().min(1).max(1_024).optional().describe('Its password; better one of the next two.'),
    password_file: fileField.optional().describe('The file that holds it.'),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, 'the SHA-256 of the password, as 64 hex digits')
      .optional()
      .register(fieldNotation, { type: 'SHA-256 in hex' })
      .describe('The hash of a long random password: `printf %s PASSWORD | sha256sum`.'),
    edge_id: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .register(fieldNotation, { fallback: 'the user name' })
      .describe('The only edge that it may publish for; `*` for any (a gateway).'),
    subscribe: z.boolean().default(false).describe('Whether it may read all topics; else only those of its own edge.'),
  })
  .refine(
    ({ password, password_file: file, sha256 }) =>
      [password, file, sha256].filter((given) => given !== undefined).length === 1,
    { error: 'one of password_file, sha256 and password' },
  );

const brokerSchema = z
  .strictObject({
    listen: hostPortField.describe('Where edges connect; MQTT 3.1.1 over TCP.'),
    tls: z
      .strictObject({
        cert_file: fileField.describe('The certificate, with its chain, as PEM.'),
        key_file: fileField.describe("The certificate's private key as PEM."),
      })
      .optional()
      .describe('Speaks TLS only; needed wherever passwords cross a network.'),
    accounts: z
      .array(accountSchema)
      .max(10_000)
      .default([])
      .superRefine((accounts, context) => {
        const names = new Set<string>();
        for (const [index, { username }] of accounts.entries()) {
          if (names.has(username)) {
            const message = 'a user name that no other account has';
            context.addIssue({ code: 'custom', path: [index, 'username'], message, input: accounts });
          }
          names.add(username);
        }
      })
      .describe('Who may connect; only hashes of the passwords are held in memory.'),
    anonymous: z
      .boolean()
      .optional()
      .register(fieldNotation, { fallback: 'only where it listens on this computer alone and has no accounts' })
      .describe('Whether clients without a user name may publish for any edge.'),
    max_connections: z.number().int().min(1).max(65_535).default(1_000).describe('How many clients may be connected.'),
    topics: topicsField,
  })
  .describe('A broker of its own, for a network that has none.');

export const mqttSectionSchema = z
  .strictObject({
    connect: z
      .array(connectSchema)
      .max(32)
      .default([])
      .superRefine((all, context) => {
        const names = new Set<string>();
        for (const [index, { name, url }] of all.entries()) {
          const called = name ?? (URL.canParse(url) ? nameOfUrl(url) : url);
          if (names.has(called) || called === EMBEDDED) {
            const message =
              called === EMBEDDED ? `another name: ${EMBEDDED} is the own one` : 'a name that no other broker has';
            context.addIssue({ code: 'custom', path: [index, 'name'], message, input: all });
          }
          names.add(called);
        }
      })
      .describe('Brokers that are read.'),
    broker: brokerSchema.optional(),
    new_devices: z
      .boolean()
      .default(true)
      .describe(
        'Whether an edge that nobody named becomes a device with its first message; else it is listed as unknown.',
      ),
    max_message_size: bytesField({ min: 1_024 })
      .default(1_048_576)
      .describe('The largest message that is read, compressed or not; larger ones end the connection.'),
  })
  .describe('Edges that tell of themselves by MQTT: metrics, informs and keepalives; see [mqtt.md](mqtt.md).')
  .register(fieldNotation, {
    example: [
      'mqtt:',
      '  connect:',
      "    - {url: 'mqtts://hub.example.net:8883', username: linewarden, password_file: secrets/mqtt}",
      '  broker:',
      "    listen: '0.0.0.0:8883'",
      '    tls: {cert_file: tls/cert.pem, key_file: tls/key.pem}',
      '    accounts:',
      '      - {username: SN7, password_file: secrets/sn7}',
    ].join('\n'),
  });

export type MqttSection = z.output<typeof mqttSectionSchema>;
export type ConnectSection = MqttSection['connect'][number];
export type BrokerSection = NonNullable<MqttSection['broker']>;
