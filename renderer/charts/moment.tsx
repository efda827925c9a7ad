// What can be asked about a moment of a graph, beside the place that was clicked; Escape or a click elsewhere closes it.
import { useEffect, useRef } from 'react';
import type { ReactNode, RefObject } from 'react';

const WIDTH_PX = 220;

type Props = {
  readonly leftPx: number;
  readonly holder: RefObject<HTMLDivElement | null>;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

export function ChartMoment({ leftPx, holder, onClose, children }: Props): ReactNode {
  const element = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    element.current?.querySelector('a')?.focus({ preventScroll: true });
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && element.current?.contains(event.target) !== true) close.current();
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, []);
  const isLeft = leftPx + WIDTH_PX + 24 > (holder.current?.clientWidth ?? 600);
  return (
    <div
      ref={element}
      className="lw-chart-moment"
      role="dialog"
      aria-label="At this moment"
      style={{ left: isLeft ? leftPx - WIDTH_PX - 12 : leftPx + 12, width: WIDTH_PX }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
        holder.current?.focus();
      }}
    >
      {children}
    </div>
  );
}
