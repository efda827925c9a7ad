// The tokens of /metrics: where they come from, and how one is changed while a scraper still has the other.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createMetricsTokens } from '../../../electron/engine/keys/index.ts';
import { negotiate } from '../../../electron/engine/telemetry/index.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-tokens-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function tokensOf(options: { file?: string; environment?: string; stored?: Map<string, unknown> } = {}) {
  const { stored = new Map<string, unknown>(), file, environment } = options;
  let nowMs = 1_700_000_000_000;
  const tokens = createMetricsTokens({
    settings: { get: (key) => stored.get(key), set: (key, value) => void stored.set(key, structuredClone(value)) },
    file,
    environment,
    clock: { now: () => nowMs, monotonic: () => nowMs },
  });
  return { tokens, stored, pass: (ms: number) => (nowMs += ms) };
}

describe('the tokens of /metrics', () => {
  it('come from the environment and the window; none is kept but by its hash', () => {
    const { tokens, stored } = tokensOf({ environment: ' from-outside ' });
    expect([tokens.accepts('from-outside'), tokens.accepts(''), tokens.accepts('from-outsid')]).toEqual([
      true,
      false,
      false,
    ]);
    const made = tokens.rotate(0);
    expect(made).toMatch(/^lwm_[\w-]{32}$/);
    expect(JSON.stringify([...stored])).not.toContain(made.slice(8));
    expect(tokensOf({ stored }).tokens.accepts(made)).toBe(true);
  });

  it('overlap while they are changed, and end', () => {
    const { tokens, pass } = tokensOf();
    const first = tokens.rotate(0);
    const second = tokens.rotate(60_000);
    expect([tokens.accepts(first), tokens.accepts(second)]).toEqual([true, true]);
    pass(59_999);
    expect(tokens.accepts(first)).toBe(true);
    pass(1);
    expect([tokens.accepts(first), tokens.accepts(second)]).toEqual([false, true]);
    const third = tokens.rotate(0);
    expect([tokens.accepts(second), tokens.accepts(third)]).toEqual([false, true]);
    tokens.revoke(tokens.shown().own[0]!.id);
    expect(tokens.accepts(third)).toBe(false);
  });

  it('are read again from their file: two lines while one is changed, none once it is gone', () => {
    const file = path.join(dir, 'token');
    writeFileSync(file, 'the-first-token\n');
    const { tokens, pass } = tokensOf({ file });
    const accepted = (): boolean[] => {
      pass(1_000);
      return [tokens.accepts('the-first-token'), tokens.accepts('the-second-token')];
    };
    expect(accepted()).toEqual([true, false]);
    writeFileSync(file, 'the-second-token\nthe-first-token\n');
    expect(accepted()).toEqual([true, true]);
    writeFileSync(file, 'the-second-token\n');
    expect(accepted()).toEqual([false, true]);
    rmSync(file);
    expect(accepted()).toEqual([false, false]);
    writeFileSync(file, 'the-first-token\n');
    expect(accepted()).toEqual([true, false]);
    rmSync(file);
    // A link to itself cannot even be looked at.
    symlinkSync('token', file);
    expect(accepted()).toEqual([false, false]);
  });

  it('are refused at the start where the file holds none', () => {
    const file = path.join(dir, 'bad');
    expect(() => tokensOf({ file })).toThrow(/the token cannot be read/);
    for (const text of ['', '\n', 'short', 'two words here']) {
      writeFileSync(file, text);
      expect(() => tokensOf({ file })).toThrow(/one word of at least 8 characters/);
    }
  });
});

describe('the format of /metrics', () => {
  it.each([
    [undefined, 'text'],
    ['*/*', 'text'],
    ['text/plain', 'text'],
    ['application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1', 'openmetrics'],
    // What Prometheus 3 sends.
    [
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      'openmetrics',
    ],
    ['text/plain;version=0.0.4;q=0.9,application/openmetrics-text;version=1.0.0;q=0.1', 'text'],
    ['application/openmetrics-text;q=0', 'text'],
    ['application/openmetrics-text;version=2.0.0', 'text'],
    ['application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited', 'text'],
    [';;;,,,q=', 'text'],
  ])('for %s is %s', (accept, format) => {
    expect(negotiate(accept)).toBe(format);
  });
});
