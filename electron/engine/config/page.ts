// docs/config.md: what holds for the whole of linewarden.yml, and the reference of its sections.
import { referenceMarkdown } from './reference.ts';
import { configSchema } from './schema.ts';

const INTRO = `<!-- Made from the descriptions in the schema. Change them there, then run: npx node scripts/config-reference.ts -->

# linewarden.yml

Every key of the config. All sections are optional, and a section that is left out, or has nothing after its name, means its defaults. What the file provides is shown read-only in the window.

\`npx linewarden check config FILE\` tells every mistake by line, column, field and what was expected. A key that is not listed here is a mistake.

| written as | such as |
|---|---|
| duration | \`15s\`, \`1h30m\`, \`30d\`: Prometheus's units \`ms\`, \`s\`, \`m\`, \`h\`, \`d\`, \`w\`, \`y\`, largest first |
| host:port | \`127.0.0.1:9470\`, \`'[::1]:9470'\`, \`monitor.lan:9470\` |
| size | \`512KB\`, \`10MB\`, \`1GB\` in powers of two (\`KiB\`, \`MiB\`, \`GiB\` mean the same), or a number of bytes |
| text | in quotes where YAML would read it as something else: \`'5'\`, \`'true'\` |
| file | its path, relative to the config file's folder; a secret is better kept in a file of its own than in the config |

The file is one YAML 1.2 document in UTF-8, at most 1 MiB. Anchors, aliases and merge keys (\`<<: *name\`) may be used; tags (\`!include\`) have no meaning.

\`kill -HUP\` (or \`POST /-/reload\`) rereads all of it and takes it at once; only what changed in \`http\` holds from the next start, and health says so.

`;

export const configPage = (): string => INTRO + referenceMarkdown(configSchema);
