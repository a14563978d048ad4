/**
 * Which Sigma log sources a Windows event belongs to: its service by channel, its category by channel and event id.
 * Facts of Windows and of the Sigma taxonomy; channels are compared in any case.
 */
import type { LogSource } from './event.ts';

const SERVICES: readonly (readonly [service: string, ...channels: string[]])[] = [
  ['application', 'Application'],
  ['security', 'Security'],
  ['system', 'System'],
  ['sysmon', 'Microsoft-Windows-Sysmon/Operational'],
  ['powershell', 'Microsoft-Windows-PowerShell/Operational', 'PowerShellCore/Operational'],
  ['powershell-classic', 'Windows PowerShell'],
  ['taskscheduler', 'Microsoft-Windows-TaskScheduler/Operational'],
  ['wmi', 'Microsoft-Windows-WMI-Activity/Operational'],
  ['windefend', 'Microsoft-Windows-Windows Defender/Operational'],
  ['firewall-as', 'Microsoft-Windows-Windows Firewall With Advanced Security/Firewall'],
  ['bits-client', 'Microsoft-Windows-Bits-Client/Operational'],
  ['ntlm', 'Microsoft-Windows-NTLM/Operational'],
  ['dhcp', 'Microsoft-Windows-DHCP-Server/Operational'],
  ['dns-server', 'DNS Server'],
  ['dns-server-analytic', 'Microsoft-Windows-DNS-Server/Analytical'],
  ['dns-server-audit', 'Microsoft-Windows-DNS-Server/Audit'],
  [
    'dns-client',
    'Microsoft-Windows-DNS Client Events/Operational',
    'Microsoft-Windows-DNS-Client/Operational',
  ],
  ['driver-framework', 'Microsoft-Windows-DriverFrameworks-UserMode/Operational'],
  ['printservice-admin', 'Microsoft-Windows-PrintService/Admin'],
  ['printservice-operational', 'Microsoft-Windows-PrintService/Operational'],
  ['smbclient-security', 'Microsoft-Windows-SmbClient/Security'],
  ['smbclient-connectivity', 'Microsoft-Windows-SmbClient/Connectivity'],
  ['smbserver-connectivity', 'Microsoft-Windows-SMBServer/Connectivity'],
  [
    'terminalservices-localsessionmanager',
    'Microsoft-Windows-TerminalServices-LocalSessionManager/Operational',
  ],
  ['codeintegrity-operational', 'Microsoft-Windows-CodeIntegrity/Operational'],
  [
    'applocker',
    'Microsoft-Windows-AppLocker/MSI and Script',
    'Microsoft-Windows-AppLocker/EXE and DLL',
    'Microsoft-Windows-AppLocker/Packaged app-Deployment',
    'Microsoft-Windows-AppLocker/Packaged app-Execution',
  ],
  ['msexchange-management', 'MSExchange Management'],
  [
    'security-mitigations',
    'Microsoft-Windows-Security-Mitigations/Kernel Mode',
    'Microsoft-Windows-Security-Mitigations/User Mode',
  ],
  ['diagnosis-scripted', 'Microsoft-Windows-Diagnosis-Scripted/Operational'],
  ['shell-core', 'Microsoft-Windows-Shell-Core/Operational'],
  ['openssh', 'OpenSSH/Operational'],
  ['ldap', 'Microsoft-Windows-LDAP-Client/Debug'],
  ['bitlocker', 'Microsoft-Windows-BitLocker/BitLocker Management'],
  ['vhdmp', 'Microsoft-Windows-VHDMP/Operational'],
  ['appxdeployment-server', 'Microsoft-Windows-AppXDeploymentServer/Operational'],
  ['appxpackaging-om', 'Microsoft-Windows-AppxPackaging/Operational'],
  ['appmodel-runtime', 'Microsoft-Windows-AppModel-Runtime/Admin'],
  ['lsa-server', 'Microsoft-Windows-LSA/Operational'],
  ['capi2', 'Microsoft-Windows-CAPI2/Operational'],
  [
    'certificateservicesclient-lifecycle-system',
    'Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational',
  ],
  [
    'kernel-shimengine',
    'Microsoft-Windows-Kernel-ShimEngine/Operational',
    'Microsoft-Windows-Kernel-ShimEngine/Diagnostic',
  ],
  [
    'application-experience',
    'Microsoft-Windows-Application-Experience/Program-Telemetry',
    'Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant',
  ],
  ['ntfs', 'Microsoft-Windows-Ntfs/Operational'],
  ['hyper-v-worker', 'Microsoft-Windows-Hyper-V-Worker', 'Microsoft-Windows-Hyper-V-Worker-Admin'],
  [
    'kernel-event-tracing',
    'Microsoft-Windows-Kernel-EventTracing',
    'Microsoft-Windows-Kernel-EventTracing/Admin',
  ],
  ['sense', 'Microsoft-Windows-SENSE/Operational'],
  ['servicebus-client', 'Microsoft-ServiceBus-Client/Admin', 'Microsoft-ServiceBus-Client/Operational'],
  ['iis-configuration', 'Microsoft-IIS-Configuration/Operational'],
];

const SERVICE_OF: ReadonlyMap<string, string> = new Map(
  SERVICES.flatMap(([service, ...channels]) =>
    channels.map((name) => [name.toLowerCase(), service] as const),
  ),
);

/** Event id -> categories. */
const CATEGORIES: Readonly<Record<string, ReadonlyMap<number, readonly string[]>>> = {
  sysmon: new Map([
    [1, ['process_creation']],
    [2, ['file_change']],
    [3, ['network_connection']],
    [4, ['sysmon_status']],
    [5, ['process_termination']],
    [6, ['driver_load']],
    [7, ['image_load']],
    [8, ['create_remote_thread']],
    [9, ['raw_access_thread']],
    [10, ['process_access']],
    [11, ['file_event']],
    [12, ['registry_event']],
    [13, ['registry_event', 'registry_set']],
    [14, ['registry_event', 'registry_rename']],
    [15, ['create_stream_hash']],
    [16, ['sysmon_status']],
    [17, ['pipe_created']],
    [18, ['pipe_created']],
    [19, ['wmi_event']],
    [20, ['wmi_event']],
    [21, ['wmi_event']],
    [22, ['dns_query']],
    [23, ['file_delete']],
    [24, ['clipboard_change']],
    [25, ['process_tampering']],
    [26, ['file_delete_detected']],
    [27, ['file_block_executable']],
    [28, ['file_block_shredding']],
    [29, ['file_executable_detected']],
    [255, ['sysmon_error']],
  ]),
  security: new Map([[4688, ['process_creation']]]),
  powershell: new Map([
    [4103, ['ps_module']],
    [4104, ['ps_script']],
  ]),
  'powershell-classic': new Map([
    [400, ['ps_classic_start']],
    [600, ['ps_classic_provider_start']],
    [800, ['ps_classic_script']],
  ]),
};

/** What a Sysmon 12 says it did to a key or value. */
const REGISTRY_CATEGORY: ReadonlyMap<string, string> = new Map([
  ['CreateKey', 'registry_add'],
  ['DeleteKey', 'registry_delete'],
  ['DeleteValue', 'registry_delete'],
]);

/** Defender's events that name a threat. */
const ANTIVIRUS_EVENT_IDS = new Set([
  1006, 1007, 1008, 1009, 1010, 1011, 1012, 1017, 1018, 1019, 1115, 1116, 1117,
]);

export interface WindowsPlace {
  logsources: readonly LogSource[];
  /** Sigma category, when the event has one; the more general one first. */
  categories: readonly string[];
  service: string | undefined;
}

const remembered = new Map<string, WindowsPlace>();
const REMEMBERED_MAX = 4_096;

function findPlace(channel: string, eventId: number, eventType: string): WindowsPlace {
  const service = SERVICE_OF.get(channel.toLowerCase());
  const categories = [...((service === undefined ? undefined : CATEGORIES[service]?.get(eventId)) ?? [])];
  const registry = service === 'sysmon' && eventId === 12 ? REGISTRY_CATEGORY.get(eventType) : undefined;
  if (registry !== undefined) categories.push(registry);
  const logsources: LogSource[] = [
    service === undefined ? { product: 'windows' } : { product: 'windows', service },
  ];
  for (const category of categories) logsources.push({ product: 'windows', category });
  if (service === 'windefend' && ANTIVIRUS_EVENT_IDS.has(eventId)) logsources.push({ category: 'antivirus' });
  return { logsources, categories, service };
}

/** @param eventType Sysmon's EventType, empty when there is none. */
export function windowsPlace(channel: string, eventId: number, eventType: string): WindowsPlace {
  const key = `${channel}\0${eventId}\0${eventId === 12 ? eventType : ''}`;
  let place = remembered.get(key);
  if (place === undefined) {
    place = findPlace(channel, eventId, eventType);
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(key, place);
  }
  return place;
}
