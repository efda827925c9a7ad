// Rows as CSV, for what is copied or saved of a table.
export { toCsv } from '../../shared/model/csv.ts';
