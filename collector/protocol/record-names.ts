/** Names that records carry. Apart from the records' schemas, which an agent has no use for: it writes records and reads none. */

/** What a line of a log is; it decides the collector's normaliser. */
export const LOG_CHANNELS = [
  'sshd',
  'linux-syslog',
  'dpkg',
  'web-access',
  'windows-xml',
  // Since version 3:
  /** All records of one event of the Linux audit, a line each. */
  'linux-audit',
  'web-error',
  'postgresql',
  'mysql',
  /** What a command wrote; `origin` is its name in the settings. */
  'command',
  /** An application's own log; one record may hold several lines. */
  'application',
] as const;
export type LogChannel = (typeof LOG_CHANNELS)[number];

export const INVENTORY_CATEGORIES = [
  'os',
  'hardware',
  'network-interface',
  'user',
  'listening-port',
  'package',
  // Since version 3:
  'patch-level',
  'group',
  'sudo-rule',
  'ssh-key',
  'service',
  'mount',
  'disk',
  'scheduled-task',
  'kernel-module',
  'container',
  'usb-device',
  'neighbour',
  'route',
  'dns-server',
  'clock',
  'backup-job',
  'certificate',
  'firewall',
  'access-control',
  'antivirus',
  'locale',
  'startup-item',
  'browser-extension',
  'share',
  /** How the inventory itself stands: an item for each category. */
  'collection',
] as const;
export type InventoryCategory = (typeof INVENTORY_CATEGORIES)[number];
