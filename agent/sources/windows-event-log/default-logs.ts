/** Logs that are read when the settings name none: those that rules look at. What a machine does not have is no fault. */
import type { EventLogConfig, WindowsEventLogConfig } from '../../windows-event-config.ts';

const NAMES = [
  'Security',
  'System',
  'Application',
  'Windows PowerShell',
  'Microsoft-Windows-PowerShell/Operational',
  'PowerShellCore/Operational',
  'Microsoft-Windows-Sysmon/Operational',
  'Microsoft-Windows-Windows Defender/Operational',
  'Microsoft-Windows-Windows Firewall With Advanced Security/Firewall',
  'Microsoft-Windows-TaskScheduler/Operational',
  'Microsoft-Windows-TerminalServices-LocalSessionManager/Operational',
  'Microsoft-Windows-WMI-Activity/Operational',
  'Microsoft-Windows-Bits-Client/Operational',
  'Microsoft-Windows-DNS-Client/Operational',
  'Microsoft-Windows-DNS-Server/Audit',
  'DNS Server',
  'Microsoft-Windows-NTLM/Operational',
  'Microsoft-Windows-SmbClient/Security',
  'Microsoft-Windows-DriverFrameworks-UserMode/Operational',
  'Microsoft-Windows-CodeIntegrity/Operational',
  'Microsoft-Windows-AppLocker/EXE and DLL',
  'Microsoft-Windows-AppLocker/MSI and Script',
  'Microsoft-Windows-PrintService/Operational',
  'Microsoft-Windows-LSA/Operational',
  'OpenSSH/Operational',
  'MSExchange Management',
  'ForwardedEvents',
] as const;

export function logsOf({ channels }: Pick<WindowsEventLogConfig, 'channels'>): readonly EventLogConfig[] {
  return channels ?? NAMES.map((channel) => ({ channel, optional: true }));
}
