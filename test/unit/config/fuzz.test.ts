// Whatever stands in the file, the answer is a config or problems with their places.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ConfigError, parseConfig } from '../../../electron/engine/config/index.ts';
import { referenceSections } from '../../../electron/engine/config/reference.ts';
import { configSchema } from '../../../electron/engine/config/schema.ts';

const VALID = referenceSections(configSchema)
  // It excludes the section beside it.
  .filter(({ name }) => name !== 'alertmanager_config_file')
  .map(({ example }) => `${example}\n`)
  .join('');

/** What is wrong with the answer to a text: nothing, unless it is neither a config nor problems inside the text. */
function faultsOf(text: string): string[] {
  try {
    parseConfig(text, 'f');
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) return [String(error)];
    const lineCount = text.split('\n').length;
    const faulty = error.problems.filter(
      ({ line, column, message }) =>
        line < 1 || line > lineCount || column < 1 || /undefined|\[object|Invalid input/.test(message),
    );
    return error.problems.length === 0
      ? ['an error without a problem']
      : faulty.map((problem) => JSON.stringify(problem));
  }
}

const keys = 'host routeros tls pin listen scrape_configs labels sampling http storage name'.split(' ');
const blanks = [' ', '  ', '\n', '\n  ', '\n  - ', '\t', '\r\n', '\uFEFF'];
const signs = [
  '- ',
  '? ',
  ': ',
  ', ',
  '{',
  '}',
  '[',
  ']',
  '#',
  '|',
  '>',
  '%',
  '@',
  '`',
  "'",
  '"',
  '\\',
  '---\n',
  '...\n',
];
const values = ['~', 'true', '15s', '-1', '.nan', '0x', '1e999', '10.0.0.1'];
const references = ['&a ', '*a', '<<: ', '!!set ', '!x ', '__proto__: '];
const token = fc.constantFrom(...keys.map((key) => `${key}: `), ...blanks, ...signs, ...values, ...references);

const mutation = fc.record({
  at: fc.nat(VALID.length),
  cut: fc.nat(12),
  insert: fc.oneof(token, fc.string({ maxLength: 4 })),
});

/** Values in the shapes that YAML can write, often under keys that the schema knows. */
const anyValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.constantFrom(null, true, 0, -1, 1.5, '15s', 'off', '', 'a:1'), fc.double(), fc.string()),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), tie('value'), { maxKeys: 4 }),
  ),
})).value;

/** Every key's place: names, and 0 for the first entry of a list. */
const places = referenceSections(configSchema).flatMap(({ name, isList, fields }) =>
  fields.map(({ key }): (string | 0)[] => {
    if (key === name) return [name];
    const inner = key.split('.').flatMap((part) => (part.endsWith('[]') ? [part.slice(0, -2), 0 as const] : [part]));
    return isList ? [name, 0, ...inner] : [name, ...inner];
  }),
);

describe('is read, or refused with places:', () => {
  it('arbitrary characters', () => {
    const property = fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(faultsOf(text)).toEqual([]);
    });
    expect(() => fc.assert(property, { numRuns: 500 })).not.toThrow();
  });

  it('the signs of YAML in any order', () => {
    const property = fc.property(fc.array(token, { maxLength: 40 }), (tokens) => {
      expect(faultsOf(tokens.join(''))).toEqual([]);
    });
    expect(() => fc.assert(property, { numRuns: 1_500 })).not.toThrow();
  });

  it('a valid config with mistakes', () => {
    expect(() => parseConfig(VALID, 'f')).not.toThrow();
    const property = fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      let text = VALID;
      for (const { at, cut, insert } of mutations) text = text.slice(0, at) + insert + text.slice(at + cut);
      expect(faultsOf(text)).toEqual([]);
    });
    expect(() => fc.assert(property, { numRuns: 500 })).not.toThrow();
  });

  it('any value in the place of any key', () => {
    const property = fc.property(fc.constantFrom(...places), anyValue, (place, value) => {
      const config = place.reduceRight<unknown>((inner, part) => (part === 0 ? [inner] : { [part]: inner }), value);
      expect(faultsOf(stringify(config))).toEqual([]);
    });
    expect(() => fc.assert(property, { numRuns: 1_000 })).not.toThrow();
  });
});
