// Writes docs/config.md from the schema of linewarden.yml: npx node scripts/config-reference.ts
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { configPage } from '../electron/engine/config/page.ts';

const file = path.resolve(import.meta.dirname, '../docs/config.md');
writeFileSync(file, configPage());
process.stdout.write(`${path.relative(process.cwd(), file)} is written\n`);
