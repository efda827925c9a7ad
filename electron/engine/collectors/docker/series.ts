// One engine's series: refs made once for each name and labels, and forgotten with the container.
import { Labels } from '../../../../shared/model/labels.ts';
import { cleanText } from '../../observations/index.ts';
import type { MetricAppender, SeriesRef } from '../../store/metrics/index.ts';
import type { ContainerRow } from './answers.ts';
import type { SampleLabels } from './samples.ts';

export const JOB = 'docker';

export type EngineSeries = {
  ref(name: string, labels: SampleLabels | undefined): SeriesRef;
  containerRef(container: ContainerRow, name: string, labels: SampleLabels | undefined): SeriesRef;
  /** Forgets the refs of containers that are not among these. */
  keep(ids: ReadonlySet<string>): void;
};

export const nameOfContainer = ({ Id: id, Names: names }: ContainerRow): string =>
  cleanText((names ?? []).map((name) => name.replace(/^\//, '')).find((name) => !name.includes('/')) ?? '') ||
  id.slice(0, 12);

/** As cAdvisor makes a label's name: what cannot be in one is an underscore. */
const labelName = (name: string): string => `container_label_${name.replaceAll(/[^a-zA-Z0-9_]/g, '_')}`;

export function engineSeries(
  appender: MetricAppender,
  instance: string,
  containerLabels: readonly string[],
): EngineSeries {
  const own = new Map<string, SeriesRef>();
  const byContainer = new Map<string, { identity: string; labels: SampleLabels; refs: Map<string, SeriesRef> }>();
  const make = (refs: Map<string, SeriesRef>, name: string, labels: SampleLabels | undefined, all: SampleLabels) => {
    const key = labels === undefined ? name : `${name}${JSON.stringify(labels)}`;
    let ref = refs.get(key);
    if (ref === undefined) {
      ref = appender.ref(Labels.of(name, { ...all, ...labels }));
      refs.set(key, ref);
    }
    return ref;
  };
  const target = { job: JOB, instance };
  const identify = (container: ContainerRow): SampleLabels => {
    const labels: Record<string, string> = {
      ...target,
      id: `/docker/${container.Id}`,
      name: nameOfContainer(container),
      image: cleanText(container.Image),
    };
    for (const name of containerLabels) {
      const value = cleanText(container.Labels?.[name] ?? '');
      if (value !== '') labels[labelName(name)] = value;
    }
    return labels;
  };
  return {
    ref: (name, labels) => make(own, name, labels, target),
    containerRef(container, name, labels) {
      let known = byContainer.get(container.Id);
      // A container can be renamed.
      const identity = JSON.stringify([container.Names, container.Image, container.Labels]);
      if (known?.identity !== identity) {
        known = { identity, labels: identify(container), refs: new Map() };
        byContainer.set(container.Id, known);
      }
      return make(known.refs, name, labels, known.labels);
    },
    keep(ids) {
      for (const id of byContainer.keys()) if (!ids.has(id)) byContainer.delete(id);
    },
  };
}
