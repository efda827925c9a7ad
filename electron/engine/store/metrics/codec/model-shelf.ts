// The models that the columns of one block share: similar series are coded alike, and a reader builds each table once.
import { type ByteReader, type ByteWriter, damaged } from './bytes.ts';
import { ResidueDecoder } from './residue-coder.ts';
import {
  cheapest,
  openModel,
  readModel,
  type ResidueModel,
  type ResidueScale,
  type Runs,
  writeModel,
} from './residue-model.ts';

/** More are rarely of use, and each costs a look at every column. */
const MAX_SHELVED = 8;

export class ModelShelf {
  readonly #models: ResidueModel[] = [];

  /** A shared model that is as cheap as one of the column's own, which takes so many bits with its table. */
  find(
    runs: Runs,
    scale: ResidueScale,
    own: { readonly model: ResidueModel; readonly bits: number },
  ): { readonly number: number; readonly model: ResidueModel } | undefined {
    const found = cheapest(this.#models, runs, scale);
    if (found !== undefined && found.bits <= own.bits)
      return { number: found.index, model: this.#models[found.index]! };
    if (this.#models.length >= MAX_SHELVED) return undefined;
    const model = openModel(runs, scale, own.model.fixedShift);
    this.#models.push(model);
    return { number: this.#models.length - 1, model };
  }

  write(out: ByteWriter): void {
    out.u8(this.#models.length);
    for (const model of this.#models) writeModel(model, out);
  }
}

/** A reader's view of the models that a block's columns share. */
export type SharedDecoders = (number: number) => ResidueDecoder;

/** `open` answers with a reader at what the shelf wrote. */
export function sharedDecoders(open: () => ByteReader): SharedDecoders {
  let decoders: readonly ResidueDecoder[] | undefined;
  return (number) => {
    if (decoders === undefined) {
      const from = open();
      decoders = Array.from({ length: from.u8() }, () => new ResidueDecoder(readModel(from)));
    }
    const decoder = decoders[number];
    if (decoder === undefined) throw damaged('a code is missing');
    return decoder;
  };
}

/** For columns outside of a block that shares models. */
export const noneShared: SharedDecoders = () => {
  throw damaged('a code is missing');
};
