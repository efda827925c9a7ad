// What the page may load: its own files and nothing from anywhere else.

const DIRECTIVES: readonly string[] = [
  "default-src 'none'",
  "script-src 'self'",
  // Mantine and uPlot set styles on elements, and Mantine writes its theme's variables into a style element.
  "style-src 'self' 'unsafe-inline'",
  // Graphs are copied as pictures from a canvas.
  "img-src 'self' data: blob:",
  "font-src 'self'",
  // The engine is reached over a MessagePort; this is for the page's own files.
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

export const CONTENT_SECURITY_POLICY = DIRECTIVES.join('; ');
