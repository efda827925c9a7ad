// The `docker` section of linewarden.yml: container engines that are asked.
import { z } from 'zod';
import { durationField, fieldNotation, fileField } from '../../../../shared/model/fields.ts';

const ADDRESS = /^(?:unix:\/\/\/.+|npipe:\/\/.+|(?:tcp|https?):\/\/[^/\s@]+\/?)$/;

const engineSchema = z.strictObject({
  name: z.string().min(1).max(128).describe("The engine's name: the device, and the label `instance` of its series."),
  address: z
    .string()
    .max(1_024)
    .regex(ADDRESS, 'unix:///path/to/socket, npipe:////./pipe/name or tcp://host:port')
    .default(process.platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock')
    .register(fieldNotation, { fallback: 'unix:///var/run/docker.sock; on Windows npipe:////./pipe/docker_engine' })
    .describe('Where its API is: a Unix socket, a named pipe, or TCP (with `tls` for a port that wants it).'),
  interval: durationField({ minMs: 1_000, maxMs: 3_600_000 }).default(15_000).describe('How often it is asked.'),
  tls: z
    .strictObject({
      ca_file: fileField.optional().describe("The authority that signed the engine's certificate."),
      cert_file: fileField.optional().describe('The certificate to show to the engine.'),
      key_file: fileField.optional().describe("That certificate's private key."),
      insecure_skip_verify: z.boolean().default(false).describe('Takes whatever certificate the engine shows.'),
    })
    .refine(({ cert_file: cert, key_file: key }) => (cert === undefined) === (key === undefined), {
      error: 'both cert_file and key_file, or neither',
    })
    .optional()
    .describe('TLS for an engine on TCP; files are relative to the config file.'),
  labels: z
    .array(z.string().min(1).max(128))
    .max(20)
    .default(['com.docker.compose.project', 'com.docker.compose.service'])
    .register(fieldNotation, { fallback: '`com.docker.compose.project` and `com.docker.compose.service`' })
    .describe("Which labels of a container become labels of its series, as cAdvisor's `container_label_*`."),
});

export const dockerSectionSchema = z
  .array(engineSchema)
  .max(100)
  .superRefine((engines, context) => {
    for (const [index, { name }] of engines.entries()) {
      if (engines.findIndex((other) => other.name === name) === index) continue;
      context.addIssue({
        code: 'custom',
        path: [index, 'name'],
        message: 'a name that no other engine has',
        input: engines,
      });
    }
  })
  .default([])
  .describe("Docker engines, with cAdvisor's metrics of each container.")
  .register(fieldNotation, {
    example:
      'docker:\n  - name: nas\n  - name: build\n    address: tcp://10.0.0.9:2376\n    tls: {ca_file: docker/ca.pem, cert_file: docker/cert.pem, key_file: docker/key.pem}',
  });

export type DockerSection = z.output<typeof dockerSectionSchema>;
export type DockerEngine = DockerSection[number];
