// What is configured for one router: the `routeros:` section of linewarden.yml, and its resolved form.
import { z } from 'zod';
import { formatDurationMs } from '../../../../shared/model/duration.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { durationField, fieldNotation, fileField } from '../../../../shared/model/fields.ts';
import { normalizePin, type TlsMode } from './client/index.ts';
import { collectors } from './collectors/registry.ts';

/** Everything a poller needs to know of a router but its password. */
export type RouterConfig = {
  readonly id: string;
  /** Label routerboard_name. */
  readonly name: string;
  /** Label routerboard_address. */
  readonly address: string;
  readonly port: number;
  readonly tls: TlsMode;
  readonly username: string;
  readonly intervalMs: number;
  /** By collector name: on, off, or on at an interval in ms; what is not named keeps its default. */
  readonly collectors: CollectorSwitches;
  readonly addressLists?: readonly string[];
  /** Whether what names, subscribers and the map need is read also where its collector is off; true when left out. */
  readonly observe?: boolean;
  /** The operator's own labels, on every mktxp_ series of this router. */
  readonly labels: Readonly<Record<string, string>>;
};

export type CollectorSwitches = Readonly<Record<string, boolean | number>>;

const API_PORT = 8_728;
const API_SSL_PORT = 8_729;
const OWN_LABELS = new Set(['routerboard_name', 'routerboard_address']);

const pinField = z
  .string()
  .transform((text, context) => {
    const pin = normalizePin(text);
    if (pin !== undefined) return pin;
    context.addIssue({ code: 'custom', message: 'the SHA-256 of the certificate, 64 hex digits', input: text });
    return z.NEVER;
  })
  .register(fieldNotation, { type: '64 hex digits' });

const labelNameField = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'a label name such as site')
  .refine((name) => !name.startsWith('__') && !OWN_LABELS.has(name), 'a label name that is not reserved')
  .register(fieldNotation, { type: 'label name' });

const MIN_INTERVAL_MS = 1_000;
/** A day: what is read less often belongs to no monitor. */
const MAX_INTERVAL_MS = 86_400_000;

const switchField = z
  .union([z.boolean(), durationField({ minMs: MIN_INTERVAL_MS, maxMs: MAX_INTERVAL_MS })], {
    error: 'true, false, or a duration from 1s to 1d such as 1m',
  })
  .optional();

/** Whether a collector may be set so; throws LW_COLLECTOR_* with what is wrong. */
export function checkSwitch(name: string, to: boolean | number): void {
  const collector = collectors.find((each) => each.name === name);
  if (collector === undefined) {
    throw new LinewardenError('LW_COLLECTOR_UNKNOWN', `There is no collector ${JSON.stringify(name)}.`);
  }
  if (collector.enabled === 'always') {
    throw new LinewardenError('LW_COLLECTOR_ALWAYS', `${name} is read in each poll, since presence rests on it.`);
  }
  if (typeof to === 'number' && !(to >= MIN_INTERVAL_MS && to <= MAX_INTERVAL_MS)) {
    throw new LinewardenError(
      'LW_COLLECTOR_INTERVAL',
      'A collector is read each second at most, and each day at least.',
    );
  }
}

/** Collectors that are always read accept only `true`: presence rests on them. */
const switches = Object.fromEntries(
  collectors.map(({ name, reads, enabled, defaultIntervalMs, observesEveryMs }) => {
    const always = enabled === 'always';
    const field = always ? z.literal(true).optional() : switchField;
    const on = defaultIntervalMs === undefined ? '`true`' : `\`${formatDurationMs(defaultIntervalMs)}\``;
    const notation = {
      ...(!always && { type: 'boolean or duration' }),
      fallback: enabled === 'off' ? '`false`' : on,
    };
    const often =
      enabled === 'off' && defaultIntervalMs !== undefined
        ? `; where it is \`true\`, each ${formatDurationMs(defaultIntervalMs)}`
        : '';
    const also =
      observesEveryMs === undefined
        ? ''
        : `; switched off, it is still observed each ${formatDurationMs(observesEveryMs)}`;
    const why = always ? '; cannot be switched off, since presence rests on it' : often;
    return [name, field.clone().register(fieldNotation, notation).describe(`Reads ${reads}${why}${also}.`)];
  }),
);

const routerSchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(128)
      .describe("The router's name, different from every other's; its metrics carry it as `routerboard_name`."),
    address: z
      .string()
      .trim()
      .min(1)
      .max(253)
      .regex(/^[^\s/@]+$/, 'a host name or an IP address')
      .register(fieldNotation, { type: 'host name or IP address' })
      .describe('Where its API answers.'),
    port: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .register(fieldNotation, { fallback: `${API_PORT}; with TLS ${API_SSL_PORT}` })
      .describe("The API's TCP port."),
    tls: z
      .union(
        [
          z.enum(['off', 'verify', 'insecure', 'anonymous']),
          z.strictObject({
            pin: pinField.describe(
              "The SHA-256 of the router's certificate: that certificate is trusted and no other.",
            ),
          }),
        ],
        { error: 'off, verify, insecure, anonymous or {pin: <SHA-256 as 64 hex digits>}' },
      )
      .default('off')
      .describe(
        "How the connection is secured: `verify` checks certificate and name against this computer's authorities, `insecure` encrypts but checks nothing, `anonymous` is for an api-ssl without a certificate.",
      ),
    username: z.string().trim().min(1).max(128).describe('A user of the router that may read and use its API.'),
    password_file: fileField
      .optional()
      .register(fieldNotation, { fallback: 'an empty password' })
      .describe('The file that holds the password.'),
    interval: durationField({ minMs: 1_000, maxMs: 3_600_000 }).default(15_000).describe('How often it is polled.'),
    collectors: z
      .strictObject(switches)
      .register(fieldNotation, { type: 'mapping, one key a collector' })
      .prefault({})
      .describe(
        'What is read of the router, by name: `true`, `false`, or how often, such as `1m`; what is read less often than each 5 minutes keeps its last value in between.',
      ),
    address_lists: z
      .array(z.string().trim().min(1).max(256))
      .max(64)
      .prefault([])
      .describe('Firewall address lists whose entries `address_list` and `ipv6_address_list` read one by one.'),
    observe: z
      .boolean()
      .default(true)
      .describe(
        'Whether what names, subscribers and the map need is read of this router now and then also where its collector is switched off (without metrics).',
      ),
    parent: z
      .string()
      .trim()
      .min(1)
      .max(256)
      .optional()
      .register(fieldNotation, { fallback: 'worked out from neighbours' })
      .describe(
        'The id (for a router, the name) of the device through which it is reached, for the map and for alerts.',
      ),
    labels: z
      .record(labelNameField, z.string().max(1_024))
      .prefault({})
      .describe(
        'Labels of your own on every metric of this router; `routerboard_name` and `routerboard_address` are taken.',
      ),
  })
  .transform(({ port, collectors: chosen, address_lists: addressLists, ...router }) => ({
    ...router,
    addressLists,
    port: port ?? (router.tls === 'off' ? API_PORT : API_SSL_PORT),
    collectors: Object.fromEntries(
      Object.entries(chosen).flatMap(([name, on]) => (on === undefined ? [] : [[name, on] as const])),
    ),
  }));

/** The `routeros:` list; each entry has a name of its own. `interval` comes out in milliseconds. */
export const routerosSectionSchema = z
  .array(routerSchema)
  .superRefine((routers, context) => {
    const seen = new Set<string>();
    routers.forEach(({ name }, index) => {
      if (seen.has(name)) {
        context.addIssue({
          code: 'custom',
          message: 'a name that no other router has',
          path: [index, 'name'],
          input: name,
        });
      }
      seen.add(name);
    });
  })
  .describe("MikroTik routers, polled over RouterOS's API into MKTXP's metrics.")
  .register(fieldNotation, {
    example: `routeros:
  - name: core
    address: 10.0.0.1
    username: monitor
    password_file: secrets/core
  - name: tower
    address: 10.0.1.1
    tls: {pin: ${'5f'.repeat(32)}}
    username: monitor
    password_file: secrets/tower
    collectors: {health: false, interface: 30s}
    labels: {site: north}`,
  });

export type RouterosSection = z.infer<typeof routerosSectionSchema>;
