// What an exporter's options records call its interfaces and applications.
import { cleanText, decodeText } from '../../../observations/index.ts';

const MAX_INTERFACES = 1_024;
const MAX_APPLICATIONS = 2_048;
/** Longer ones are no names. */
const MAX_BYTES = 256;

export type ToldInterface = { readonly index: number; readonly name: string; readonly comment: string };
export type ToldApplication = { readonly id: number; readonly name: string };

export class ToldNames {
  readonly #interfaces = new Map<number, ToldInterface>();
  readonly #applications = new Map<number, string>();
  /** Goes up with each change, so that nobody copies what is the same. */
  revision = 0;

  tellInterface(index: number, name: string, comment: string): void {
    const known = this.#interfaces.get(index);
    if (known !== undefined && known.name === name && known.comment === comment) return;
    if (known === undefined && this.#interfaces.size >= MAX_INTERFACES) return;
    this.#interfaces.set(index, { index, name, comment });
    this.revision++;
  }

  tellApplication(id: number, name: string): void {
    const known = this.#applications.get(id);
    if (known === name || (known === undefined && this.#applications.size >= MAX_APPLICATIONS)) return;
    this.#applications.set(id, name);
    this.revision++;
  }

  interfaces(): ToldInterface[] {
    return [...this.#interfaces.values()];
  }

  applications(): ToldApplication[] {
    return [...this.#applications].map(([id, name]) => ({ id, name }));
  }
}

/** A text field of a record: fixed ones are filled up with zeros. */
export function readText(view: DataView, offset: number, length: number): string {
  const bytes = Buffer.from(view.buffer, view.byteOffset + offset, Math.min(length, MAX_BYTES));
  const end = bytes.indexOf(0);
  return cleanText(decodeText(end < 0 ? bytes : bytes.subarray(0, end)));
}
