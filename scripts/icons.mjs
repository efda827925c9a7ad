// Draws every icon of resources/icons from one mark: a line that is watched. Run it after changing the drawing: node scripts/icons.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';

const dir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../resources/icons');

// The drawing, in a square of 100 units: the window's favicon, larger.
const LINE = [
  [16, 66],
  [36, 40],
  [51, 54],
  [66, 24],
  [84, 64],
];
const STROKE = 10;
const CORNER = 22;
const COLOUR = {
  tile: [22, 26, 31],
  line: [84, 162, 75],
  trayLine: [128, 138, 150],
  online: [47, 158, 68],
  degraded: [240, 140, 0],
  offline: [224, 49, 49],
  unknown: [134, 142, 150],
};

// Signed distances to an edge, in units: negative inside.
const segment = (x, y, [ax, ay], [bx, by]) => {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
};
const polyline = (points, width) => (x, y) =>
  Math.min(...points.slice(1).map((to, i) => segment(x, y, points[i], to))) - width / 2;
const roundedSquare = (inset, radius) => (x, y) => {
  const half = 50 - inset;
  const [qx, qy] = [Math.abs(x - 50) - half + radius, Math.abs(y - 50) - half + radius];
  return Math.hypot(Math.max(qx, 0), Math.max(qy, 0)) + Math.min(Math.max(qx, qy), 0) - radius;
};
const disc = (cx, cy, radius) => (x, y) => Math.hypot(x - cx, y - cy) - radius;
const square = (cx, cy, half) => (x, y) => Math.max(Math.abs(x - cx), Math.abs(y - cy)) - half;
const leftOf = (at) => (x) => x - at;
const both = (a, b) => (x, y) => Math.max(a(x, y), b(x, y));
const ring = (shape, width) => (x, y) => Math.abs(shape(x, y) + width / 2) - width / 2;

/** Layers from back to front: {shape, colour}, or {shape} alone to cut through to transparency. */
function appIcon(margin) {
  const scale = (100 - 2 * margin) / 100;
  const place = ([x, y]) => [margin + x * scale, margin + y * scale];
  return [
    { shape: roundedSquare(margin, CORNER * scale), colour: COLOUR.tile },
    { shape: polyline(LINE.map(place), STROKE * scale), colour: COLOUR.line },
  ];
}

/** The state has a shape and a colour, as everywhere in the window: disc, half disc, square, ring. */
function trayIcon(state) {
  const [cx, cy, r] = [76, 74, 24];
  const badge = {
    online: [disc(cx, cy, r)],
    degraded: [both(disc(cx, cy, r), leftOf(cx)), ring(disc(cx, cy, r), 8)],
    offline: [square(cx, cy, r - 2)],
    unknown: [ring(disc(cx, cy, r), 9)],
  }[state];
  const wide = LINE.map(([x, y]) => [(x - 50) * 1.25 + 50, (y - 45) * 1.25 + 40]);
  return [
    { shape: polyline(wide, 13), colour: COLOUR.trayLine },
    { shape: disc(cx, cy, r + 9) },
    ...badge.map((shape) => ({ shape, colour: COLOUR[state] })),
  ];
}

/** RGBA rows; an edge is softened over one pixel. */
function draw(layers, size) {
  const unit = 100 / size;
  const pixels = Buffer.alloc(size * size * 4);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      let [r, g, b, a] = [0, 0, 0, 0];
      for (const { shape, colour } of layers) {
        const distance = shape((column + 0.5) * unit, (row + 0.5) * unit);
        const cover = Math.max(0, Math.min(1, 0.5 - distance / unit));
        if (colour === undefined) a *= 1 - cover;
        else {
          const out = cover + a * (1 - cover);
          const mix = (over, under) => (out === 0 ? 0 : (over * cover + under * a * (1 - cover)) / out);
          [r, g, b, a] = [mix(colour[0], r), mix(colour[1], g), mix(colour[2], b), out];
        }
      }
      pixels.set([Math.round(r), Math.round(g), Math.round(b), Math.round(a * 255)], (row * size + column) * 4);
    }
  return pixels;
}

const chunk = (type, data) => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
};

/** PNG, 8-bit RGBA, no filter (W3C PNG, 5 and 11). */
function png(layers, size) {
  const pixels = draw(layers, size);
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let row = 0; row < size; row++)
    pixels.copy(rows, row * (size * 4 + 1) + 1, row * size * 4, (row + 1) * size * 4);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Windows's container: a header of 6 bytes, 16 a picture, then the PNGs; 256 is written as 0. */
function ico(layers, sizes) {
  const pictures = sizes.map((size) => png(layers, size));
  const head = Buffer.alloc(6 + 16 * sizes.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(sizes.length, 4);
  let offset = head.length;
  for (const [i, picture] of pictures.entries()) {
    const at = 6 + 16 * i;
    head.set([sizes[i] % 256, sizes[i] % 256], at);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(picture.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += picture.length;
  }
  return Buffer.concat([head, ...pictures]);
}

/** Apple's container: 'icns', the length of all, then type, length and PNG of each. */
function icns(layers, types) {
  const parts = Object.entries(types).map(([type, size]) => {
    const picture = png(layers, size);
    const head = Buffer.alloc(8);
    head.write(type, 0, 'latin1');
    head.writeUInt32BE(picture.length + 8, 4);
    return Buffer.concat([head, picture]);
  });
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.write('icns', 0, 'latin1');
  head.writeUInt32BE(body.length + 8, 4);
  return Buffer.concat([head, body]);
}

const rgb = (colour) => `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
const svg = () => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">
  <rect width="100" height="100" rx="${CORNER}" fill="${rgb(COLOUR.tile)}"/>
  <polyline points="${LINE.join(' ')}" fill="none" stroke="${rgb(COLOUR.line)}" stroke-width="${STROKE}" stroke-linecap="round" stroke-linejoin="round"/>
</svg>
`;

mkdirSync(dir, { recursive: true });
const write = (name, data) => writeFileSync(path.join(dir, name), data);
write('icon.svg', svg());
write('icon.png', png(appIcon(0), 512));
write('icon.ico', ico(appIcon(0), [16, 24, 32, 48, 64, 128, 256]));
// On macOS an icon stands in a margin of about a tenth.
write(
  'icon.icns',
  icns(appIcon(10), { ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 }),
);
for (const state of ['online', 'degraded', 'offline', 'unknown']) {
  write(`tray-${state}.png`, png(trayIcon(state), 16));
  write(`tray-${state}@2x.png`, png(trayIcon(state), 32));
}
