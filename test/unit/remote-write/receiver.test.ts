import { describe, expect, it } from 'vitest';
import { createRemoteWriteReceiver } from '../../../electron/engine/collectors/remote-write/index.ts';
import type { AppendResult, SampleBatch } from '../../../electron/engine/store/metrics/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { metadata, series, snappy, STALE_BITS } from '../../support/remote-write.ts';

const NOW_MS = 1_700_000_000_000;
const HOUR_MS = 3_600_000;

/** A store that says of each batch what it is told to. */
function receiverOn(verdict: (batch: SampleBatch) => Partial<AppendResult> | Error = () => ({}), maxSeries = 100) {
  const batches: SampleBatch[] = [];
  const refs: string[] = [];
  const contacts: string[] = [];
  let nowMs = NOW_MS;
  const receiver = createRemoteWriteReceiver({
    appender: {
      ref: (labels) => refs.push(labels.key) - 1,
      append: (batch) => {
        batches.push(batch);
        const said = verdict(batch);
        if (said instanceof Error) return Promise.reject(said);
        return Promise.resolve({ appended: batch.refs.length, duplicates: 0, outOfOrder: 0, overLimit: 0, ...said });
      },
    },
    now: () => nowMs,
    maxSeriesPerSender: maxSeries,
    contact: ({ name, from }) => contacts.push(`${name} ${from}`),
    logger: silentLogger,
  });
  return { receiver, batches, refs, contacts, pass: (ms: number) => (nowMs += ms) };
}

const one = (name: string, timeMs = NOW_MS) => series([['__name__', name]], [[timeMs, 1]]);

describe('the remote write receiver', () => {
  it('stores samples with their own times and staleness markers', async () => {
    const { receiver, batches, refs } = receiverOn();
    const answer = await receiver.receive(
      snappy(
        series(
          [['__name__', 'a']],
          [
            [NOW_MS - 1, 7],
            [NOW_MS, STALE_BITS],
          ],
        ),
        one('b'),
      ),
      'site',
    );
    expect(answer).toEqual({ status: 204, text: '' });
    expect(refs).toEqual(['["__name__","a"]', '["__name__","b"]']);
    expect(batches).toHaveLength(1);
    expect([...(batches[0]?.refs ?? [])]).toEqual([0, 0, 1]);
    expect([...(batches[0]?.timestampsMs ?? [])]).toEqual([NOW_MS - 1, NOW_MS, NOW_MS]);
    expect([...(batches[0]?.stale ?? [])]).toEqual([0, 1, 0]);
  });

  it('asks for the ref of a series once, for as long as it is sent', async () => {
    const { receiver, refs, pass } = receiverOn();
    for (let i = 0; i < 5; i++) {
      await receiver.receive(snappy(one('a')), 'site');
      pass(HOUR_MS);
    }
    expect(refs).toHaveLength(1);
    pass(HOUR_MS);
    await receiver.receive(snappy(one('b')), 'site');
    pass(HOUR_MS);
    await receiver.receive(snappy(one('a')), 'site');
    expect(refs).toHaveLength(3);
  });

  it('keeps the good samples and tells the sender not to repeat the bad ones', async () => {
    const { receiver, batches } = receiverOn(() => ({ appended: 1, duplicates: 1, outOfOrder: 1 }));
    const answer = await receiver.receive(snappy(one('a'), one('b'), one('c'), one('d', NOW_MS + 600_001)), 'site');
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('all others are stored: 1 out of order');
    expect(answer.text).toContain('1 more than 10 minutes in the future');
    expect([...(batches[0]?.refs ?? [])]).toEqual([0, 1, 2]);
    const [sender] = receiver.senders();
    expect(sender).toMatchObject({ name: 'site', stored: 1, duplicates: 1 });
    expect(Object.fromEntries(sender?.refused ?? [])).toEqual({
      out_of_order: 1,
      future: 1,
      over_limit: 0,
      invalid_labels: 0,
    });
    expect(Object.fromEntries(sender?.requests ?? [])).toEqual({ 400: 1 });
  });

  it('takes a sample ten minutes ahead, and no later one', async () => {
    const { receiver, batches } = receiverOn();
    expect((await receiver.receive(snappy(one('a', NOW_MS + 600_000)), 'site')).status).toBe(204);
    expect((await receiver.receive(snappy(one('a', NOW_MS + 600_001)), 'site')).status).toBe(400);
    expect(batches).toHaveLength(1);
  });

  it('leaves out series with invalid labels and still answers with success, as Prometheus does', async () => {
    const { receiver, refs } = receiverOn();
    const answer = await receiver.receive(snappy(series([['job', 'nameless']], [[NOW_MS, 1]]), one('a')), 'site');
    expect(answer.status).toBe(204);
    expect(refs).toEqual(['["__name__","a"]']);
    expect(receiver.senders()[0]?.refused.get('invalid_labels')).toBe(1);
  });

  it('bounds the series of one sender, not those of another', async () => {
    const { receiver, pass } = receiverOn(undefined, 2);
    const answer = await receiver.receive(snappy(one('a'), one('b'), one('c')), 'first');
    expect(answer).toMatchObject({
      status: 400,
      text: expect.stringContaining('1 of series over the limit') as string,
    });
    expect((await receiver.receive(snappy(one('c')), 'second')).status).toBe(204);
    // Those it no longer sends make room after an hour or two.
    pass(HOUR_MS);
    await receiver.receive(snappy(one('a')), 'first');
    pass(HOUR_MS);
    expect((await receiver.receive(snappy(one('c')), 'first')).status).toBe(204);
  });

  it('names native histograms that it cannot store, and passes over exemplars', async () => {
    const { receiver } = receiverOn();
    const exemplar = Buffer.from([3 * 8 + 2, 0]);
    const histogram = Buffer.from([4 * 8 + 2, 0]);
    const fine = await receiver.receive(snappy(series([['__name__', 'a']], [[NOW_MS, 1]], exemplar)), 'site');
    expect(fine.status).toBe(204);
    const refused = await receiver.receive(snappy(series([['__name__', 'h']], [], histogram)), 'site');
    expect(refused).toMatchObject({ status: 400, text: expect.stringContaining('native histograms') as string });
    expect(receiver.senders()[0]?.ignored).toEqual({ exemplar: 1, histogram: 1 });
  });

  it('tells of whoever writes, also while nothing can be stored, and not of what is no remote write', async () => {
    const { receiver, contacts, pass } = receiverOn(() => new LinewardenError('LW_STORE_WRITE_FAILED', 'full'));
    await expect(receiver.receive(Buffer.from('no snappy'), 'site', '10.0.0.7')).rejects.toThrow('malformed');
    expect(contacts).toEqual([]);
    await expect(receiver.receive(snappy(one('a')), 'site', '10.0.0.7')).rejects.toThrow('full');
    expect(contacts).toEqual(['site 10.0.0.7']);
    // Two with one token: its address is the first one's for a minute.
    pass(59_999);
    await expect(receiver.receive(snappy(one('a')), 'site', '10.0.0.8')).rejects.toThrow('full');
    pass(1);
    await expect(receiver.receive(snappy(one('a')), 'site', '10.0.0.8')).rejects.toThrow('full');
    expect(contacts).toEqual(['site 10.0.0.7', 'site 10.0.0.7', 'site 10.0.0.8']);
  });

  it('counts nothing of a request that was not stored, since it comes again', async () => {
    const paused = new LinewardenError('LW_STORE_WRITE_FAILED', 'the disk is full');
    let isFull = true;
    const { receiver } = receiverOn(() => (isFull ? paused : {}));
    const body = snappy(one('a'), metadata(1, 'a', 'help'));
    await expect(receiver.receive(body, 'site')).rejects.toBe(paused);
    expect(receiver.senders()[0]).toMatchObject({ stored: 0 });
    isFull = false;
    expect((await receiver.receive(body, 'site')).status).toBe(204);
    expect(receiver.senders()[0]).toMatchObject({ stored: 1 });
    expect(receiver.metadata()).toEqual([{ a: [{ type: 'counter', help: 'help', unit: '' }] }]);
  });

  it('lets only so much be under way at once', () => {
    const { receiver } = receiverOn();
    const many = Array.from({ length: 32 }, () => receiver.admit(1_000));
    expect(many.every((release) => release !== undefined)).toBe(true);
    expect(receiver.admit(1)).toBeUndefined();
    many[0]?.();
    many[0]?.();
    expect(receiver.admit(1)).toBeDefined();
    expect(receiver.admit(1)).toBeUndefined();
    const large = receiverOn().receiver;
    expect(large.admit(20 * 1024 ** 2)).toBeDefined();
    expect(large.admit(20 * 1024 ** 2)).toBeUndefined();
  });
});
