/**
 * What Windows has to write down so that the rules have something to look at, and how far back its logs must reach. Of
 * subcategories the number counts, since their names are in the system's language. Nothing is ever switched off or made smaller.
 * Facts: [MS-GPAC] and Microsoft's documentation of auditing, of PowerShell's policies and of wevtutil.
 */

interface Named {
  /** As it stands in the file of what was found. */
  id: string;
  /** For people; names of Windows itself, in English. */
  title: string;
}

/** 1 success, 2 failure, 3 both. */
export type PolicySetting = Named & { kind: 'policy'; guid: string; bits: 1 | 2 | 3 };
/** @see registry-state.ts for how a value is written */
export type RegistrySetting = Named & { kind: 'registry'; key: string; name: string; wanted: string };
export type LogSetting = Named & { kind: 'log'; log: string; bytesMin: number };
export type AuditSetting = PolicySetting | RegistrySetting | LogSetting;

/** The eight digits that tell the subcategories of [MS-GPAC] apart. */
const SUBCATEGORIES: readonly [digits: string, bits: 1 | 2 | 3, title: string][] = [
  ['9210', 1, 'Security State Change'],
  ['9211', 1, 'Security System Extension'],
  ['9212', 3, 'System Integrity'],
  ['9214', 3, 'Other System Events'],
  ['9215', 3, 'Logon'],
  ['9216', 1, 'Logoff'],
  ['9217', 2, 'Account Lockout'],
  ['921B', 1, 'Special Logon'],
  ['921C', 3, 'Other Logon/Logoff Events'],
  ['9224', 3, 'File Share'],
  ['9227', 3, 'Other Object Access Events (scheduled tasks)'],
  ['9245', 3, 'Removable Storage'],
  ['9228', 3, 'Sensitive Privilege Use'],
  ['922B', 1, 'Process Creation'],
  ['9248', 1, 'Plug and Play Events'],
  ['922F', 3, 'Audit Policy Change'],
  ['9230', 1, 'Authentication Policy Change'],
  ['9232', 3, 'MPSSVC Rule-Level Policy Change'],
  ['9235', 3, 'User Account Management'],
  ['9236', 1, 'Computer Account Management'],
  ['9237', 1, 'Security Group Management'],
  ['923A', 1, 'Other Account Management Events'],
  // Only a domain controller writes these three.
  ['923B', 1, 'Directory Service Access'],
  ['923C', 1, 'Directory Service Changes'],
  ['9240', 3, 'Kerberos Service Ticket Operations'],
  ['923F', 3, 'Credential Validation'],
  ['9242', 3, 'Kerberos Authentication Service'],
];

const LSA = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa';
const PROCESS_AUDIT = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\Audit';
const POWERSHELL = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell';

const VALUES: readonly [key: string, name: string, wanted: string, title: string][] = [
  // Without it nine old categories of a group policy would overrule the subcategories.
  [LSA, 'SCENoApplyLegacyAuditPolicy', 'dword 1', 'Subcategories override the old audit categories'],
  [
    PROCESS_AUDIT,
    'ProcessCreationIncludeCmdLine_Enabled',
    'dword 1',
    'Command line in process creation events',
  ],
  [
    `${POWERSHELL}\\ScriptBlockLogging`,
    'EnableScriptBlockLogging',
    'dword 1',
    'PowerShell script block logging',
  ],
  [`${POWERSHELL}\\ModuleLogging`, 'EnableModuleLogging', 'dword 1', 'PowerShell module logging'],
  [`${POWERSHELL}\\ModuleLogging\\ModuleNames`, '*', 'text *', 'PowerShell module logging: all modules'],
];

const MIB = 1_048_576;
const LOGS: readonly [log: string, mib: number][] = [
  ['Security', 256],
  ['System', 64],
  ['Application', 64],
  ['Windows PowerShell', 32],
  ['Microsoft-Windows-PowerShell/Operational', 128],
  ['Microsoft-Windows-TaskScheduler/Operational', 32],
  ['Microsoft-Windows-TerminalServices-LocalSessionManager/Operational', 16],
  ['Microsoft-Windows-WMI-Activity/Operational', 32],
  ['Microsoft-Windows-Bits-Client/Operational', 16],
  ['Microsoft-Windows-Windows Defender/Operational', 32],
  ['Microsoft-Windows-Windows Firewall With Advanced Security/Firewall', 32],
  ['Microsoft-Windows-DriverFrameworks-UserMode/Operational', 16],
  ['Microsoft-Windows-CodeIntegrity/Operational', 16],
  ['Microsoft-Windows-NTLM/Operational', 32],
  ['Microsoft-Windows-SmbClient/Security', 16],
  ['Microsoft-Windows-PrintService/Operational', 16],
  ['Microsoft-Windows-Sysmon/Operational', 128],
];

/** Sysmon's log is there where Sysmon is. */
export const SYSMON_LOG = 'Microsoft-Windows-Sysmon/Operational';

export const AUDIT_SETTINGS: readonly AuditSetting[] = [
  ...SUBCATEGORIES.map(([digits, bits, title]): PolicySetting => {
    const guid = `{0CCE${digits}-69AE-11D9-BED3-505054503030}`;
    return { kind: 'policy', id: `policy ${guid}`, title, guid, bits };
  }),
  ...VALUES.map(([key, name, wanted, title]): RegistrySetting => {
    return { kind: 'registry', id: `registry ${key}\\${name}`, title, key, name, wanted };
  }),
  ...LOGS.map(([log, mib]): LogSetting => {
    return { kind: 'log', id: `log ${log}`, title: log, log, bytesMin: mib * MIB };
  }),
];
