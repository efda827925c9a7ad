// Rows as CSV (RFC 4180); a cell that a spreadsheet would run as a formula is defused.
const quotedCell = (cell: string): string => {
  // Names come from devices: "=cmd(...)" must arrive as text. A plain negative number is no formula, nor is an infinity.
  const safe = /^[=+@\t\r]|^-(?![\d.])/.test(cell) && !/^[+-]Inf$/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export const toCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(quotedCell).join(',')}\r\n`).join('');
