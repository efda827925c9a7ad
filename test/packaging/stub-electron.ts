// Unpacked "Electrons" good enough for electron-builder, so that packing needs no download: only the packed files are looked at.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The marker after which Electron's fuses stand in its program: version 1, nine fuses ('1' on, '0' off). */
const FUSE_WIRE = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 9]),
  Buffer.from('101100110'),
]);

const PLIST = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleIdentifier</key><string>com.github.Electron</string>
<key>CFBundleExecutable</key><string>Electron</string>
<key>CFBundleName</key><string>Electron</string>
</dict></plist>
`;

const program = (file: string): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), FUSE_WIRE]));
  chmodSync(file, 0o755);
};

export function stubElectron(dir: string, platform: 'linux' | 'win32' | 'darwin', version: string): string {
  mkdirSync(dir, { recursive: true });
  for (const file of ['LICENSE', 'LICENSES.chromium.html']) writeFileSync(path.join(dir, file), '');
  writeFileSync(path.join(dir, 'version'), version);
  if (platform === 'linux') {
    mkdirSync(path.join(dir, 'resources'));
    program(path.join(dir, 'electron'));
    for (const file of ['chrome-sandbox', 'chrome_crashpad_handler']) writeFileSync(path.join(dir, file), '');
  } else if (platform === 'win32') {
    mkdirSync(path.join(dir, 'resources'));
    program(path.join(dir, 'electron.exe'));
  } else {
    const contents = path.join(dir, 'Electron.app/Contents');
    program(path.join(contents, 'MacOS/Electron'));
    program(path.join(contents, 'Frameworks/Electron Framework.framework/Electron Framework'));
    mkdirSync(path.join(contents, 'Resources'), { recursive: true });
    writeFileSync(path.join(contents, 'Info.plist'), PLIST);
    for (const helper of ['', ' (GPU)', ' (Plugin)', ' (Renderer)']) {
      const app = path.join(contents, `Frameworks/Electron Helper${helper}.app/Contents`);
      program(path.join(app, `MacOS/Electron Helper${helper}`));
      writeFileSync(
        path.join(app, 'Info.plist'),
        PLIST.replace('<string>Electron</string>', `<string>Electron Helper${helper}</string>`),
      );
    }
  }
  return dir;
}
