/**
 * Keys of the registry that are compared when nobody has said otherwise: where programs come to be started with the system, a
 * sign-in or another program, and where protections are switched off; without values that change by themselves.
 */

export interface WatchedKey {
  /** As `HKLM\SOFTWARE\...`; below `HKU\*` it is that of each user who is signed in. */
  key: string;
  /** Names of values that count, without regard to case; left out: all. The key's own is the empty one. */
  values?: readonly string[] | undefined;
  /** Which keys are told themselves when they come and go: `first`, those right below; left out: none. */
  keys?: 'first' | 'all' | undefined;
  /** Keys right below it that stand for one session of a user are left out. */
  withoutSessions?: true;
}

const MACHINE = String.raw`HKLM\SOFTWARE`;
const NARROW = String.raw`HKLM\SOFTWARE\Wow6432Node`;
const USER = String.raw`HKU\*\Software`;
const CONTROL = String.raw`HKLM\SYSTEM\CurrentControlSet\Control`;
const SERVICES = String.raw`HKLM\SYSTEM\CurrentControlSet\Services`;

/** A key of each of the places where software has one. */
function each(places: readonly string[], below: string, rest: Omit<WatchedKey, 'key'> = {}): WatchedKey[] {
  return places.map((place) => ({ key: `${place}\\${below}`, ...rest }));
}

const EVERYWHERE = [MACHINE, NARROW, USER];
const CURRENT = String.raw`Microsoft\Windows\CurrentVersion`;
const NT = String.raw`Microsoft\Windows NT\CurrentVersion`;
const CLASS_VALUES = ['', 'LoadWithoutCOM', 'ScriptletURL'];

export const DEFAULT_KEYS: readonly WatchedKey[] = [
  ...[
    'Run',
    'RunOnce',
    'RunOnceEx',
    'RunServices',
    'RunServicesOnce',
    String.raw`Policies\Explorer\Run`,
  ].flatMap((name) => each(EVERYWHERE, `${CURRENT}\\${name}`)),
  {
    key: SERVICES,
    values: [
      'ImagePath',
      'Start',
      'Type',
      'ObjectName',
      'FailureCommand',
      'ServiceDll',
      'ServiceMain',
      'Library',
      'DllName',
      'AutodialDLL',
      'Security',
    ],
    keys: 'first',
    withoutSessions: true,
  },
  ...each(EVERYWHERE, String.raw`${NT}\Winlogon`, {
    values: [
      'Shell',
      'Userinit',
      'Taskman',
      'System',
      'VmApplet',
      'GinaDLL',
      'AppSetup',
      'AutoAdminLogon',
      'DefaultUserName',
      'DefaultPassword',
      'ScRemoveOption',
      'CachedLogonsCount',
      'DllName',
    ],
  }),
  ...each([MACHINE, NARROW], String.raw`${NT}\Image File Execution Options`, {
    values: ['Debugger', 'VerifierDlls', 'GlobalFlag', 'UseFilter', 'FilterFullPath'],
  }),
  ...each([MACHINE], String.raw`${NT}\SilentProcessExit`, { values: ['MonitorProcess', 'ReportingMode'] }),
  ...each(EVERYWHERE, String.raw`${NT}\Windows`, {
    values: ['AppInit_DLLs', 'LoadAppInit_DLLs', 'RequireSignedAppInit_DLLs', 'Load', 'Run'],
  }),
  ...each([MACHINE, NARROW], String.raw`${NT}\AeDebug`, { values: ['Debugger', 'Auto'] }),
  ...each([MACHINE], String.raw`${NT}\Schedule\TaskCache\Tree`, { values: ['SD', 'Id'], keys: 'all' }),
  ...each([MACHINE, NARROW, USER], String.raw`Microsoft\Active Setup\Installed Components`, {
    values: ['StubPath'],
  }),
  ...each(EVERYWHERE, String.raw`Microsoft\Command Processor`, { values: ['AutoRun'] }),
  ...each([MACHINE, NARROW], String.raw`Microsoft\Netsh`),
  ...each([MACHINE, NARROW], String.raw`${CURRENT}\Explorer\Browser Helper Objects`, { keys: 'first' }),
  ...each([MACHINE, NARROW], String.raw`${CURRENT}\Explorer\SharedTaskScheduler`),
  ...each([MACHINE, NARROW], String.raw`${CURRENT}\Explorer\ShellExecuteHooks`),
  ...each([MACHINE, NARROW], String.raw`${CURRENT}\ShellServiceObjectDelayLoad`),
  ...each([MACHINE, USER], String.raw`${CURRENT}\Explorer\User Shell Folders`, {
    values: ['Startup', 'Common Startup'],
  }),
  ...each([MACHINE, USER], String.raw`${CURRENT}\Policies\System`),
  ...each([MACHINE], String.raw`${CURRENT}\Authentication\Credential Providers`, {
    keys: 'first',
    values: [''],
  }),
  ...each([MACHINE], String.raw`Microsoft\AMSI\Providers`, { keys: 'first' }),
  ...each([MACHINE], String.raw`Microsoft\Windows Defender\Exclusions`),
  ...each([MACHINE], String.raw`Microsoft\Windows Defender\Features`, { values: ['TamperProtection'] }),
  ...each([MACHINE], String.raw`Policies\Microsoft\Windows Defender`),
  ...each([MACHINE, USER], String.raw`Policies\Microsoft\Windows\PowerShell`),
  ...each([MACHINE], String.raw`Policies\Microsoft\Windows\WindowsUpdate`),
  ...each([MACHINE], String.raw`Policies\Microsoft\Windows NT\Terminal Services`),
  ...each([MACHINE], String.raw`Policies\Microsoft\WindowsFirewall`),
  {
    key: String.raw`${CONTROL}\Lsa`,
    values: [
      'Authentication Packages',
      'Notification Packages',
      'Security Packages',
      'RunAsPPL',
      'RunAsPPLBoot',
      'LsaCfgFlags',
      'DisableRestrictedAdmin',
      'LimitBlankPasswordUse',
      'LmCompatibilityLevel',
      'NoLMHash',
      'RestrictAnonymous',
      'EveryoneIncludesAnonymous',
    ],
  },
  { key: String.raw`${CONTROL}\SecurityProviders`, values: ['SecurityProviders', 'UseLogonCredential'] },
  { key: String.raw`${CONTROL}\Session Manager\AppCertDlls` },
  { key: String.raw`${CONTROL}\Session Manager\KnownDLLs` },
  {
    key: String.raw`${CONTROL}\Session Manager`,
    values: ['BootExecute', 'SetupExecute', 'Execute', 'S0InitialCommand', 'PATHEXT', 'ComSpec'],
  },
  { key: String.raw`${CONTROL}\Print\Monitors`, values: ['Driver'], keys: 'first' },
  { key: String.raw`${CONTROL}\Print\Providers`, values: ['Name'], keys: 'first' },
  { key: String.raw`${CONTROL}\NetworkProvider\Order`, values: ['ProviderOrder'] },
  { key: String.raw`${CONTROL}\SafeBoot`, values: ['AlternateShell'], keys: 'all' },
  {
    key: String.raw`${CONTROL}\Terminal Server`,
    values: [
      'fDenyTSConnections',
      'fSingleSessionPerUser',
      'TSEnabled',
      'StartupPrograms',
      'InitialProgram',
      'fInheritInitialProgram',
      'UserAuthentication',
      'SecurityLayer',
      'PortNumber',
      'Shadow',
    ],
  },
  { key: String.raw`${CONTROL}\DeviceGuard` },
  { key: String.raw`${CONTROL}\CI\Config`, values: ['VulnerableDriverBlocklistEnable'] },
  // A user's own classes go before those of the machine: a library of his answers in place of Windows' own.
  ...['CLSID', String.raw`Wow6432Node\CLSID`].map((below) => ({
    key: `HKU\\*_Classes\\${below}`,
    values: CLASS_VALUES,
  })),
  ...['ms-settings', 'mscfile', 'exefile', 'Folder'].map((name) => ({
    key: `HKU\\*_Classes\\${name}\\shell`,
  })),
  {
    key: String.raw`HKU\*\Environment`,
    values: ['UserInitMprLogonScript', 'COR_PROFILER', 'COR_PROFILER_PATH', 'windir'],
  },
  { key: String.raw`HKU\*\Control Panel\Desktop`, values: ['SCRNSAVE.EXE'] },
];
