// The sections of linewarden.yml in the order in which they are told, one a line.
export const SECTIONS = [
  'global',
  'host',
  'routeros',
  'netflow',
  'mqtt',
  'scrape_configs',
  'scrape_config_files',
  'docker',
  'remote_write',
  'remote_write_receiver',
  'push',
  'rule_files',
  'alerting',
  'alertmanager',
  'alertmanager_config_file',
  'devices',
  'discovery',
  'names',
  'presence',
  'subscribers',
  'storage',
  'http',
];

export const oneOfTheSections = `expected one of ${SECTIONS.join(', ')}`;
