/** How kinds of log and their fields look in the events' table. Conditions are constants: no value of theirs comes from outside. */
import type { LogField, LogKind } from './assess-store.ts';
import { FLEET_EVENT_SQL } from './fleet-events.ts';

const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
const channels = (...names: readonly string[]): string => `channel IN (${list(names)})`;
const categories = (...names: readonly string[]): string => `hasAny(log_categories, [${list(names)}])`;
const anyField = (...names: readonly string[]): string =>
  `(${names.map((name) => `other_fields['${name}'] != ''`).join(' OR ')})`;

const LEVELS = ['emergency', 'emerg', 'alert', 'critical', 'crit', 'error', 'err', 'fatal', 'panic'];

const ACCESS = `(${FLEET_EVENT_SQL.logon} OR ${FLEET_EVENT_SQL['logon-failed']})`;
const APPLICATION = `(${channels('log/web-access', 'log/web-error', 'log/postgresql', 'log/mysql', 'log/application')} OR ${categories('webserver', 'database', 'application')})`;
/** As Sigma names the products. */
const PROVIDERS = ['aws', 'azure', 'gcp', 'm365', 'okta', 'onelogin', 'github', 'bitbucket'];

/** Each with the condition that a row fulfils. */
export const LOG_KIND_SQL: Readonly<Record<LogKind, string>> = {
  'hardware-access': `(${ACCESS} OR ${FLEET_EVENT_SQL['removable-storage']})`,
  'software-access': `(${ACCESS} OR ${APPLICATION} OR ${FLEET_EVENT_SQL['software-change']})`,
  'system-access': ACCESS,
  logon: ACCESS,
  application: APPLICATION,
  'security-alert': `(${categories('antivirus', 'firewall')} OR ${FLEET_EVENT_SQL['malware-found']})`,
  firewall: categories('firewall'),
  process: FLEET_EVENT_SQL['process-start'],
  'data-access': `(${channels('log/postgresql', 'log/mysql')} OR ${categories('file_event', 'file_delete', 'file_access', 'database')})`,
  'network-connection': categories('network_connection', 'firewall'),
  'configuration-change': `(${channels('integrity')} OR ${FLEET_EVENT_SQL['account-change']} OR (channel = 'inventory' AND inventory_change IN ('added', 'changed', 'removed')))`,
  error: `(${channels('log/web-error')} OR lower(other_fields['log.level']) IN (${list(LEVELS)}))`,
  provider: `hasAny(log_products, [${list(PROVIDERS)}])`,
};

/** Each with the condition that a row has it. Windows' 4688 calls the parent's number `ProcessId`. The host is the destination of what is logged on it, and the source of a session that begins on it. */
export const LOG_FIELD_SQL: Readonly<Record<LogField, string>> = {
  host: `hostname != ''`,
  source: `(source_ip != '' OR event_action IN ('session_opened', 'logon_logon') OR ${anyField('source.domain', 'source.host', 'process.tty', 'event.source')})`,
  destination: `(destination_ip != '' OR hostname != '')`,
  account: `user_name != ''`,
  time: 'toUnixTimestamp64Milli(time) > 0',
  action: `event_action != ''`,
  mac: anyField('source.mac', 'destination.mac', 'client.mac', 'host.mac'),
  'process-name': `(process_executable != '' OR process_name != '')`,
  'process-id': anyField('process.pid', 'ProcessId', 'NewProcessId'),
  'process-parent': `(process_parent_executable != '' OR ${anyField('process.parent.pid', 'ParentProcessId')} OR (event_code = '4688' AND other_fields['ProcessId'] != ''))`,
  'process-command': `process_command_line != ''`,
};
