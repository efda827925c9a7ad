// The two line grammars, as strict as Prometheus's own parsers: what a line may hold besides its series.
import type { BodyReader, LabelSyntax } from './reader.ts';
import type { MetadataSink, MetricType } from './types.ts';

/** A `#` line: a new current type, the end of the body, or neither. */
export type MetaLine = MetricType | 'eof' | undefined;

export interface Grammar {
  readonly labels: LabelSyntax;
  /** Blank lines and blanks before a series. */
  readonly blanksAllowed: boolean;
  readonly endsWithEof: boolean;
  /** Reads a line that begins with `#`, newline included. */
  meta(reader: BodyReader, sink: MetadataSink): MetaLine;
  /** Reads what follows a series, newline included, into reader.value and reader.timestampMs. */
  suffix(reader: BodyReader, sink: MetadataSink): void;
}
