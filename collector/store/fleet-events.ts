/**
 * How the things of FLEET_EVENTS look in the events' table, whichever platform tells of them. Conditions are constants:
 * no value of theirs comes from outside.
 */
import { inventoryActions } from '../normalize/inventory.ts';
import type { FleetEvent } from './fleet-store.ts';

const action = (...names: readonly string[]): string =>
  `event_action IN (${names.map((name) => `'${name}'`).join(', ')})`;
const windows = (codes: readonly number[], provider?: string): string =>
  `(channel = 'log/windows-xml' AND event_code IN (${codes.map((code) => `'${code}'`).join(', ')})${
    provider === undefined ? '' : ` AND other_fields['Provider_Name'] = '${provider}'`
  })`;

/** Logons from afar: over SSH, or with a desktop (type 10 is RemoteInteractive). */
export const REMOTE_LOGON = `(event_action = 'ssh_login_succeeded' OR (event_action = 'logon_succeeded' AND other_fields['LogonType'] = '10'))`;

/** Sessions of people: Windows counts each use of a share as a logon too (types 2, 7, 10, 11 are people's). */
export const PERSON_LOGON = `(${action('ssh_login_succeeded', 'session_opened', 'login_succeeded', 'logon_logon')}
  OR (event_action = 'logon_succeeded' AND other_fields['LogonType'] IN ('2', '7', '10', '11')))`;

const MSI = windows([1033, 1034, 11_707, 11_724], 'MsiInstaller');

/** Each with the condition that a row fulfils. */
export const FLEET_EVENT_SQL: Readonly<Record<FleetEvent, string>> = {
  logon: action('ssh_login_succeeded', 'session_opened', 'login_succeeded', 'logon_succeeded', 'logon_logon'),
  'logon-failed': action('ssh_login_failed', 'login_failed', 'logon_failed', 'authentication_failed'),
  'account-change': action(
    'user_created',
    'user_deleted',
    'user_changed',
    'user_enabled',
    'user_disabled',
    'group_member_added',
    'password_changed',
    'password_reset',
    ...inventoryActions('user').slice(1),
  ),
  'software-change': `(${action(
    'package_installed',
    'package_upgraded',
    'package_purged',
    ...inventoryActions('package').slice(1),
  )} OR ${MSI})`,
  'patch-installed': `(${action('package_upgraded', 'package_changed')} OR ${windows([19], 'Microsoft-Windows-WindowsUpdateClient')})`,
  'process-start': action('process_creation', 'process_start', 'process_started'),
  'dhcp-lease': action('dhcp_lease_assigned', 'dhcp_lease_released', 'dhcp_lease_refused'),
  'removable-storage': `(${action('device_insert', 'usb_device_added')} OR ${windows([6416], 'Microsoft-Windows-Security-Auditing')})`,
  connection: `(${action('network_connection', 'network_connect', 'network_connected', 'network_sent')} AND destination_ip != '')`,
  'malware-found': `(${action('malware_found')} OR ${windows([1116, 1117], 'Microsoft-Windows-Windows Defender')})`,
  'signatures-updated': `(${action('signatures_updated')} OR ${windows([2000], 'Microsoft-Windows-Windows Defender')})`,
  'integrity-scan': `(${action('agent_scan_completed')} AND other_fields['agent.subject'] = 'integrity')`,
  'integrity-tampered': action('integrity_baseline_tampered'),
  'backup-done': `(${action('backup_completed')} OR ${windows([4], 'Microsoft-Windows-Backup')} OR (${windows([190], 'Veeam Agent')} AND other_fields['Level'] = '4'))`,
  'backup-failed': `(${action('backup_failed')} OR ${windows([5, 9, 17, 22, 49, 50, 52, 100, 517, 518, 521, 527, 528, 544, 545, 546, 561, 564, 612], 'Microsoft-Windows-Backup')} OR (${windows([190], 'Veeam Agent')} AND other_fields['Level'] = '2'))`,
};
