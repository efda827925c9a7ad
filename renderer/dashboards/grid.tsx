// The sections of a dashboard and the panels in each, on 24 columns; or one panel that has the screen for itself.
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { memo, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { DashboardPanel, DashboardSection, StatPanel, TextPanel } from '../../shared/model/dashboard.ts';
import { filledTitle } from '../../shared/model/dashboard-text.ts';
import { useDashboard } from './context.ts';
import { PanelFrame } from './panel-frame.tsx';
import { graphOf } from './panel-of.ts';
import { Stat } from './stat-panel.tsx';
import { Table } from './table-panel.tsx';
import { TimeSeries } from './time-series-panel.tsx';

export function Sections({ sections }: { readonly sections: readonly DashboardSection[] }): ReactNode {
  const { full } = useDashboard();
  const alone = sections.flatMap(({ panels }) => panels).find(({ id }) => id === full);
  if (alone !== undefined) {
    return (
      <div className="lw-dash-alone">
        <Panel panel={alone} />
      </div>
    );
  }
  return (
    <div className="lw-dash-sections">
      {sections.map((section) => (
        <Section key={section.title} section={section} />
      ))}
    </div>
  );
}

function Section({ section }: { readonly section: DashboardSection }): ReactNode {
  const [open, setOpen] = useState(!section.collapsed);
  const Icon = open ? IconChevronDown : IconChevronRight;
  return (
    <section aria-label={section.title}>
      <h2 className="lw-dash-section">
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon size={14} stroke={1.5} aria-hidden />
          {section.title}
        </button>
      </h2>
      {open && (
        <div className="lw-dash-grid">
          {section.panels.map((panel) => (
            <Panel key={panel.id} panel={panel} />
          ))}
        </div>
      )}
    </section>
  );
}

const Panel = memo(function Panel({ panel }: { readonly panel: DashboardPanel }): ReactNode {
  switch (panel.kind) {
    case 'timeseries':
      return <TimeSeries panel={panel} />;
    case 'stat':
      return <OneValue panel={panel} />;
    case 'table':
      return <Table panel={panel} />;
    case 'text':
      return <Text panel={panel} />;
  }
});

/** Alone on the screen a value is the graph that its line stands for. */
function OneValue({ panel }: { readonly panel: StatPanel }): ReactNode {
  const { full } = useDashboard();
  const graph = useMemo(() => graphOf(panel), [panel]);
  return full === panel.id ? <TimeSeries panel={graph} /> : <Stat panel={panel} />;
}

function Text({ panel }: { readonly panel: TextPanel }): ReactNode {
  const { choices } = useDashboard();
  return (
    <PanelFrame panel={panel}>
      <div className="lw-dash-text">
        {filledTitle(panel.text, choices)
          .split(/\n\s*\n/)
          .map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
      </div>
    </PanelFrame>
  );
}
