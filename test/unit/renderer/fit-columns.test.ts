import { expect, test } from 'vitest';
import { yielding } from '../../../renderer/components/fit-columns.ts';

// 100 + 200 + 50 + 80 wide at the least, three gaps of 16 and 24 at the sides: 502.
const COLUMNS = [
  { id: 'state', width: 'minmax(100px, 2fr)' },
  { id: 'name', width: 'minmax(200px, 1fr)' },
  { id: 'model', width: '50px', yields: 2 },
  { id: 'version', width: 'minmax(80px, 1fr)', yields: 1 },
];

test.each([
  ['a table that is wide enough keeps all', 502, []],
  ['one that is not leaves out the first to yield', 501, ['version']],
  ['and then the next', 405, ['version', 'model']],
  ['what does not yield stays, however narrow', 100, ['version', 'model']],
  ['one whose width is not known yet keeps all', 0, []],
])('%s', (_, widthPx, left) => {
  expect([...yielding(COLUMNS, widthPx)]).toEqual(left);
});
