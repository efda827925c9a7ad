// What is configured for one router: the `routeros:` section of linewarden.yml, and its resolved form.
import { z } from 'zod';
import { durationField } from '../../../../shared/model/fields.ts';
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
  /** Switches by collector name; what is not named keeps its default. */
  readonly collectors: Readonly<Record<string, boolean>>;
  /** The operator's own labels, on every mktxp_ series of this router. */
  readonly labels: Readonly<Record<string, string>>;
};

const API_PORT = 8_728;
const API_SSL_PORT = 8_729;
const OWN_LABELS = new Set(['routerboard_name', 'routerboard_address']);

const pinField = z.string().transform((text, context) => {
  const pin = normalizePin(text);
  if (pin !== undefined) return pin;
  context.addIssue({ code: 'custom', message: 'the SHA-256 of the certificate, 64 hex digits', input: text });
  return z.NEVER;
});

const labelNameField = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'a label name such as site')
  .refine((name) => !name.startsWith('__') && !OWN_LABELS.has(name), 'a label name that is not reserved');

/** Collectors that are always read accept only `true`: presence rests on them. */
const switches = Object.fromEntries(
  collectors.map(({ name, enabled }) => [name, (enabled === 'always' ? z.literal(true) : z.boolean()).optional()]),
);

const routerSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(128),
    address: z
      .string()
      .trim()
      .min(1)
      .max(253)
      .regex(/^[^\s/@]+$/, 'a host name or an IP address'),
    port: z.number().int().min(1).max(65_535).optional(),
    tls: z
      .union([z.enum(['off', 'verify', 'insecure', 'anonymous']), z.strictObject({ pin: pinField })], {
        error: 'off, verify, insecure, anonymous or {pin: <SHA-256 as 64 hex digits>}',
      })
      .default('off'),
    username: z.string().trim().min(1).max(128),
    password_file: z.string().min(1).optional(),
    interval: durationField({ minMs: 1_000, maxMs: 3_600_000 }).default(15_000),
    collectors: z.strictObject(switches).prefault({}),
    labels: z.record(labelNameField, z.string().max(1_024)).prefault({}),
  })
  .transform(({ port, collectors: chosen, ...router }) => ({
    ...router,
    port: port ?? (router.tls === 'off' ? API_PORT : API_SSL_PORT),
    collectors: Object.fromEntries(
      Object.entries(chosen).flatMap(([name, on]) => (on === undefined ? [] : [[name, on] as const])),
    ),
  }));

/** The `routeros:` list; each entry has a name of its own. `interval` comes out in milliseconds. */
export const routerosSectionSchema = z.array(routerSchema).superRefine((routers, context) => {
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
});

export type RouterosSection = z.infer<typeof routerosSectionSchema>;
