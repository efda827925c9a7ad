// How a test of a receiver went, for each of its ways.
import type { ReactNode } from 'react';
import type { ReceiverTestAnswer } from '../../../../shared/contract/index.ts';
import { StatusMark } from '../../../components/status.tsx';

export function TestResults({ answer }: { readonly answer: ReceiverTestAnswer }): ReactNode {
  return (
    <div className="lw-test" role="status" data-testid="receiver-tested">
      {answer.results.map((result, index) => (
        // oxlint-disable-next-line react/no-array-index-key
        <p key={`${result.kind} ${index}`} className="lw-row">
          <StatusMark state={result.isSent ? 'online' : 'offline'} silent />
          <span>
            {answer.results.length > 1 && `${result.kind}: `}
            {result.text}
          </span>
        </p>
      ))}
    </div>
  );
}
