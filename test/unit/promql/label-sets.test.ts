import { describe, expect, it } from 'vitest';
import { Labels } from '../../../shared/model/labels.ts';

const flat = (labels: Labels) => labels.flat.join(' ');

describe('label sets that others are made from', () => {
  const labels = Labels.fromRecord({ b: '2', d: '4' });

  it('take another label at its place in the order of bytes', () => {
    expect(flat(labels.with('a', '1'))).toBe('a 1 b 2 d 4');
    expect(flat(labels.with('c', '3'))).toBe('b 2 c 3 d 4');
    expect(flat(labels.with('e', '5'))).toBe('b 2 d 4 e 5');
    // U+1F600 comes after U+FF5E by bytes, before it by UTF-16 units.
    expect(flat(Labels.fromRecord({ '～': 'x' }).with('😀', 'y'))).toBe('～ x 😀 y');
  });

  it('take another value, and lose a label by an empty one', () => {
    expect(flat(labels.with('b', 'x'))).toBe('b x d 4');
    expect(flat(labels.with('b', ''))).toBe('d 4');
    expect(flat(labels.with('x', ''))).toBe('b 2 d 4');
  });

  it('lose labels, or all others', () => {
    expect(flat(labels.without('b', 'x'))).toBe('d 4');
    expect(flat(labels.only(['d', 'x']))).toBe('d 4');
    expect(labels.without('b', 'd')).toBe(Labels.EMPTY);
    expect(labels.key).toBe('["b","2","d","4"]');
  });
});
