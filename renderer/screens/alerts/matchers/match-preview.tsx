// The alerts that would be kept quiet, the first ones by name.
import type { ReactNode } from 'react';
import type { MatchPreview } from '../../../../shared/contract/index.ts';
import { plural } from '../../../../shared/units/index.ts';
import { useDevices } from '../../../app/data/queries.ts';
import { deviceName } from '../../../panels/device-name.ts';

const SHOWN = 6;

type Props = { readonly preview: MatchPreview | undefined; readonly words?: string };

export function MatchedAlerts({ preview, words = 'match now' }: Props): ReactNode {
  const devices = useDevices();
  return (
    <div className="lw-matched" role="status" data-testid="matched">
      {preview === undefined ? (
        <span className="lw-dim">Fill in a label and a value to see what would be kept quiet.</span>
      ) : (
        <>
          <p>
            {preview.total === 0
              ? 'No alert matches now; those to come would be kept quiet.'
              : `${plural(preview.total, 'alert')} ${preview.total === 1 ? words.replace('match', 'matches') : words}`}
          </p>
          <ul>
            {preview.alerts.slice(0, SHOWN).map((alert) => {
              const device = devices.data?.find(({ id }) => id === alert.deviceId);
              return (
                <li key={alert.fingerprint} className="lw-row">
                  <span className="lw-ellipsis" title={alert.summary}>
                    {alert.summary}
                  </span>
                  {device !== undefined && <span className="lw-dim lw-nowrap">{deviceName(device)}</span>}
                </li>
              );
            })}
            {preview.total > SHOWN && <li className="lw-dim">and {preview.total - SHOWN} more</li>}
          </ul>
        </>
      )}
    </div>
  );
}
