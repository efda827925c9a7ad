// How much of what interfaces carried is in the flows: their bytes against the interfaces' counters, over the same minutes.
import type { FlowCoverage } from '../../../shared/contract/index.ts';
import type { InterfaceSeen } from '../observations/index.ts';

const SAMPLE_EVERY_MS = 55_000;
/** A quarter of an hour: a flow is told up to a minute late, which must not matter. */
const MAX_SAMPLES = 17;
const LEAST_SPAN_MS = 170_000;
/** Counters older than this are not of the same moment. */
const FRESH_MS = 120_000;
const MAX_SHOWN = 64;

type Counters = { readonly atMs: number; readonly byIndex: ReadonlyMap<number, InterfaceSeen> };
type Both = { name: string; flowIn: number; flowOut: number; rx: number; tx: number };
type Sample = { readonly atMs: number; readonly countersMs: number; readonly byIndex: ReadonlyMap<number, Both> };
type FlowBytes = {
  readonly indexes: Uint32Array;
  readonly inBytes: Float64Array;
  readonly outBytes: Float64Array;
};

export class CoverageBook {
  readonly #counters = new Map<string, Counters>();
  readonly #samples = new Map<string, Sample[]>();

  tellCounters(deviceId: string, atMs: number, rows: readonly InterfaceSeen[]): void {
    const byIndex = new Map<number, InterfaceSeen>();
    for (const row of rows) if (row.index !== undefined && row.rxBytes !== undefined) byIndex.set(row.index, row);
    if (byIndex.size > 0) this.#counters.set(deviceId, { atMs, byIndex });
  }

  /** Cumulative bytes by interface, at each report. */
  tellFlows(address: string, deviceId: string, atMs: number, flows: FlowBytes): void {
    const counters = this.#counters.get(deviceId);
    if (counters === undefined || Math.abs(atMs - counters.atMs) > FRESH_MS) return;
    const samples = this.#samples.get(address) ?? [];
    const last = samples.at(-1);
    if (last !== undefined && atMs >= last.atMs && atMs - last.atMs < SAMPLE_EVERY_MS) return;
    // Flows that came after the counters' last moment would have nothing to be compared with.
    if (last?.countersMs === counters.atMs) return;
    const byIndex = new Map<number, Both>();
    flows.indexes.forEach((index, at) => {
      const seen = counters.byIndex.get(index);
      if (seen === undefined) return;
      byIndex.set(index, {
        name: seen.name,
        flowIn: flows.inBytes[at] ?? 0,
        flowOut: flows.outBytes[at] ?? 0,
        rx: seen.rxBytes ?? 0,
        tx: seen.txBytes ?? 0,
      });
    });
    const sample = { atMs, countersMs: counters.atMs, byIndex };
    // Counters that went back count anew: what was before them says nothing about what comes.
    const goesOn =
      last !== undefined && atMs > last.atMs && [...byIndex].every(([index, now]) => isAfter(last, index, now));
    this.#samples.set(address, goesOn ? [...samples, sample].slice(-MAX_SAMPLES) : [sample]);
  }

  /** Null until some minutes were seen of an exporter whose counters are known. */
  coverage(address: string): FlowCoverage | null {
    const samples = this.#samples.get(address) ?? [];
    const first = samples[0];
    const last = samples.at(-1);
    if (first === undefined || last === undefined || last.atMs - first.atMs < LEAST_SPAN_MS) return null;
    const interfaces = [...last.byIndex].flatMap(([index, now]) => {
      const before = first.byIndex.get(index);
      if (before === undefined) return [];
      return [
        {
          index,
          name: now.name,
          flowInBytes: now.flowIn - before.flowIn,
          counterInBytes: now.rx - before.rx,
          flowOutBytes: now.flowOut - before.flowOut,
          counterOutBytes: now.tx - before.tx,
        },
      ];
    });
    const told = interfaces.filter(({ flowInBytes }) => flowInBytes > 0);
    const flows = told.reduce((sum, { flowInBytes }) => sum + flowInBytes, 0);
    const counted = told.reduce((sum, { counterInBytes }) => sum + counterInBytes, 0);
    return {
      spanMs: last.atMs - first.atMs,
      percent: counted === 0 ? null : (flows / counted) * 100,
      interfaces: interfaces.toSorted((a, b) => b.counterInBytes - a.counterInBytes).slice(0, MAX_SHOWN),
    };
  }

  retain(addresses: ReadonlySet<string>): void {
    for (const address of this.#samples.keys()) if (!addresses.has(address)) this.#samples.delete(address);
  }
}

function isAfter(sample: Sample, index: number, now: Both): boolean {
  const before = sample.byIndex.get(index);
  if (before === undefined) return true;
  return now.rx >= before.rx && now.tx >= before.tx && now.flowIn >= before.flowIn && now.flowOut >= before.flowOut;
}
