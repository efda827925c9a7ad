// Options records: what an exporter says about itself (sampling, the start of its uptime, names of what it numbers).
import { readUnsigned } from './columns.ts';
import { ELEMENT } from './elements.ts';
import type { Domain, Exporter } from './exporter.ts';
import { plausibleRatio } from './sampling.ts';
import type { Template } from './template.ts';
import { readText } from './told-names.ts';

/** Reads one options record into its domain. Fields lie where offsets and lengths (by field index) say. */
export function applyOptionsRecord(
  exporter: Exporter,
  domain: Domain,
  template: Template,
  view: DataView,
  offsets: Uint32Array,
  lengths: Uint32Array,
): void {
  const values = new Map<number, number>();
  const texts = new Map<number, string>();
  let interfaceIndex: number | undefined;
  template.fields.forEach(({ element }, field) => {
    const length = lengths[field] ?? 0;
    const offset = offsets[field] ?? 0;
    if (element === 0 || length === 0) return;
    if (TEXTS.has(element)) texts.set(element, readText(view, offset, length));
    if (length > 8) return;
    if (element === ELEMENT.samplingProbability) {
      if (length === 8) values.set(element, view.getFloat64(offset));
      if (length === 4) values.set(element, view.getFloat32(offset));
      return;
    }
    const value = readUnsigned(view, offset, length);
    if (element === ELEMENT.ingressInterface && field < template.scopeFields) interfaceIndex = value;
    values.set(element, value);
  });

  if (texts.size > 0) tellNames(exporter, values, texts);

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

const TEXTS: ReadonlySet<number> = new Set([
  ELEMENT.interfaceName,
  ELEMENT.interfaceDescription,
  ELEMENT.applicationName,
  ELEMENT.applicationDescription,
]);

function tellNames(exporter: Exporter, values: ReadonlyMap<number, number>, texts: ReadonlyMap<number, string>): void {
  const index = values.get(ELEMENT.ingressInterface) ?? values.get(ELEMENT.egressInterface);
  const name = texts.get(ELEMENT.interfaceName) ?? '';
  const comment = texts.get(ELEMENT.interfaceDescription) ?? '';
  if (index !== undefined && (name !== '' || comment !== '')) {
    if (name === '') exporter.names.tellInterface(index, comment, '');
    else exporter.names.tellInterface(index, name, comment);
  }
  const application = values.get(ELEMENT.applicationId);
  const called = texts.get(ELEMENT.applicationName) ?? texts.get(ELEMENT.applicationDescription) ?? '';
  if (application !== undefined && called !== '') exporter.names.tellApplication(application, called);
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
