import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDashboards } from '../../../electron/engine/dashboards/index.ts';

let root = '';
let shippedDir = '';
let ownDir = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'linewarden-dashboards-'));
  shippedDir = path.join(root, 'shipped');
  ownDir = path.join(root, 'own');
  for (const dir of [shippedDir, ownDir]) mkdirSync(dir);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const start = () => createDashboards({ shippedDir, ownDir });
const put = (dir: string, name: string, content: unknown): void =>
  writeFileSync(path.join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));

const dashboard = (id: string, title: string, expr = 'up{instance=~"$instance"}') => ({
  version: 1,
  id,
  title,
  variables: [{ name: 'instance', label: 'Instance', query: 'label_values(up, instance)' }],
  sections: [{ title: 'Now', panels: [{ kind: 'stat', id: 'up', title: 'Up', width: 4, height: 3, expr }] }],
});

test('shipped ones and own ones are listed by their titles', async () => {
  put(shippedDir, 'b.json', dashboard('b', 'Bandwidth'));
  put(ownDir, 'a.json', dashboard('a', 'Antennas'));
  put(ownDir, 'notes.txt', 'not one of them');
  expect(await start().list()).toEqual({
    dashboards: [
      { id: 'a', title: 'Antennas', description: '', tags: [], panels: 1, shipped: false },
      { id: 'b', title: 'Bandwidth', description: '', tags: [], panels: 1, shipped: true },
    ],
    problems: [],
    ownDir,
  });
});

test('one of its own takes the place of the shipped one of that id', async () => {
  put(shippedDir, 'b.json', dashboard('b', 'Bandwidth'));
  put(ownDir, 'mine.json', dashboard('b', 'Our bandwidth'));
  const dashboards = start();
  expect((await dashboards.list()).dashboards.map(({ title, shipped }) => [title, shipped])).toEqual([
    ['Our bandwidth', false],
  ]);
  expect(await dashboards.get('b')).toMatchObject({ dashboard: { title: 'Our bandwidth' }, shipped: false });
});

test('a file that cannot be taken is told, and the others are there', async () => {
  put(ownDir, '1.json', '{"version": 1,');
  put(ownDir, '2.json', { ...dashboard('two', 'Two'), version: 7 });
  put(ownDir, '3.json', { ...dashboard('three', 'Three'), colour: 'red' });
  put(ownDir, '4.json', dashboard('four', 'Four'));
  put(ownDir, '5.json', dashboard('four', 'Four again'));
  mkdirSync(path.join(ownDir, '6.json'));
  put(ownDir, '7.json', ' '.repeat(1024 * 1024 + 1));
  const { dashboards, problems } = await start().list();
  expect(dashboards.map(({ title }) => title)).toEqual(['Four']);
  expect(problems.map(({ file, message }) => `${path.basename(file)} ${message}`)).toEqual([
    expect.stringMatching(/^1\.json It is no JSON: /),
    '2.json It is of version 7, and this program knows version 1.',
    '3.json Unrecognized key: "colour".',
    '5.json The id "four" is that of 4.json already.',
    '6.json It cannot be read: it is no regular file.',
    '7.json It cannot be read: it has 1048577 bytes; at most 1048576 are read.',
  ]);
});

test('a query that is none is told with its panel, which is shown all the same', async () => {
  put(ownDir, 'a.json', dashboard('a', 'A', 'sum(up'));
  put(ownDir, 'b.json', dashboard('b', 'B', 'up{instance=~"$router"}'));
  put(ownDir, 'c.json', dashboard('c', 'C', 'up[5m]'));
  put(ownDir, 'd.json', {
    ...dashboard('d', 'D'),
    variables: [{ name: 'instance', label: 'I', query: 'label_values(up{, instance)' }],
  });
  const { dashboards, problems } = await start().list();
  expect(dashboards.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  expect(problems.map(({ id, message }) => [id, message])).toEqual([
    ['a', expect.stringMatching(/^Panel "Up": .*parse error/)],
    ['b', 'Panel "Up": there is no variable $router.'],
    ['c', 'Panel "Up": a matrix cannot be shown.'],
    ['d', expect.stringMatching(/^Variable "instance": .*parse error/)],
  ]);
});

test('a file that was changed, added or removed is so at the next look', async () => {
  put(ownDir, 'a.json', dashboard('a', 'Before'));
  const dashboards = start();
  expect(await dashboards.get('a')).toMatchObject({ dashboard: { title: 'Before' } });
  put(ownDir, 'a.json', dashboard('a', 'Behind'));
  utimesSync(path.join(ownDir, 'a.json'), new Date(), new Date(Date.now() + 5_000));
  put(ownDir, 'b.json', dashboard('b', 'New'));
  expect((await dashboards.list()).dashboards.map(({ title }) => title)).toEqual(['Behind', 'New']);
  rmSync(path.join(ownDir, 'a.json'));
  expect(await dashboards.get('a')).toBeUndefined();
});

test('no folder is no dashboard', async () => {
  rmSync(ownDir, { recursive: true });
  expect(await start().list()).toEqual({ dashboards: [], problems: [], ownDir });
});
