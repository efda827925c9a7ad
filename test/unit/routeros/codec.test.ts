import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeLength,
  encodeSentence,
  SentenceParser,
  type WireLimits,
  type WireViolation,
} from '../../../electron/engine/collectors/routeros/client/codec.ts';
import { parseReply } from '../../../electron/engine/collectors/routeros/client/reply.ts';
import { random } from '../../lab/routeros/traffic.ts';

function parseAll(chunks: readonly Buffer[], options: { limits?: WireLimits; repliesOnly?: boolean } = {}) {
  const sentences: string[][] = [];
  const parser = new SentenceParser((words) => sentences.push(words), options);
  let violation: WireViolation | undefined;
  for (const chunk of chunks) violation ??= parser.push(chunk);
  return { sentences, violation };
}

/** The bytes cut at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end));
}

describe('word lengths', () => {
  // The borders and forms of "RouterOS API", API words.
  it.each([
    [0x00, '00'],
    [0x7f, '7f'],
    [0x80, '8080'],
    [0x3fff, 'bfff'],
    [0x4000, 'c04000'],
    [0x1fffff, 'dfffff'],
    [0x200000, 'e0200000'],
    [0xfffffff, 'efffffff'],
    [0x10000000, 'f010000000'],
    [0xffffffff, 'f0ffffffff'],
  ])('%i is written as %s', (length, hex) => {
    expect(encodeLength(length).toString('hex')).toBe(hex);
  });

  it.each([
    ['two', '8003616263'],
    ['three', 'c00003616263'],
    ['four', 'e0000003616263'],
    ['five', 'f000000003616263'],
  ])('a length in %s bytes is read even where fewer would do', (_, hex) => {
    expect(parseAll([Buffer.from(`${hex}00`, 'hex')]).sentences).toEqual([['abc']]);
  });

  it('a length beyond the cap is a violation before anything of the word is kept', () => {
    expect(parseAll([Buffer.from('f0ffffffff', 'hex')]).violation).toEqual({
      kind: 'word-too-long',
      detail: '4294967295 bytes',
    });
    expect(parseAll([encodeLength(1_048_577)]).violation?.kind).toBe('word-too-long');
    expect(parseAll([encodeLength(1_048_576)]).violation).toBeUndefined();
  });

  it('control bytes 0xf1 to 0xff are no lengths', () => {
    for (let byte = 0xf1; byte <= 0xff; byte++) {
      expect(parseAll([Buffer.of(byte)]).violation?.kind).toBe('reserved-length');
    }
  });

  it('a sentence of too many words or bytes is a violation', () => {
    const limits = { wordBytes: 100, sentenceBytes: 250, sentenceWords: 4 };
    expect(parseAll([encodeSentence(['a', 'b', 'c', 'd'])], { limits }).sentences).toHaveLength(1);
    expect(parseAll([encodeSentence(['a', 'b', 'c', 'd', 'e'])], { limits }).violation?.kind).toBe('sentence-too-long');
    const long = 'x'.repeat(100);
    expect(parseAll([encodeSentence([long, long, long])], { limits }).violation?.kind).toBe('sentence-too-long');
  });
});

describe('sentences', () => {
  it('the login of the documentation has these bytes', () => {
    expect(encodeSentence(['/login', '=name=admin']).toString('latin1')).toBe('\x06/login\x0b=name=admin\x00');
  });

  it('an empty word is refused, it would end the sentence', () => {
    expect(() => encodeSentence(['/print', ''])).toThrow(TypeError);
  });

  it('come back as they were written, however the stream is cut', () => {
    const word = fc.oneof(
      fc.string({ minLength: 1, unit: 'grapheme' }),
      fc.integer({ min: 1, max: 40_000 }).map((length) => 'w'.repeat(length)),
    );
    const sentences = fc.array(fc.array(word, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(sentences, fc.array(fc.nat(), { maxLength: 12 }), (written, places) => {
        const bytes = Buffer.concat(written.map(encodeSentence));
        const read = parseAll(cut(bytes, places));
        expect(read.violation).toBeUndefined();
        expect(read.sentences).toEqual(written);
      }),
      { numRuns: 300 },
    );
  });

  it('come back byte by byte, also across length borders', () => {
    const written = [0x7f, 0x80, 0x3fff, 0x4000].map((length) => ['!re', 'x'.repeat(length)]);
    const bytes = Buffer.concat(written.map(encodeSentence));
    expect(parseAll([...bytes].map((byte) => Buffer.of(byte))).sentences).toEqual(written);
  });

  it('empty sentences say nothing', () => {
    expect(parseAll([Buffer.alloc(1_000)]).sentences).toEqual([]);
  });

  it('names in UTF-8 and in windows-1252 are both read right', () => {
    // "Größ" in each encoding; 0x80 is the euro sign of windows-1252 and never begins a UTF-8 character.
    const utf8 = Buffer.from('064772c3b6c39f00', 'hex');
    const windows = Buffer.from('044772f6df00', 'hex');
    const euro = Buffer.from('0380203500', 'hex');
    expect(parseAll([utf8, windows, euro]).sentences).toEqual([['Größ'], ['Größ'], ['€ 5']]);
  });

  it('where only replies are expected, the first byte of a web server gives it away', () => {
    const { violation } = parseAll([Buffer.from('HTTP/1.1 400 Bad Request\r\n')], { repliesOnly: true });
    expect(violation).toEqual({ kind: 'not-a-reply', detail: '48 54' });
  });

  it('nothing is read after stop()', () => {
    const seen: string[][] = [];
    const parser = new SentenceParser((words) => {
      seen.push(words);
      parser.stop();
    });
    parser.push(Buffer.concat([encodeSentence(['!fatal']), encodeSentence(['!re'])]));
    parser.push(encodeSentence(['!re']));
    expect(seen).toEqual([['!fatal']]);
  });
});

describe('hostile bytes', () => {
  it('50,000 mutated streams neither throw nor hand over more than they carried', () => {
    const next = random(20_261_120);
    const pick = (below: number): number => Math.floor(next() * below);
    const seeds = [
      encodeSentence(['!re', '=.id=*1', '=name=ether1', '=rx-byte=123456789', '.tag=7']),
      encodeSentence(['!done', '.tag=7']),
      encodeSentence(['!trap', '=category=2', '=message=interrupted', '.tag=8']),
      encodeSentence(['!re', `=comment=${'é'.repeat(200)}`, '.tag=9']),
    ];
    const tooMuch: string[] = [];
    for (let run = 0; run < 50_000; run++) {
      const bytes = Buffer.concat([seeds[pick(4)] ?? Buffer.alloc(0), seeds[pick(4)] ?? Buffer.alloc(0)]);
      for (let i = pick(6); i >= 0; i--) bytes[pick(bytes.length)] = pick(256);
      let handed = 0;
      const parser = new SentenceParser((words) => {
        parseReply(words);
        // windows-1252 fallback may widen a byte to one character, never to more.
        for (const word of words) handed += word.length;
      });
      for (const chunk of cut(bytes, [pick(bytes.length), pick(bytes.length)])) {
        if (parser.push(chunk) !== undefined) break;
      }
      if (handed > bytes.length) tooMuch.push(`run ${run}: ${handed} characters out of ${bytes.length} bytes`);
    }
    expect(tooMuch).toEqual([]);
  });
});

describe('replies', () => {
  it('are read into type, tag, properties and free text', () => {
    const reply = parseReply(['!re', '=.id=*1', '=comment=a=b=c', '=empty=', '.tag=12', 'free']);
    expect([reply.type, reply.tag, reply.text]).toEqual(['!re', '12', 'free']);
    expect([...reply.row]).toEqual([
      ['.id', '*1'],
      ['comment', 'a=b=c'],
      ['empty', ''],
    ]);
  });

  it('properties called __proto__ or constructor are properties like any other', () => {
    const { row } = parseReply(['!re', '=__proto__=evil', '=constructor=x', '=toString=y']);
    expect(row.get('__proto__')).toBe('evil');
    expect(row.get('hasOwnProperty')).toBeUndefined();
    expect(({} as Record<string, unknown>)['evil']).toBeUndefined();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});
