// The `push` section of linewarden.yml.
import { z } from 'zod';
import { fieldNotation, fileField } from '../../../../shared/model/fields.ts';

const MAX_ID = 128;
const MIN_KEY = 8;
export const DEFAULT_TYPE = 'native';

/** Whatever is shown in one line and fits a label and a URL's path. */
const idField = z
  .string()
  .min(1)
  .max(MAX_ID)
  .regex(/^[^\s/?#%\p{Cc}]+$/u, 'an id without spaces, /, ?, # and %');
const nameField = z.string().min(1).max(128);

const clientSchema = z
  .strictObject({
    id: idField.describe('The client id in the URL, and the label `client_id`.'),
    name: nameField.optional().register(fieldNotation, { fallback: 'the id' }).describe('The label `name`.'),
    type: z
      .string()
      .min(1)
      .max(64)
      .default(DEFAULT_TYPE)
      .register(fieldNotation, { fallback: DEFAULT_TYPE })
      .describe('The label `type`, such as native or docker.'),
    key: z
      .string()
      .min(MIN_KEY)
      .max(1_024)
      .regex(/^\S+$/, 'a key without spaces')
      .optional()
      .describe('The API key; only its hash is kept in memory.'),
    key_file: fileField.optional().describe('Instead of `key`, the file that holds it.'),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, 'the SHA-256 of the key, as 64 hex digits')
      .optional()
      .register(fieldNotation, { type: 'SHA-256 in hex' })
      .describe("Instead of `key`, the key's hash: `printf %s KEY | sha256sum`."),
  })
  .refine((client) => [client.key, client.key_file, client.sha256].filter((one) => one !== undefined).length === 1, {
    error: 'one of key, key_file and sha256',
  });

const headendSchema = z.strictObject({
  id: idField.describe('The headend id in the URL, the subject of its tokens, and the label `headend_id`.'),
  name: nameField
    .optional()
    .register(fieldNotation, { fallback: 'what it calls itself, else the id' })
    .describe('The label `name`.'),
  region: nameField.optional().describe('The label `region`.'),
  datacenter: nameField.optional().describe('The label `datacenter`.'),
});

const jwtSchema = z.strictObject({
  algorithm: z.enum(['HS256', 'RS256', 'EdDSA']).describe('The only algorithm that is accepted.'),
  key_file: fileField.describe('The secret (HS256: 32 random bytes or more), or the public key as PEM (RS256, EdDSA).'),
  audience: z
    .string()
    .min(1)
    .max(256)
    .default('linewarden')
    .register(fieldNotation, { fallback: 'linewarden' })
    .describe('What the claim `aud` must name.'),
});

const noDoubles = (what: string) => (entries: { readonly id: string }[], context: z.RefinementCtx) => {
  for (const [index, { id }] of entries.entries()) {
    if (entries.findIndex((other) => other.id === id) === index) continue;
    const message = `an id that no other ${what} has`;
    context.addIssue({ code: 'custom', path: [index, 'id'], message, input: entries });
  }
};

const perMinute = z.number().int().min(1).max(1_000_000);

export const pushSectionSchema = z
  .strictObject({
    clients: z
      .array(clientSchema)
      .max(10_000)
      .default([])
      .superRefine(noDoubles('client'))
      .describe('Clients with a key each; further ones are made in Settings.'),
    headends: z
      .array(headendSchema)
      .max(1_000)
      .default([])
      .superRefine(noDoubles('headend'))
      .describe('What headends are called and where they are.'),
    jwt: jwtSchema.optional().describe("How headends' tokens are checked; without it no headend is let in."),
    accept_new_headends: z
      .boolean()
      .default(true)
      .describe('Whether a headend with a valid token that is not listed becomes a device.'),
    client_rate: perMinute.default(60).describe('How many requests one client or headend may send in a minute.'),
    address_rate: perMinute
      .default(3_000)
      .describe('How many requests may come from one address in a minute, whoever sends them.'),
  })
  .describe("Clients and headends that send their metrics by HTTP, by Tobogganing's push API.")
  .register(fieldNotation, {
    example: [
      'push:',
      '  clients:',
      '    - {id: c1, name: laptop-7, type: native, key_file: secrets/c1}',
      '  headends:',
      '    - {id: h1, name: headend-eu-1, region: eu, datacenter: fra1}',
      '  jwt: {algorithm: EdDSA, key_file: headends.pub, audience: linewarden}',
    ].join('\n'),
  });

export type PushSection = z.output<typeof pushSectionSchema>;
