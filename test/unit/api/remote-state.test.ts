import { describe, expect, it } from 'vitest';
import { remoteState } from '../../../electron/engine/api/rpc/remote.ts';
import { remoteStatusSchema } from '../../../shared/contract/remote.ts';

const NOW = 1_700_000_000_000;
const sender = {
  name: 'cluster',
  host: 'metrics.example.net',
  url: 'https://metrics.example.net/api/v1/write?token=secret',
  sent: 900,
  sentPerSecond: 30,
  pending: 0,
  refused: 0,
  lastSentMs: NOW - 1_000,
  unsentFromMs: undefined,
  failingSinceMs: undefined,
  trouble: undefined,
  refusal: undefined,
};

describe('where what is stored goes, for the window', () => {
  it('tells a URL without what could be a key', () => {
    const state = remoteState({ senders: [sender], cluster: undefined }, NOW);
    expect(remoteStatusSchema.parse(state)).toEqual(state);
    expect(state.writers[0]).toMatchObject({
      url: 'https://metrics.example.net/api/v1/write',
      state: 'sending',
      waitingSeconds: 0,
    });
    expect(JSON.stringify(state)).not.toContain('secret');
  });

  it('tells apart what sends, is behind, fails, and has sent nothing', () => {
    const stateOf = (news: object): string | undefined =>
      remoteState({ senders: [{ ...sender, ...news }], cluster: undefined }, NOW).writers[0]?.state;
    expect(stateOf({ unsentFromMs: NOW - 60_000 })).toBe('sending');
    expect(stateOf({ unsentFromMs: NOW - 60_001 })).toBe('behind');
    expect(stateOf({ unsentFromMs: NOW - 90_000, trouble: 'cannot be reached' })).toBe('failing');
    expect(stateOf({ lastSentMs: undefined })).toBe('new');
  });

  it('tells since when the long-term store answers, or does not', () => {
    const cluster = { url: 'http://victoria:8428', read: 'all', answersSinceMs: NOW - 5_000, away: undefined } as const;
    expect(remoteState({ senders: [], cluster }, NOW).longTermStore).toEqual({
      url: 'http://victoria:8428',
      read: 'all',
      answersSinceMs: NOW - 5_000,
      away: null,
    });
    const away = { sinceMs: NOW - 9_000, sentence: 'cannot be reached' };
    const { longTermStore } = remoteState(
      { senders: [], cluster: { ...cluster, answersSinceMs: undefined, away } },
      NOW,
    );
    expect(longTermStore).toMatchObject({
      answersSinceMs: null,
      away: { sentence: 'cannot be reached', atMs: NOW - 9_000 },
    });
  });
});
