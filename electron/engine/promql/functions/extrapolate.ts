// The extrapolation of rate, increase and delta: from the samples that a window has to the whole of the window.

/** What the window (startMs, endMs] has of one series. */
export type WindowEnds = {
  count: number;
  firstMs: number;
  firstValue: number;
  lastMs: number;
  startMs: number;
  endMs: number;
};

/**
 * `change` is last minus first, plus what a counter's resets lost. Extrapolates to a bound of the window that is nearer
 * than 1.1 times the mean distance of the samples, else by half that distance; a counter never to below 0.
 */
export function extrapolationFactor(window: WindowEnds, change: number, counter: boolean): number {
  const sampled = (window.lastMs - window.firstMs) / 1_000;
  const spacing = sampled / (window.count - 1);
  const threshold = spacing * 1.1;
  let toStart = (window.firstMs - window.startMs) / 1_000;
  let toEnd = (window.endMs - window.lastMs) / 1_000;
  if (toStart >= threshold) toStart = spacing / 2;
  if (counter && change > 0 && window.firstValue >= 0) {
    // A counter cannot have been below zero: extrapolate at most to where it would have been 0.
    const toZero = sampled * (window.firstValue / change);
    if (toZero < toStart) toStart = toZero;
  }
  if (toEnd >= threshold) toEnd = spacing / 2;
  return (sampled + toStart + toEnd) / sampled;
}
