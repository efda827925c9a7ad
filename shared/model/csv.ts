// CSV as RFC 4180 has it, read and written.

export type CsvRow = { readonly line: number; readonly cells: readonly string[] };

/** A cell that a spreadsheet would run as a formula. A plain negative number is none, nor is an infinity. */
const isFormula = (cell: string): boolean => /^[=+@\t\r]|^-(?![\d.])/.test(cell) && !/^[+-]Inf$/.test(cell);

const quotedCell = (cell: string): string => {
  // Names come from devices: "=cmd(...)" must arrive as text.
  const safe = isFormula(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Rows as CSV; a cell that a spreadsheet would run as a formula is defused by an apostrophe. */
export const toCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(quotedCell).join(',')}\r\n`).join('');

/** Without the apostrophe that `toCsv`, or a spreadsheet, has put before what looks like a formula. */
export const undefused = (cell: string): string =>
  cell.startsWith("'") && isFormula(cell.slice(1)) ? cell.slice(1) : cell;

export class CsvError extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/**
 * Rows with the line that each begins on; empty lines are left out. A byte order mark is skipped; where the first line has
 * semicolons and no comma, these separate, as spreadsheets of many countries write. Throws CsvError.
 */
export function parseCsv(given: string, maxRows: number): CsvRow[] {
  const text = given.startsWith('\uFEFF') ? given.slice(1) : given;
  const [first = ''] = text.split(/\r?\n/, 1);
  const separator = first.includes(';') && !first.includes(',') ? ';' : ',';
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let line = 1;
  let rowLine = 1;
  let at = 0;
  const endRow = (): void => {
    if (cells.length > 1 || cells[0] !== '') {
      if (rows.length >= maxRows) throw new CsvError(rowLine, `at most ${maxRows} rows can be read at once`);
      rows.push({ line: rowLine, cells });
    }
    cells = [];
  };
  while (at < text.length) {
    let cell: string;
    if (text[at] === '"') {
      const opened = line;
      let quoted = '';
      for (;;) {
        const end = text.indexOf('"', at + 1);
        if (end < 0) throw new CsvError(opened, 'a quote is opened and never closed');
        quoted += text.slice(at + 1, end);
        at = end + 1;
        if (text[at] !== '"') break;
        quoted += '"';
      }
      line += quoted.split('\n').length - 1;
      if (at < text.length && text[at] !== separator && text[at] !== '\n' && !text.startsWith('\r\n', at)) {
        throw new CsvError(line, 'there is text after a closing quote');
      }
      cell = quoted;
    } else {
      let end = at;
      while (end < text.length && text[end] !== separator && text[end] !== '\n') end++;
      cell = text.slice(at, end);
      at = end;
      if (cell.endsWith('\r') && text[at] !== separator) cell = cell.slice(0, -1);
    }
    cells.push(cell);
    if (text.startsWith('\r\n', at)) at++;
    if (text[at] === separator) {
      at++;
      // A separator at the very end has an empty cell behind it.
      if (at === text.length) cells.push('');
      continue;
    }
    endRow();
    at++;
    line++;
    rowLine = line;
  }
  if (cells.length > 0) endRow();
  return rows;
}
