// What pages ask and set of the push API and of the tokens of /metrics.
import type { PushKey, PushStatus } from '../../../../shared/contract/index.ts';
import type { Push } from '../../collectors/push/index.ts';
import type { MetricsTokens, StoredKey } from '../../keys/index.ts';

/** Never its hash. */
const keyOf = ({ id, hint, createdMs, validUntilMs }: StoredKey): PushKey => ({ id, hint, createdMs, validUntilMs });

export function pushStatus(push: Push, tokens: MetricsTokens, url: string | null): PushStatus {
  const { clients, headends, jwt, acceptsNewHeadends } = push.status();
  const { own, provided } = tokens.shown();
  return {
    clients: clients.map(({ id, name, type, provisioned, sample, keys, lastCheckInMs, deviceId }) => ({
      id,
      name,
      type,
      provisioned,
      sample,
      lastCheckInMs,
      deviceId,
      keys: provisioned ? [] : keys.map(keyOf),
    })),
    headends: headends.map((headend) => ({ ...headend })),
    jwt,
    acceptsNewHeadends,
    url,
    metrics: { tokens: own.map(keyOf), provided: [...provided] },
  };
}
