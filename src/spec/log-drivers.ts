/** Drivers whose output goes to our files, or nowhere: what they promise is kept. */
const own = ['none', 'local', 'json-file', ''];

/** Drivers for which our files stand. */
const foreign = [
  'journald',
  'syslog',
  'fluentd',
  'gelf',
  'awslogs',
  'splunk',
  'gcplogs',
  'etwlogs',
  'logentries',
  'loki',
];

export const logDrivers: readonly string[] = [...own.filter((name) => name !== ''), ...foreign];

/** A plugin has any name with a repository or a tag in it. */
export function isForeignLogDriver(name: unknown): boolean {
  return foreign.includes(String(name)) || /[/:]/.test(String(name));
}

export function isOwnLogDriver(name: unknown): boolean {
  return own.includes(String(name));
}
