// Asks before queries that would read very much, with what would read less.
import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { QueryEstimate } from '../../../shared/contract/index.ts';
import { useEstimate } from './asked.ts';
import type { Asked } from './asked.ts';
import { aboutCount, estimateWords, isVeryMuch, readsMuchLess } from './estimate.ts';
import { largerSteps, shorterRanges } from './ways-out.ts';
import type { WayOut } from './ways-out.ts';

type Props = {
  readonly asked: Asked;
  readonly estimate: QueryEstimate;
  readonly mostSamples: number;
  readonly onRun: () => void;
  readonly onWayOut: (way: WayOut) => void;
  readonly onCancel: () => void;
};

export function EstimateDialog({ asked, estimate, mostSamples, onRun, onWayOut, onCancel }: Props): ReactNode {
  const ways = useWaysOut(asked, mostSamples, estimate);
  return (
    <Modal.Root opened onClose={onCancel} size={580} centered padding="lg">
      <Modal.Overlay />
      <Modal.Content data-testid="estimate">
        <Modal.Body className="lw-stack">
          <Modal.Title>{estimateWords(estimate)}</Modal.Title>
          <p>The engine may be busy for a while, and other graphs wait until it is done. Run anyway?</p>
          {ways.length > 0 && (
            <div role="group" aria-label="What reads less">
              <h3>Reads less</h3>
              <ul>
                {ways.map(({ way, estimate: less }) => (
                  <li key={way.words}>
                    <button type="button" className="lw-option" onClick={() => onWayOut(way)}>
                      <span>{way.words}</span>
                      <span className="lw-dim lw-metric-count">about {aboutCount(less.samples)} samples</span>
                    </button>
                  </li>
                ))}
              </ul>
            </div>
          )}
          <div className="lw-row" style={{ justifyContent: 'flex-end' }}>
            <Button variant="subtle" onClick={onCancel} data-autofocus>
              Do not run
            </Button>
            <Button variant="filled" onClick={onRun}>
              Run anyway
            </Button>
          </div>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

type Priced = { readonly way: WayOut; readonly estimate: QueryEstimate };

/** The longest range that reads little enough (or else the shortest), and larger steps where they help. */
function useWaysOut(asked: Asked, mostSamples: number, whole: QueryEstimate): readonly Priced[] {
  const estimateOf = useEstimate();
  const found = useQuery({
    queryKey: ['explore', 'ways-out', asked],
    queryFn: async ({ signal }): Promise<Priced[]> => {
      const price = async (way: WayOut): Promise<Priced> => ({ way, estimate: await estimateOf(way.asked, signal) });
      const [ranges, steps] = await Promise.all([
        Promise.all(shorterRanges(asked).map(price)),
        Promise.all(largerSteps(asked).map(price)),
      ]);
      const fitting = ranges.find(({ estimate }) => !isVeryMuch(estimate, mostSamples)) ?? ranges.at(-1);
      return [...(fitting === undefined ? [] : [fitting]), ...steps].filter(({ estimate }) =>
        readsMuchLess(estimate, whole),
      );
    },
    staleTime: Infinity,
    retry: false,
  });
  return found.data ?? [];
}
