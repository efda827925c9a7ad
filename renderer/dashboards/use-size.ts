// The size that an element has been given, and whether it is in or near the visible part of the page.
import { useCallback, useState } from 'react';
import { watchSight } from '../charts/sight.ts';

export type Size = { readonly widthPx: number; readonly heightPx: number };

/** Null until it has been laid out. */
export function useSize(): readonly [(element: HTMLElement | null) => (() => void) | undefined, Size | null] {
  const [size, setSize] = useState<Size | null>(null);
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined;
    const read = (): void => {
      const next = { widthPx: element.clientWidth, heightPx: element.clientHeight };
      setSize((before) => (before?.widthPx === next.widthPx && before.heightPx === next.heightPx ? before : next));
    };
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}

export function useSight(): readonly [(element: HTMLElement | null) => (() => void) | undefined, boolean] {
  const [inSight, setInSight] = useState(false);
  const ref = useCallback(
    (element: HTMLElement | null) => (element === null ? undefined : watchSight(element, setInSight)),
    [],
  );
  return [ref, inSight];
}
