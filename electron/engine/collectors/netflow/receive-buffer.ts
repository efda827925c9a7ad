// How much room is asked for datagrams that wait to be read.

/** The kernel gives what net.core.rmem_max allows; with its old default of 208 KB a short burst is already too much. */
export const RECEIVE_BUFFER_BYTES = 8 * 1_024 * 1_024;
