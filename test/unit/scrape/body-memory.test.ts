import { describe, expect, it } from 'vitest';
import { BodyMemory } from '../../../electron/engine/collectors/scrape/body-memory.ts';

const text = (memory: BodyMemory): string => memory.body.toString('latin1');
const piece = (letter: string, bytes: number): Buffer => Buffer.alloc(bytes, letter);

describe('the memory that answers are read into', () => {
  it('keeps what came while it grows', () => {
    const memory = new BodyMemory(0);
    let expected = '';
    for (const letter of ['a', 'b', 'c', 'd']) {
      memory.add(piece(letter, 50_000));
      expected += letter.repeat(50_000);
    }
    expect(text(memory) === expected).toBe(true);
    memory.release();
  });

  it('is of one answer at a time', () => {
    const first = new BodyMemory(100_000);
    const second = new BodyMemory(100_000);
    first.add(piece('a', 100_000));
    second.add(piece('b', 100_000));
    first.add(piece('a', 100_000));
    expect(text(first) === 'a'.repeat(200_000)).toBe(true);
    expect(text(second) === 'b'.repeat(100_000)).toBe(true);
    first.release();
    second.release();
  });

  it('is used again once an answer is read, and not by an answer that was given up', () => {
    const read = new BodyMemory(700_000);
    read.add(piece('a', 700_000));
    const { buffer } = read.body;
    read.release();
    read.release();
    const next = new BodyMemory(600_000);
    next.add(piece('b', 600_000));
    expect(next.body.buffer).toBe(buffer);
    // A chunk that was under way when the scrape was given up.
    read.add(piece('c', 1_000));
    expect(text(next) === 'b'.repeat(600_000)).toBe(true);
    const other = new BodyMemory(600_000);
    expect(other.body.buffer).not.toBe(buffer);
    next.release();
    other.release();
  });

  it('is let go where it is very large', () => {
    const huge = new BodyMemory(0);
    huge.add(piece('a', 20_000_000));
    const { buffer } = huge.body;
    huge.release();
    const next = new BodyMemory(18_000_000);
    expect(next.body.buffer).not.toBe(buffer);
  });
});
