// docs/config.md: complete, true to the schema, and written as an operator writes.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../../electron/engine/config/index.ts';
import { configPage } from '../../../electron/engine/config/page.ts';
import { referenceMarkdown, referenceSections } from '../../../electron/engine/config/reference.ts';
import { configSchema } from '../../../electron/engine/config/schema.ts';
import { durationField, fieldNotation, hostPortField, ipField } from '../../../shared/model/fields.ts';
import { SECTIONS } from './sections.ts';

const page = path.resolve(import.meta.dirname, '../../../docs/config.md');
const sections = referenceSections(configSchema);
const fields = sections.flatMap(({ name, fields: own }) =>
  own.map((field) => ({ name: `${name}: ${field.key}`, field })),
);

describe('docs/config.md', () => {
  it('is what the schema says', () => {
    expect(readFileSync(page, 'utf8'), 'renew it with: npx node scripts/config-reference.ts').toBe(configPage());
  });

  it('has every section of the config', () => {
    expect(sections.map(({ name }) => name)).toEqual(SECTIONS);
  });

  it('knows the keys at every depth', () => {
    const names = fields.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'routeros: tls.pin',
        'routeros: collectors.health',
        'scrape_configs: static_configs[].targets',
        'scrape_configs: authorization.credentials_file',
        'rule_files: rule_files',
        'storage: max_size',
      ]),
    );
  });

  it.each(fields)('says in a sentence what $name means', ({ field }) => {
    expect(field.meaning).toMatch(/^[A-Z].{8,}\.$/);
    expect(field.meaning).not.toMatch(/\. /);
  });

  it.each(sections)('introduces $name and shows it in use', ({ name, intro, example }) => {
    expect(intro).toMatch(/^[A-Z].{8,}\.$/);
    expect(example).toMatch(new RegExp(`^${name}:`));
    const config: Record<string, unknown> = parseConfig(example, 'example.yml');
    expect(config[name]).toBeDefined();
  });

  const written = sections
    .filter(({ isList, name }) => !isList && name !== 'rule_files')
    .flatMap(({ name, fields: own }) => own.map((field) => ({ name, ...field })))
    .flatMap(({ name, key, default: text }) => {
      const value = /^`([^`]+)`$/.exec(text)?.[1];
      // Of a list's entries, or of a section that is off where it is left out, there is nothing to compare.
      const isAlone = !key.includes('[]') && !/^(?:broker|remote)\./.test(key);
      return value === undefined || !isAlone ? [] : [{ name: `${name}.${key}`, value }];
    });

  it('tells the defaults as they would be written', () => {
    expect(Object.fromEntries(written.map(({ name, value }) => [name, value]))).toEqual({
      'global.scrape_interval': '15s',
      'global.target_limit': '0',
      'global.evaluation_interval': '15s',
      'global.keep_dropped_targets': '0',
      'global.label_limit': '0',
      'global.label_name_length_limit': '0',
      'global.label_value_length_limit': '0',
      'global.sample_limit': '0',
      'host.enabled': 'true',
      'host.interval': '15s',
      'netflow.listen': "['0.0.0.0:2055']",
      'netflow.flush_interval': '5s',
      'netflow.max_ports': '1000',
      'netflow.max_conversations': '500000',
      'netflow.template_wait': '2m',
      'mqtt.new_devices': 'true',
      'mqtt.max_message_size': '1MB',
      'discovery.mndp.query': 'true',
      'names.remember': '1w',
      'names.reverse_dns': 'off',
      'presence.offline_after': '5m',
      'subscribers.enabled': 'true',
      'subscribers.sources': "['ppp', 'hotspot', 'queue', 'wireguard']",
      'subscribers.latency.from': 'this-computer',
      'subscribers.latency.every': '1m',
      'subscribers.latency.in_flight': '4',
      'subscribers.latency.per_minute': '60',
      'subscribers.forget_after': '62d',
      'storage.flows.1m': '1w',
      'storage.flows.10m': '90d',
      'storage.flows.1d': '2y',
      'storage.max_series': '500000',
      'storage.max_series_per_target': '100000',
      'push.accept_new_headends': 'true',
      'push.address_rate': '3000',
      'push.client_rate': '60',
      'remote_write_receiver.enabled': 'true',
      'remote_write_receiver.new_devices': 'true',
      'remote_write_receiver.series_limit': '200000',
    });
  });

  it.each(written)('means what the engine does when $name is left out', ({ name, value }) => {
    const nested = name.split('.').reduceRight((inner, key) => `{${key}: ${inner}}`, value);
    expect(parseConfig(nested, 'defaults.yml')).toEqual(parseConfig('', 'empty.yml'));
  });
});

describe('the reference of a schema', () => {
  it('writes types, bounds and defaults as an operator does', () => {
    const schema = z.strictObject({
      probe: z
        .strictObject({
          every: durationField({ minMs: 1_000, maxMs: 90_000 }).default(61_000).describe('How often it asks.'),
          tries: z.number().int().min(1).max(9).default(3).describe('How often it asks again.'),
          share: z.number().min(0.5).describe('How many answers are enough.'),
          from: hostPortField.default({ host: '::1', port: 53 }).describe('Where it asks from.'),
          mode: z.enum(['udp', 'tcp|tls']).describe('How it asks.'),
          servers: z.array(ipField).max(4).default([]).describe('Whom it asks.'),
          weights: z.record(z.string(), z.number().int().min(0)).default({}).describe('Whom it asks more often.'),
          limit: z.string().max(8).optional().register(fieldNotation, { fallback: 'the mode' }).describe('Its limit.'),
          keys: z
            .array(
              z.strictObject({
                name: z.string().describe('Its name.'),
                on: z.boolean().optional().describe('Its use.'),
              }),
            )
            .default([])
            .describe('Its keys.'),
        })
        .describe('Asks servers.')
        .register(fieldNotation, { example: 'probe: {mode: udp}' }),
    });
    expect(referenceMarkdown(schema)).toBe(`## probe

Asks servers.

| key | type | default | meaning |
|---|---|---|---|
| \`every\` | duration from 1s to 1m30s | \`1m1s\` | How often it asks. |
| \`tries\` | whole number, 1 to 9 | \`3\` | How often it asks again. |
| \`share\` | number, at least 0.5 | **required** | How many answers are enough. |
| \`from\` | host:port | \`[::1]:53\` | Where it asks from. |
| \`mode\` | one of \`udp\`, \`tcp\\|tls\` | **required** | How it asks. |
| \`servers\` | list of IP addresses, at most 4 | none | Whom it asks. |
| \`weights\` | mapping of text to whole numbers (at least 0) | none | Whom it asks more often. |
| \`limit\` | text, at most 8 characters | the mode | Its limit. |
| \`keys\` | list of mappings | none | Its keys. |
| \`keys[].name\` | text | **required** | Its name. |
| \`keys[].on\` | \`true\` or \`false\` | none | Its use. |

\`\`\`yaml
probe: {mode: udp}
\`\`\`
`);
  });

  it('refuses to pass over what it cannot tell', () => {
    const schema = z.strictObject({ a: z.strictObject({ when: z.date().describe('A day.') }) });
    expect(() => referenceMarkdown(schema)).toThrow('cannot tell a date');
  });
});
