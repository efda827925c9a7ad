// Options records: what an exporter says about itself (sampling, the start of its uptime).
import { readUnsigned } from './columns.ts';
import { ELEMENT } from './elements.ts';
import type { Domain } from './exporter.ts';
import { plausibleRatio } from './sampling.ts';
import type { Template } from './template.ts';

/** Reads one options record into its domain. Fields lie where offsets and lengths (by field index) say. */
export function applyOptionsRecord(
  domain: Domain,
  template: Template,
  view: DataView,
  offsets: Uint32Array,
  lengths: Uint32Array,
): void {
  const values = new Map<number, number>();
  let interfaceIndex: number | undefined;
  template.fields.forEach(({ element }, field) => {
    const length = lengths[field] ?? 0;
    const offset = offsets[field] ?? 0;
    if (element === 0 || length === 0 || length > 8) return;
    if (element === ELEMENT.samplingProbability) {
      if (length === 8) values.set(element, view.getFloat64(offset));
      if (length === 4) values.set(element, view.getFloat32(offset));
      return;
    }
    const value = readUnsigned(view, offset, length);
    if (element === ELEMENT.ingressInterface && field < template.scopeFields) interfaceIndex = value;
    values.set(element, value);
  });

  const initMs = values.get(ELEMENT.systemInitTimeMilliseconds);
  if (initMs !== undefined && initMs > 0) domain.sysInitMs = initMs;

  const announced = announcedRatio(values);
  const ratio = announced === undefined ? undefined : plausibleRatio(announced);
  if (ratio === undefined) return;
  const samplerId = values.get(ELEMENT.samplerId) ?? values.get(ELEMENT.selectorId);
  domain.sampling.announce(ratio, {
    ...(samplerId === undefined ? {} : { samplerId }),
    ...(interfaceIndex === undefined ? {} : { interfaceIndex }),
  });
}

/** RFC 5477 section 8.2: every form in which exporters give their sampling; 0 and 1 mean none. */
function announcedRatio(values: ReadonlyMap<number, number>): number | undefined {
  const interval = values.get(ELEMENT.samplingPacketInterval);
  if (interval !== undefined && interval > 0) {
    return (interval + (values.get(ELEMENT.samplingPacketSpace) ?? 0)) / interval;
  }
  const size = values.get(ELEMENT.samplingSize);
  const population = values.get(ELEMENT.samplingPopulation);
  if (size !== undefined && size > 0 && population !== undefined) return population / size;
  const probability = values.get(ELEMENT.samplingProbability);
  if (probability !== undefined && probability > 0) return 1 / probability;
  return values.get(ELEMENT.samplingInterval) ?? values.get(ELEMENT.samplerRandomInterval);
}
