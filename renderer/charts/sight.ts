// Whether an element is in sight and how wide it is: one observer each for the whole window.
type Told<T> = (what: T) => void;

/** Graphs a little below the edge are drawn already when they are scrolled into sight. */
const MARGIN = '200px 0px';

function shared<Entry extends { readonly target: Element }, T>(
  create: (told: (entries: readonly Entry[]) => void) => IntersectionObserver | ResizeObserver,
  read: (entry: Entry) => T,
): (element: Element, told: Told<T>) => () => void {
  const listeners = new Map<Element, Told<T>>();
  let observer: IntersectionObserver | ResizeObserver | undefined;
  return (element, told) => {
    observer ??= create((entries) => {
      for (const entry of entries) listeners.get(entry.target)?.(read(entry));
    });
    listeners.set(element, told);
    observer.observe(element);
    return () => {
      listeners.delete(element);
      observer?.unobserve(element);
    };
  };
}

/** Tells at once and at each change whether the element is in or near the visible part of the page. */
export const watchSight = shared<IntersectionObserverEntry, boolean>(
  (told) => new IntersectionObserver(told, { rootMargin: MARGIN }),
  (entry) => entry.isIntersecting,
);

/** Tells the element's width in px at once and at each change. */
export const watchWidth = shared<ResizeObserverEntry, number>(
  (told) => new ResizeObserver(told),
  (entry) => entry.contentRect.width,
);
