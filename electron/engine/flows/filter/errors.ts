// What is wrong with a filter, and where.
import { LinewardenError } from '../../../../shared/model/errors.ts';

export class FlowFilterError extends LinewardenError {
  /** UTF-16 units into the filter's text. */
  readonly start: number;
  readonly end: number;

  constructor(message: string, start: number, end: number, hint = '') {
    super('LW_FLOWS_FILTER', message, { hint });
    this.name = 'FlowFilterError';
    this.start = start;
    this.end = end;
  }
}
