// What a connection test found: the failure and what to do about it, or what answered.
import type { ReactNode } from 'react';
import type { ConnectionTest } from '../../../shared/contract/index.ts';
import { formatSeconds, formatValue } from '../../../shared/units/index.ts';
import { StatusMark } from '../../components/status.tsx';

/** "20480 bytes" as every other size is written. */
function factText(value: string): string {
  const bytes = /^(\d+) bytes$/.exec(value)?.[1];
  return bytes === undefined ? value : formatValue(Number(bytes), 'bytes');
}

export function TestResult({ result }: { readonly result: ConnectionTest }): ReactNode {
  return (
    <div className="lw-test" role="status" data-testid="test-result" data-ok={result.ok}>
      <p className="lw-row" style={{ alignItems: 'flex-start' }}>
        <span style={{ paddingTop: 3 }}>
          <StatusMark state={result.ok ? 'online' : 'offline'} silent />
        </span>
        {result.ok ? `It answers, in ${formatSeconds(result.durationMs / 1000)}.` : result.message}
      </p>
      {!result.ok && result.hint !== '' && <p className="lw-dim">{result.hint}</p>}
      {!result.ok && <p className="lw-mono lw-dim">{result.code}</p>}
      {result.ok && result.facts.length > 0 && (
        <dl className="lw-facts" style={{ marginTop: 4 }}>
          {result.facts.map(({ name, value }) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{factText(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {result.ok &&
        result.warnings.map((warning) => (
          <p key={warning} className="lw-row" style={{ marginTop: 4, alignItems: 'flex-start' }}>
            <span style={{ paddingTop: 3 }}>
              <StatusMark state="degraded" silent />
            </span>
            {warning}
          </p>
        ))}
    </div>
  );
}
