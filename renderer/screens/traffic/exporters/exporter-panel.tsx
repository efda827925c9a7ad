// One exporter: what is wrong with it, its figures, and its flows against its interfaces' counters.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { NO_VALUE, formatSpan, formatValue, plural, significant } from '../../../../shared/units/index.ts';
import { StatusMark } from '../../../components/status.tsx';
import { Ago } from '../../../components/times.tsx';
import { Commands } from '../../setup/commands.tsx';
import { clockWords, percentWords, versionWords } from './exporter-table.tsx';
import type { ShownExporter } from './exporters-tab.tsx';
import type { ExporterFinding } from './findings.ts';

const MARK = { failed: 'offline', warning: 'degraded', note: 'unknown' } as const;

export function ExporterPanel({ exporter }: { readonly exporter: ShownExporter }): ReactNode {
  return (
    <section className="lw-panel lw-exporter" aria-label={exporter.name} data-testid="exporter-panel">
      <div className="lw-panel-head">
        <h2>
          <Link to="/devices/$deviceId" params={{ deviceId: exporter.deviceId }} className="lw-link">
            {exporter.name}
          </Link>
        </h2>
      </div>
      {exporter.findings.map((finding) => (
        <Said key={finding.text} finding={finding} />
      ))}
      <Facts exporter={exporter} />
      <Coverage exporter={exporter} />
    </section>
  );
}

export function Said({ finding }: { readonly finding: ExporterFinding }): ReactNode {
  return (
    <div className="lw-exporter-said">
      <StatusMark state={MARK[finding.level]} silent />
      <div>
        <p>{finding.text}</p>
        {finding.hint !== '' && <p className="lw-dim">{finding.hint}</p>}
        {finding.commands !== undefined && <Commands lines={finding.commands} />}
      </div>
    </div>
  );
}

function Facts({ exporter }: { readonly exporter: ShownExporter }): ReactNode {
  const ignored = exporter.ignored.find(({ reason }) => reason === 'nat_event')?.count ?? 0;
  const quarantined = exporter.dropped
    .filter(({ reason }) => reason === 'implausible' || reason === 'too_fast')
    .reduce((sum, { count }) => sum + count, 0);
  const facts: readonly (readonly [name: string, value: ReactNode])[] = [
    ['Sends', versionWords(exporter.versions)],
    ['Packets', formatValue(exporter.packets, 'count')],
    ['Flow records', formatValue(exporter.records, 'count')],
    ['Traffic told', formatValue(exporter.bytes, 'bytes')],
    ['Lost', `${formatValue(exporter.lost, 'count')} ${exporter.lostUnit}`],
    ['Lost, 15 min', percentWords(exporter.lossPercent)],
    [
      'Templates',
      exporter.templates === 0 ? 'none needed' : `${exporter.templates} of up to ${exporter.fields} fields`,
    ],
    [
      'Last template',
      exporter.lastTemplateMs === null ? NO_VALUE : <Ago key="template" atMs={exporter.lastTemplateMs} />,
    ],
    [
      'Sampling',
      exporter.samplingRatio === 1
        ? 'none'
        : `1 in ${significant(exporter.samplingRatio)}, by ${exporter.isSamplingSet ? 'linewarden.yml' : 'itself'}`,
    ],
    ['Clock', clockWords(exporter.clockAheadMs)],
    ['Restarts seen', String(exporter.restarts)],
    ['Left out as impossible', formatValue(quarantined, 'count')],
    ['NAT events, not traffic', formatValue(ignored, 'count')],
  ];
  return (
    <dl className="lw-exporter-facts" data-testid="exporter-health">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Coverage({ exporter }: { readonly exporter: ShownExporter }): ReactNode {
  const { coverage } = exporter;
  if (coverage === null) {
    return (
      <p className="lw-dim">
        {exporter.isRouter
          ? 'How much of the traffic its flows tell of is known once its interfaces were read for three minutes.'
          : 'How much of the traffic its flows tell of cannot be said: nobody reads its interface counters. Add it as a router to know.'}
      </p>
    );
  }
  return (
    <>
      <h3 className="lw-exporter-head">Flows against the interfaces’ counters, last {formatSpan(coverage.spanMs)}</h3>
      <div className="lw-exporter-scroll">
        <table className="lw-exporter-coverage" data-testid="exporter-coverage">
          <thead>
            <tr>
              <th scope="col">Interface</th>
              <th scope="col">In, by flows</th>
              <th scope="col">by counter</th>
              <th scope="col">Coverage</th>
              <th scope="col">Out, by flows</th>
              <th scope="col">by counter</th>
              <th scope="col">Coverage</th>
            </tr>
          </thead>
          <tbody>
            {coverage.interfaces.map((one) => (
              <tr key={one.index}>
                <th scope="row" title={`interface ${one.index}`}>
                  {one.name}
                </th>
                <td>{formatValue(one.flowInBytes, 'bytes')}</td>
                <td>{formatValue(one.counterInBytes, 'bytes')}</td>
                <td>{part(one.flowInBytes, one.counterInBytes)}</td>
                <td>{formatValue(one.flowOutBytes, 'bytes')}</td>
                <td>{formatValue(one.counterOutBytes, 'bytes')}</td>
                <td>{part(one.flowOutBytes, one.counterOutBytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {coverage.interfaces.length === 0 && (
        <p className="lw-dim">None of {plural(exporter.templates, 'template')} names an interface that was read.</p>
      )}
    </>
  );
}

/** A port that carried next to nothing has no share worth a word. */
const part = (flows: number, counter: number): string =>
  counter < 1_000 ? NO_VALUE : percentWords((100 * flows) / counter);
