import { expect, it } from 'vitest';
import { startLabThread } from '../../../electron/engine/sources/lab.ts';

const script = (code: string): URL => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const describeItself = "postMessage({ routers: [], targets: [{ job: 'a', url: 'http://127.0.0.1:1/' }] });";
const port = "import { parentPort } from 'node:worker_threads'; const postMessage = (m) => parentPort.postMessage(m);";

it('a sample network that throws while it runs ends alone, and says so', async () => {
  const ended = Promise.withResolvers<unknown>();
  const code = `${port} ${describeItself} setTimeout(() => { throw new Error('a fault'); }, 20);`;
  const lab = await startLabThread(undefined, ended.resolve, script(code));
  expect(lab.description.targets).toEqual([{ job: 'a', url: 'http://127.0.0.1:1/' }]);
  expect(await ended.promise).toMatchObject({ message: 'a fault' });
});

it('one that throws before it runs did not start', async () => {
  const starting = startLabThread(undefined, () => expect.unreachable(), script("throw new Error('a fault')"));
  await expect(starting).rejects.toMatchObject({ code: 'LW_LAB_FAILED' });
});

it('one that is stopped does not end by itself', async () => {
  const lab = await startLabThread(
    undefined,
    () => expect.unreachable(),
    script(`${port} ${describeItself} setInterval(() => {}, 1_000);`),
  );
  await lab.stop();
});
