import { describe, expect, it } from 'vitest';
import { createRegistry, expose } from '../../../electron/engine/telemetry/index.ts';

describe('own metrics', () => {
  it('are told in the text format 0.0.4, in the order in which they were added', () => {
    const registry = createRegistry();
    registry.add({ name: 'linewarden_samples_appended_total', help: 'Samples.', type: 'counter', value: () => 3 });
    registry.add({ name: 'linewarden_problems', help: 'A \\ and\nanother line.', type: 'gauge', value: () => 0.5 });
    expect(expose(registry.families, 'text')).toBe(
      [
        '# HELP linewarden_samples_appended_total Samples.',
        '# TYPE linewarden_samples_appended_total counter',
        'linewarden_samples_appended_total 3',
        '# HELP linewarden_problems A \\\\ and\\nanother line.',
        '# TYPE linewarden_problems gauge',
        'linewarden_problems 0.5',
        '',
      ].join('\n'),
    );
  });

  it('spell infinities and NaN as the format does', () => {
    const registry = createRegistry();
    const values = [Infinity, -Infinity, Number.NaN];
    for (const value of values) registry.add({ name: 'x', help: '', type: 'gauge', value: () => value });
    expect(expose(registry.families, 'text').match(/^x .*/gm)).toEqual(['x +Inf', 'x -Inf', 'x NaN']);
  });

  it('are asked for anew at each scrape', () => {
    const registry = createRegistry();
    let count = 0;
    registry.add({ name: 'x_total', help: '', type: 'counter', value: () => ++count });
    expect(registry.samples()).toEqual([{ name: 'x_total', labels: {}, value: 1 }]);
    expect(registry.samples()).toEqual([{ name: 'x_total', labels: {}, value: 2 }]);
  });

  it('may have labels, and none at all while there is nothing to say', () => {
    const registry = createRegistry();
    const values = [
      { labels: { tier: 'raw' }, value: 5 },
      { labels: { tier: 'a"\\\n' }, value: 7 },
    ];
    registry.add({ name: 'x_bytes', help: 'Size.', type: 'gauge', value: () => values });
    registry.add({ name: 'y', help: 'Nothing yet.', type: 'gauge', value: () => undefined });
    expect(expose(registry.families, 'text')).toBe(
      [
        '# HELP x_bytes Size.',
        '# TYPE x_bytes gauge',
        'x_bytes{tier="raw"} 5',
        'x_bytes{tier="a\\"\\\\\\n"} 7',
        '',
      ].join('\n'),
    );
    expect(registry.samples()).toEqual([
      { name: 'x_bytes', labels: { tier: 'raw' }, value: 5 },
      { name: 'x_bytes', labels: { tier: 'a"\\\n' }, value: 7 },
    ]);
  });
});
