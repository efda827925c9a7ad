// What every panel of a dashboard has around it: its title, what can be done with it, its place in the grid.
import { IconArrowsMaximize, IconArrowsMinimize, IconDownload } from '@tabler/icons-react';
import type { CSSProperties, ReactNode, Ref } from 'react';
import type { DashboardPanel } from '../../shared/model/dashboard.ts';
import { filledTitle } from '../../shared/model/dashboard-text.ts';
import { OpenInExplore } from '../components/open-in-explore.tsx';
import { WhoWasThat } from '../components/who-was-that.tsx';
import type { FlowScope } from '../screens/traffic/link.ts';
import { useDashboard } from './context.ts';

type Props = {
  readonly panel: DashboardPanel;
  readonly ref?: Ref<HTMLElement>;
  /** Beside the title: a range of its own, an age. */
  readonly notes?: ReactNode;
  readonly exprs?: readonly string[];
  /** Whose flows it is about, where it is one device's. */
  readonly scope?: FlowScope | undefined;
  readonly onCsv?: (() => void) | undefined;
  readonly children: ReactNode;
};

const SIZES = [
  { columns: 4, size: 'tiny' },
  { columns: 6, size: 'small' },
  { columns: 12, size: 'medium' },
] as const;

export function PanelFrame({ panel, ref, notes, exprs = [], scope, onCsv, children }: Props): ReactNode {
  const { choices, full, openPanel } = useDashboard();
  const isFull = full === panel.id;
  const title = filledTitle(panel.title, choices);
  const size = SIZES.find(({ columns }) => panel.width <= columns)?.size ?? 'large';
  const Icon = isFull ? IconArrowsMinimize : IconArrowsMaximize;
  return (
    <section
      ref={ref}
      className="lw-dash-panel lw-panel"
      data-kind={panel.kind}
      data-size={size}
      data-full={isFull || undefined}
      style={{ '--lw-dash-w': panel.width, '--lw-dash-h': panel.height } as CSSProperties}
      aria-label={title}
      data-testid={`panel-${panel.id}`}
    >
      <div className="lw-dash-head">
        <h3 className="lw-ellipsis" title={panel.description ?? title}>
          {title}
        </h3>
        {notes}
        <span className="lw-dash-actions">
          {scope !== undefined && <WhoWasThat what={title} scope={scope} />}
          {exprs.length > 0 && <OpenInExplore what={title} exprs={exprs} />}
          {onCsv !== undefined && (
            <button
              type="button"
              className="lw-dash-action"
              aria-label={`Download ${title} as CSV`}
              title="Download as CSV"
              onClick={onCsv}
            >
              <IconDownload size={14} stroke={1.5} aria-hidden />
            </button>
          )}
          <button
            type="button"
            className="lw-dash-action"
            aria-label={isFull ? `Show ${title} among the others` : `Show ${title} alone`}
            title={isFull ? 'Back to all panels (Esc)' : 'Show alone'}
            onClick={() => openPanel(isFull ? undefined : panel.id)}
            data-testid={`panel-full-${panel.id}`}
          >
            <Icon size={14} stroke={1.5} aria-hidden />
          </button>
        </span>
      </div>
      {children}
    </section>
  );
}
