// Where what is stored goes, and how that does, for the window.
import type { RemoteState, RemoteWriter } from '../../../../shared/contract/index.ts';
import type { RemotePartsStatus } from '../../remote-parts.ts';

/** Samples wait for others to be sent with; only longer than that is worth a word. */
const BEHIND_S = 60;

export const remoteState = ({ senders, cluster }: RemotePartsStatus, nowMs: number): RemoteState => ({
  writers: senders.map((sender): RemoteWriter => {
    const { name, sent, sentPerSecond, refused, pending, unsentFromMs, failingSinceMs, trouble, refusal } = sender;
    const waitingSeconds = unsentFromMs === undefined ? 0 : Math.max(0, (nowMs - unsentFromMs) / 1_000);
    const going = waitingSeconds > BEHIND_S ? 'behind' : sender.lastSentMs === undefined ? 'new' : 'sending';
    return {
      name,
      url: shownUrl(sender.url),
      state: trouble === undefined ? going : 'failing',
      sent,
      sentPerSecond,
      refused,
      waitingSeconds,
      pending,
      lastSentMs: sender.lastSentMs ?? null,
      trouble: trouble === undefined ? null : { sentence: trouble, atMs: failingSinceMs ?? nowMs },
      lastRefusal: refusal ?? null,
    };
  }),
  longTermStore:
    cluster === undefined
      ? null
      : {
          url: shownUrl(cluster.url),
          read: cluster.read,
          answersSinceMs: cluster.answersSinceMs ?? null,
          away: cluster.away === undefined ? null : { sentence: cluster.away.sentence, atMs: cluster.away.sinceMs },
        },
});

/** Without name, password and parameters: keys are handed over in them. */
function shownUrl(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname === '/' ? '' : pathname}`;
}
