// What a sender is told when its request cannot be understood: it must not send it again.
import { LinewardenError } from '../../../../shared/model/errors.ts';

export const malformed = (what: string): LinewardenError =>
  new LinewardenError('LW_REMOTE_WRITE_MALFORMED', `the request is malformed: ${what}`);

export const tooLarge = (what: string, hint: string): LinewardenError =>
  new LinewardenError('LW_REMOTE_WRITE_TOO_LARGE', `the request is too large: ${what}`, { hint });
