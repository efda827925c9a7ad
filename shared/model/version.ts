// The product's version, one place for the program; package.json carries the same (a test holds them together).
export const VERSION = '0.1.0';
