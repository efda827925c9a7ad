import { array, assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv, toCsv, undefused } from '../../../shared/model/csv.ts';

const cells = (text: string): (readonly string[])[] => parseCsv(text, 100).map((row) => row.cells);

describe('CSV', () => {
  it('is read as RFC 4180 writes it', () => {
    expect(cells('aaa,bbb,ccc\r\nzzz,yyy,xxx')).toEqual([
      ['aaa', 'bbb', 'ccc'],
      ['zzz', 'yyy', 'xxx'],
    ]);
    expect(cells('"aaa","b\r\nbb","c""cc"\r\n')).toEqual([['aaa', 'b\r\nbb', 'c"cc']]);
    expect(cells('a,,\n,,b\n\n"",\n')).toEqual([
      ['a', '', ''],
      ['', '', 'b'],
      ['', ''],
    ]);
  });

  it('says on which line a row begins, over cells of several lines', () => {
    expect(parseCsv('h\n"a\nb"\n\nc', 10).map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  it('is read with a byte order mark, with semicolons, and with a quote inside a bare cell', () => {
    expect(cells('\uFEFFname;address\r\ncore;"10.0.0.1;x"\r\n')).toEqual([
      ['name', 'address'],
      ['core', '10.0.0.1;x'],
    ]);
    expect(cells('5" disk,a;b')).toEqual([['5" disk', 'a;b']]);
  });

  it.each([
    ['a,"b\nc', 1, 'never closed'],
    ['a\nb,"c" d', 2, 'after a closing quote'],
    ['a\nb\nc\nd', 4, 'at most 3 rows'],
  ])('%j is refused with its line', (text, line, message) => {
    expect(() => parseCsv(text, 3)).toThrow(
      expect.objectContaining({ line, message: expect.stringContaining(message) }),
    );
  });

  it('comes back as it was written, formulas too', () => {
    const cell = string({ unit: constantFrom('a', '"', ',', ';', '\n', '\r', '=', '-', "'", '@', '1', ' ') });
    assert(
      property(array(array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (rows) => {
        const head = ['x', 'y'];
        const [, ...read] = parseCsv(toCsv([head, ...rows]), 100);
        expect(read.map((row) => row.cells.map(undefused))).toEqual(rows.map((row) => row.map(undefused)));
      }),
    );
  });

  it('defuses what a spreadsheet would run', () => {
    expect(toCsv([['=cmd()', '-1', '-x', '@a', 'a=b']])).toBe("'=cmd(),-1,'-x,'@a,a=b\r\n");
  });
});
