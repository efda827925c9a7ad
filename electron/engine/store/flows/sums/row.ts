// How the sums of a conversation lie in memory, from the flow thread to the store: 56 bytes, a key and three doubles.

export const ROW_WORDS = 14;
export const ROW_DOUBLES = ROW_WORDS / 2;
export const KEY_WORDS = 7;

/** Words. Addresses are indexes into a dictionary, or NO_ADDRESS. */
export const CLIENT = 0;
export const SERVER = 1;
export const IN_INTERFACE = 2;
export const OUT_INTERFACE = 3;
/** service | dscp << 16 | toClient << 22 | protocol << 24 */
export const PACKED = 4;
/** vlan | exporter << 16, an index into the list of exporters. */
export const EXPORTER_VLAN = 5;
/** Since 1970, in units of the table's resolution. */
export const BUCKET = 6;

/** Doubles. */
export const BYTES = 4;
export const PACKETS = 5;
export const FLOWS = 6;

export const SERVICE_BITS = 0xffff;
export const TO_CLIENT_BIT = 1 << 22;
export const DSCP_BITS = 0x3f << 16;
export const VLAN_BITS = 0xffff;
