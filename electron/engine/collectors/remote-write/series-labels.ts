// The label messages of one series, checked: sorted here, an empty value is no label, a name may be there only once.
import { isUtf8 } from 'node:buffer';
import { Labels } from '../../../../shared/model/labels.ts';
import { LENGTH_DELIMITED, ProtoReader } from './protobuf.ts';

const MAX_LABELS = 256;
const MAX_BYTES = 64 * 1024;

const LABEL = 8 + LENGTH_DELIMITED;
const NAME = 8 + LENGTH_DELIMITED;
const VALUE = 16 + LENGTH_DELIMITED;

/** What is wrong with a label set, in words. */
export type LabelFault = { readonly fault: string };

/** From repeated prometheus.Label messages, one byte a character. Throws LW_REMOTE_WRITE_MALFORMED. */
export function readLabels(encoded: string): Labels | LabelFault {
  if (encoded.length > MAX_BYTES) return { fault: `its labels take more than ${MAX_BYTES} bytes` };
  const bytes = Buffer.from(encoded, 'latin1');
  const reader = new ProtoReader(bytes);
  const pairs = new Map<string, string>();
  let fault: string | undefined;
  const text = (): string => {
    const end = reader.fieldEnd();
    const slice = bytes.subarray(reader.pos, end);
    reader.pos = end;
    if (!isUtf8(slice)) fault = 'a label is not UTF-8';
    return slice.toString('utf8');
  };
  const readLabel = (): void => {
    let name = '';
    let value = '';
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === NAME) name = text();
      else if (tag === VALUE) value = text();
      else reader.skip(tag & 7);
    }
    if (name === '') fault = 'a label has no name';
    else if (pairs.has(name)) fault = `the label ${JSON.stringify(name)} is there twice`;
    else pairs.set(name, value);
  };
  for (let tag = reader.tag(); tag === LABEL; tag = reader.tag()) reader.message(readLabel);
  if (fault !== undefined) return { fault };
  if (pairs.size > MAX_LABELS) return { fault: `it has more than ${MAX_LABELS} labels` };
  const labels = Labels.fromPairs(pairs);
  return labels.name === '' ? { fault: 'it has no metric name' } : labels;
}
