// The receiver itself: its ports, its buffer, and what the system dropped before it was read.
import type { ReactNode } from 'react';
import type { FlowExporters } from '../../../../shared/contract/index.ts';
import { NO_VALUE, formatValue, plural } from '../../../../shared/units/index.ts';
import { Said } from './exporter-panel.tsx';

const bytes = (value: number): string => formatValue(value, 'bytes');

export function Receiver({ receiver }: { readonly receiver: FlowExporters['receiver'] }): ReactNode {
  const given = receiver.sockets.map(({ receiveBufferBytes }) => receiveBufferBytes);
  const isSmall = given.some((size) => size < receiver.wantedBufferBytes);
  const isDropping = receiver.dropsLately > 0;
  return (
    <section className="lw-panel lw-exporter" aria-label="This machine" data-testid="exporters-receiver">
      <div className="lw-panel-head">
        <h2>This machine</h2>
      </div>
      {(isSmall || isDropping) && (
        <Said
          finding={{
            level: isDropping ? 'warning' : 'note',
            text: isDropping
              ? `The system dropped ${plural(receiver.dropsLately, 'datagram')} in the last quarter of an hour because a receive buffer was full.`
              : 'The receive buffer is smaller than what was asked for: a burst may be lost.',
            hint:
              receiver.bufferCommand === null
                ? isSmall
                  ? 'The system gives no more.'
                  : 'The buffer is as big as was asked for: this machine is too busy to read in time.'
                : 'Let the system give more, then start Linewarden again. The count is of all UDP sockets of this machine.',
          }}
        />
      )}
      {receiver.bufferCommand !== null && (
        <pre className="lw-mono lw-traffic-code" data-testid="exporters-sysctl">
          {receiver.bufferCommand}
        </pre>
      )}
      <dl className="lw-exporter-facts">
        <div>
          <dt>Listens on</dt>
          <dd>{receiver.sockets.map(({ listen }) => listen).join(', ') || NO_VALUE}</dd>
        </div>
        <div>
          <dt>Receive buffer</dt>
          <dd>
            {given.length === 0 ? NO_VALUE : bytes(Math.min(...given))} of {bytes(receiver.wantedBufferBytes)}
          </dd>
        </div>
        <div>
          <dt>Dropped by the system</dt>
          <dd>{receiver.drops === null ? 'not told by this system' : formatValue(receiver.drops, 'count')}</dd>
        </div>
        <div>
          <dt>Receiver restarts</dt>
          <dd>{receiver.restarts}</dd>
        </div>
      </dl>
    </section>
  );
}
