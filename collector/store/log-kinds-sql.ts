/** How kinds of log and their fields look in the events' table. Conditions are constants: no value of theirs comes from outside. */
import { inventoryActions } from '../normalize/inventory.ts';
import type { LogField, LogKind } from './assess-store.ts';
import { FLEET_EVENT_SQL } from './fleet-events.ts';

const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
const channels = (...names: readonly string[]): string => `channel IN (${list(names)})`;
const categories = (...names: readonly string[]): string => `hasAny(log_categories, [${list(names)}])`;
const anyField = (...names: readonly string[]): string =>
  `(${names.map((name) => `other_fields['${name}'] != ''`).join(' OR ')})`;

const LEVELS = ['emergency', 'emerg', 'alert', 'critical', 'crit', 'error', 'err', 'fatal', 'panic'];

/** Each with the condition that a row fulfils. */
export const LOG_KIND_SQL: Readonly<Record<LogKind, string>> = {
  access: `(${FLEET_EVENT_SQL.logon} OR ${FLEET_EVENT_SQL['logon-failed']})`,
  application: `(${channels('web-access', 'web-error', 'postgresql', 'mysql', 'application')} OR ${categories('webserver', 'database', 'application')})`,
  'security-alert': `(${categories('antivirus', 'firewall')} OR ${FLEET_EVENT_SQL['malware-found']})`,
  process: FLEET_EVENT_SQL['process-start'],
  'data-access': `(${channels('postgresql', 'mysql')} OR ${categories('file_event', 'file_delete', 'file_access', 'database')})`,
  network: categories('network_connection', 'firewall', 'dns'),
  hardware: `(${FLEET_EVENT_SQL['removable-storage']} OR event_action IN (${list(inventoryActions('usb-device').slice(1))}))`,
  software: FLEET_EVENT_SQL['software-change'],
  configuration: `(${channels('integrity')} OR ${FLEET_EVENT_SQL['account-change']} OR (channel = 'inventory' AND inventory_change IN ('added', 'changed', 'removed')))`,
  error: `(${channels('web-error')} OR lower(other_fields['log.level']) IN (${list(LEVELS)}))`,
};

/** Each with the condition that a row has it. The host is the destination of what is logged on it. */
export const LOG_FIELD_SQL: Readonly<Record<LogField, string>> = {
  host: `hostname != ''`,
  source: `(source_ip != '' OR ${anyField('source.domain', 'source.host', 'process.tty', 'event.source')})`,
  destination: `(destination_ip != '' OR hostname != '')`,
  user: `user_name != ''`,
  action: `event_action != ''`,
  mac: anyField('source.mac', 'destination.mac', 'client.mac', 'host.mac'),
  'process-name': `(process_executable != '' OR process_name != '')`,
  'process-id': anyField('process.pid', 'ProcessId', 'NewProcessId'),
  'process-parent': `(process_parent_executable != '' OR ${anyField('process.parent.pid', 'ParentProcessId', 'ProcessId')})`,
  'process-command': `process_command_line != ''`,
};
