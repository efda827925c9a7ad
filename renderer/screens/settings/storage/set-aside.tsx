// Files that were found damaged: what is missing from the graphs because of each, and what can be done.
import type { ReactNode } from 'react';
import type { SetAsideFile } from '../../../../shared/contract/index.ts';
import { formatValue, plural } from '../../../../shared/units/index.ts';
import { useSystemInfo } from '../../../app/data/queries.ts';
import { StatusMark } from '../../../components/status.tsx';
import { Ago } from '../../../components/times.tsx';

export function SetAside({ files }: { readonly files: readonly SetAsideFile[] }): ReactNode {
  const info = useSystemInfo();
  return (
    <section className="lw-panel" aria-label="Damaged files" data-testid="storage-set-aside">
      <div className="lw-panel-head">
        <h2 className="lw-row">
          <StatusMark state="degraded" silent />
          {plural(files.length, 'damaged file was', 'damaged files were')} set aside
        </h2>
      </div>
      <ul>
        {files.map(({ name, bytes, atMs, held }) => (
          <li key={name}>
            <span className="lw-mono">{name}</span>, {formatValue(bytes, 'bytes')}, <Ago atMs={atMs} />:{' '}
            <span className="lw-dim">it held {held}.</span>
          </li>
        ))}
      </ul>
      <p className="lw-dim lw-storage-hint">
        Graphs have a gap there; all else works. Put a backup of the file in its place while Linewarden is not running,
        or delete it when you can do without: it is in{' '}
        <span className="lw-mono">{info.data === undefined ? 'the data folder' : `${info.data.dataDir}/metrics`}</span>.
      </p>
    </section>
  );
}
