// An answer as a stacked graph; what stands below it may use the same colours.
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { FlowAnswer, FlowMeasure } from '../../../shared/model/flow-question.ts';
import type { AskedAnswer } from '../../app/data/flows.ts';
import { useScheme } from '../../app/theme/scheme.tsx';
import { useRange } from '../../app/time-range/use-range.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartShape } from '../../charts/series.ts';
import { useStill } from '../../charts/use-still.ts';
import { overlayOf, pictureOf } from './drawing.ts';
import { rateUnit } from './words.ts';

type Props = {
  readonly title: string;
  readonly answer: AskedAnswer;
  readonly measure: FlowMeasure;
  readonly previous?: FlowAnswer | undefined;
  readonly withP95?: boolean;
  readonly only?: ReadonlySet<string> | undefined;
  readonly height: number;
  readonly withLegend?: boolean;
  readonly dimmed?: boolean;
  readonly syncKey?: string;
  /** Within something that has a border already. */
  readonly bare?: boolean;
  readonly momentMenu?: ((atMs: number) => ReactNode) | undefined;
  readonly renderBelow?: ((shape: ChartShape) => ReactNode) | undefined;
};

export function FlowChart(props: Props): ReactNode {
  const { answer, measure, previous, withP95 = false, renderBelow } = props;
  const scheme = useScheme();
  const { zoom, zoomOut } = useRange();
  const picture = useMemo(() => pictureOf(answer, measure, answer.asked), [answer, measure]);
  const overlay = useMemo(
    () => overlayOf({ answer, previous, measure, withP95 }),
    [answer, previous, measure, withP95],
  );
  const { source, shape } = useStill(picture);
  return (
    <>
      <div className={props.bare === true ? 'lw-graph' : 'lw-graph lw-panel'} data-testid="traffic-graph">
        <Chart
          title={props.title}
          shape={shape}
          source={source}
          unit={rateUnit(measure)}
          scheme={scheme}
          syncKey={props.syncKey ?? 'traffic'}
          overlay={overlay}
          stacked
          height={props.height}
          dimmed={props.dimmed ?? false}
          withLegend={props.withLegend ?? false}
          only={props.only}
          momentMenu={props.momentMenu}
          onZoom={zoom}
          onZoomOut={zoomOut}
        />
      </div>
      {renderBelow?.(shape)}
    </>
  );
}
