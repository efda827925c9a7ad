// Secrets and certificates that a receiver's settings name as files; read at each delivery, so that a new one is taken.
import { open } from 'node:fs/promises';
import { DeliveryError } from '../../delivery/queue.ts';

const MAX_BYTES = 1_048_576;

/** The file's text. Rejects with DeliveryError; one that cannot be read now may be there later. */
export async function readReceiverFile(file: string): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      const stat = await handle.stat();
      if (!stat.isFile() || stat.size > MAX_BYTES) throw new RangeError('no regular file of at most 1 MB');
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new DeliveryError(`The file ${file} cannot be read: check its path and its permissions.`, {
      isRetryable: true,
      cause: error,
    });
  }
}

/** The value, or what is in the file without white space around it. */
export async function valueOrFile(value: string | undefined, file: string | undefined): Promise<string | undefined> {
  return file === undefined ? value : (await readReceiverFile(file)).trim();
}
