// The PromQL editor of Explore as a field of a form, loaded when it is first shown.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { ReactNode } from 'react';
import { useConnection } from '../../../app/connection/context.tsx';
import { catalogueQuery, createCompletion } from '../../explore/completion.ts';
import { Editor } from '../../explore/editor.tsx';
import '../../explore/explore.css';
import { marksOf } from '../../explore/hints.ts';
import type { Mark } from '../../explore/hints.ts';

const HOUR_MS = 3_600_000;

type Props = {
  /** The id of the element that names it. */
  readonly labelledBy: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** What is wrong with it, worst first; undefined where nothing is. */
  readonly onProblem: (problem: string | undefined) => void;
  readonly onRun: () => void;
};

const NOBODY = { current: null };

export default function PromqlField({ labelledBy, text, onChange, onProblem, onRun }: Props): ReactNode {
  const connection = useConnection();
  const queries = useQueryClient();
  const source = useMemo(
    () => ({
      queries,
      engine: connection.client,
      span: () => ({ startMs: connection.now() - HOUR_MS, endMs: connection.now() }),
    }),
    [queries, connection],
  );
  const completion = useMemo(() => createCompletion(source), [source]);
  const check = useCallback(
    async (query: string, signal: AbortSignal): Promise<readonly Mark[]> => {
      if (query.trim() === '') {
        onProblem(undefined);
        return [];
      }
      const [found, known] = await Promise.all([
        connection.client.explore.check({ query }, { signal }),
        queries.fetchQuery(catalogueQuery(source)).catch(() => undefined),
      ]);
      const metrics = known === undefined ? undefined : new Map(known.metrics.map((metric) => [metric.name, metric]));
      const marks = marksOf(query, found, metrics);
      onProblem(marks.find(({ severity }) => severity === 'error')?.message);
      return marks;
    },
    [connection, queries, source, onProblem],
  );
  return (
    <Editor
      ref={NOBODY}
      labelledBy={labelledBy}
      text={text}
      completion={completion}
      check={check}
      onChange={onChange}
      onRun={onRun}
      onFocus={() => {}}
    />
  );
}
