// How many closed minutes may wait for the flow writer: few when the disk is too slow, more behind an upkeep that takes long.

const MAX_MINUTES = 3;
/** The writer thread is given up after so many: no upkeep takes longer. */
const MAX_MINUTES_IN_UPKEEP = 15;
/** Beyond the first few, memory decides. */
const MAX_BYTES = 48 * 1024 ** 2;

export class WaitingMinutes {
  /** While the writer summarises and removes, what comes waits its turn. */
  isUpkeeping = false;
  #minutes = 0;
  #bytes = 0;

  hasRoom(bytes: number): boolean {
    if (this.#minutes < MAX_MINUTES) return true;
    return this.isUpkeeping && this.#minutes < MAX_MINUTES_IN_UPKEEP && this.#bytes + bytes <= MAX_BYTES;
  }

  add(bytes: number): void {
    this.#minutes++;
    this.#bytes += bytes;
  }

  remove(bytes: number): void {
    this.#minutes--;
    this.#bytes -= bytes;
  }
}
