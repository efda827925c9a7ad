import { describe, expect, it } from 'vitest';
import { withRule, withoutRule } from '../../../../electron/engine/alerting/packs/own-rules.ts';

const rule = {
  name: 'Busy',
  expr: 'rate(x[5m]) > 5',
  forMs: 300_000,
  keepFiringForMs: 0,
  labels: { severity: 'warning' },
  annotations: { summary: '{{ $labels.site }}: busy' },
};

const FIRST = `groups:
  - name: written-in-the-window
    rules:
      - alert: Busy
        expr: rate(x[5m]) > 5
        for: 5m
        labels:
          severity: warning
        annotations:
          summary: "{{ $labels.site }}: busy"
`;

describe('rules written in the window', () => {
  it('make a rule file of their own', () => {
    expect(withRule(undefined, rule)).toBe(FIRST);
  });

  it('stand beside what is there, comments and other groups too', () => {
    const text = `# from the office
groups:
  - name: office
    interval: 30s
    rules:
      - alert: Cold # below zero
        expr: celsius < 0
`;
    expect(withRule(text, { ...rule, labels: {}, annotations: {}, forMs: 0 }))
      .toBe(`${text}  - name: written-in-the-window
    rules:
      - alert: Busy
        expr: rate(x[5m]) > 5
`);
    expect(
      withRule(text, { ...rule, name: 'Colder', labels: {}, annotations: {}, keepFiringForMs: 60_000 }, 'Cold'),
    ).toBe(
      `# from the office
groups:
  - name: office
    interval: 30s
    rules:
      - alert: Colder
        expr: rate(x[5m]) > 5
        for: 5m
        keep_firing_for: 1m
`,
    );
  });

  it('have names of their own, and are there to be changed', () => {
    expect(() => withRule(FIRST, rule)).toThrow('There is already a rule Busy in this file.');
    expect(() => withRule(FIRST, { ...rule, name: 'Idle' }, 'Gone')).toThrow(
      'There is no rule "Gone" in this file any more.',
    );
    expect(withRule(FIRST, rule, 'Busy')).toBe(FIRST);
  });

  it('go one by one, and the file with the last', () => {
    const two = withRule(FIRST, { ...rule, name: 'Idle' });
    expect(withoutRule(two, 'Idle')).toBe(FIRST);
    expect(withoutRule(FIRST, 'Busy')).toBeUndefined();
    expect(() => withoutRule(undefined, 'Busy')).toThrow('There is no rule "Busy" in this file any more.');
  });
});
