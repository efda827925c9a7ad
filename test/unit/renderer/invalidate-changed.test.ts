import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { invalidateChanged } from '../../../renderer/app/data/queries.ts';

it('shows an answer though changes come faster than answers, and asks once more for what came meanwhile', async () => {
  const queries = new QueryClient();
  const asked: PromiseWithResolvers<number>[] = [];
  const observer = new QueryObserver<number>(queries, {
    queryKey: ['rules'],
    queryFn: () => {
      const one = Promise.withResolvers<number>();
      asked.push(one);
      return one.promise;
    },
  });
  const shown: (number | undefined)[] = [];
  const stop = observer.subscribe(({ data }) => shown.push(data));
  asked[0]!.resolve(0);
  await expect.poll(() => shown.at(-1)).toBe(0);
  for (let change = 0; change < 5; change++) invalidateChanged(queries, ['alerts', 'settings']);
  expect(asked).toHaveLength(2);
  asked[1]!.resolve(1);
  await expect.poll(() => asked.length).toBe(3);
  expect(shown.at(-1)).toBe(1);
  asked[2]!.resolve(2);
  await expect.poll(() => shown.at(-1)).toBe(2);
  expect(asked).toHaveLength(3);
  stop();
});
