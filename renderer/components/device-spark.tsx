// A device's line of the last hour, with its newest value in the label.
import type { ReactNode } from 'react';
import type { DeviceSummary } from '../../shared/contract/index.ts';
import { formatValue } from '../../shared/units/index.ts';
import { SPARK_WORDS } from '../app/data/sparks.ts';
import type { Sparks } from '../app/data/sparks.ts';
import { deviceName } from '../panels/device-name.ts';
import { Sparkline } from '../charts/sparkline.tsx';

type Props = {
  readonly device: Pick<DeviceSummary, 'id' | 'kind' | 'name' | 'selector'>;
  readonly sparks: Sparks;
  readonly withValue?: boolean;
};

export function DeviceSpark({ device, sparks, withValue = true }: Props): ReactNode {
  const values = sparks.get(device.id);
  if (values === undefined) return <span className="lw-dim">–</span>;
  const { what, unit, max } = SPARK_WORDS[device.kind];
  const now = values.at(-1) ?? values.at(-2) ?? null;
  const text = formatValue(now, unit);
  return (
    <span className="lw-row">
      <Sparkline
        width={72}
        values={values}
        label={`${what} of ${deviceName(device)} in the last hour, now ${text}`}
        {...(max === undefined ? {} : { max })}
      />
      {withValue && (
        <span className="lw-num lw-label" style={{ width: 64 }}>
          {text}
        </span>
      )}
    </span>
  );
}
