/**
 * Programs that guard a host beside us, and how each is known: by the name it registers with Windows, by what its processes are called.
 * Facts: makers' documentation and public lists of process names. Which menus lead to its exclusions is said in the catalogues.
 */

export interface Protector {
  key: ProtectorKey;
  name: string;
  /** Of what root/SecurityCenter2 has of it. */
  registered: RegExp;
  /** File names on Windows, lower case without `.exe`; on Linux the first 15 characters, as the kernel keeps them. */
  processes: readonly string[];
}

export type ProtectorKey =
  | 'defender'
  | 'kaspersky'
  | 'bkav'
  | 'cmc'
  | 'eset'
  | 'trend-micro'
  | 'symantec'
  | 'avast'
  | 'trellix'
  | 'sophos'
  | 'bitdefender'
  | 'fortinet'
  | 'crowdstrike'
  | 'sentinelone'
  | 'clamav'
  | 'mdatp'
  | 'kesl'
  | 'osquery'
  | 'auditbeat'
  | 'wazuh'
  | 'falco'
  | 'other';

type Known = Omit<Protector, 'key'> & { key: Exclude<ProtectorKey, 'other'> };

export const WINDOWS_PROTECTORS: readonly Known[] = [
  {
    key: 'defender',
    name: 'Microsoft Defender',
    registered: /windows defender|microsoft defender/i,
    processes: ['msmpeng', 'mssense'],
  },
  {
    key: 'kaspersky',
    name: 'Kaspersky',
    registered: /kaspersky/i,
    processes: ['avp', 'avpsus', 'klnagent', 'kavfswp', 'kavfs'],
  },
  {
    key: 'bkav',
    name: 'Bkav',
    registered: /bkav/i,
    processes: ['bkavservice', 'bkavpro', 'bkav', 'bkavutil', 'blupro'],
  },
  { key: 'cmc', name: 'CMC', registered: /\bcmc\b/i, processes: ['cmccore', 'cmcpanel', 'cmctrayicon'] },
  { key: 'eset', name: 'ESET', registered: /\beset\b/i, processes: ['ekrn', 'egui', 'efwd'] },
  {
    key: 'trend-micro',
    name: 'Trend Micro',
    registered: /trend micro|apex one|officescan/i,
    processes: ['ntrtscan', 'tmccsf', 'tmlisten', 'pccntmon', 'tmbmsrv', 'dsa', 'coreserviceshell'],
  },
  {
    key: 'symantec',
    name: 'Symantec / Norton',
    registered: /symantec|norton/i,
    processes: ['ccsvchst', 'smc', 'sepmasterservice', 'nortonsecurity'],
  },
  {
    key: 'avast',
    name: 'Avast / AVG',
    registered: /avast|\bavg\b/i,
    processes: ['avastsvc', 'avastui', 'avgsvc', 'avgui', 'aswidsagent'],
  },
  {
    key: 'trellix',
    name: 'Trellix / McAfee',
    registered: /mcafee|trellix/i,
    processes: ['mfetp', 'mfeesp', 'mfemms', 'masvc', 'mcshield'],
  },
  {
    key: 'sophos',
    name: 'Sophos',
    registered: /sophos/i,
    processes: ['savservice', 'sophosfs', 'sspservice', 'mcsagent', 'sophosntpservice'],
  },
  {
    key: 'bitdefender',
    name: 'Bitdefender',
    registered: /bitdefender/i,
    processes: ['bdservicehost', 'epsecurityservice', 'epprotectedservice', 'vsserv', 'bdagent'],
  },
  {
    key: 'fortinet',
    name: 'FortiClient',
    registered: /forti(client|edr)/i,
    processes: ['forticlient', 'fortiesnac', 'fcdblog', 'fortiedrcollector'],
  },
  {
    key: 'crowdstrike',
    name: 'CrowdStrike Falcon',
    registered: /crowdstrike/i,
    processes: ['csfalconservice', 'csfalconcontainer'],
  },
  {
    key: 'sentinelone',
    name: 'SentinelOne',
    registered: /sentinel\s?(one|agent)/i,
    processes: ['sentinelagent', 'sentinelservicehost'],
  },
];

const NOT_REGISTERED = /(?!)/;

export const LINUX_PROTECTORS: readonly Known[] = [
  { key: 'clamav', name: 'ClamAV (on-access)', registered: NOT_REGISTERED, processes: ['clamonacc'] },
  { key: 'mdatp', name: 'Microsoft Defender', registered: NOT_REGISTERED, processes: ['wdavdaemon'] },
  { key: 'kesl', name: 'Kaspersky Endpoint Security', registered: NOT_REGISTERED, processes: ['kesl'] },
  { key: 'eset', name: 'ESET', registered: NOT_REGISTERED, processes: ['oaeventd', 'scand'] },
  {
    key: 'trend-micro',
    name: 'Trend Micro Deep Security',
    registered: NOT_REGISTERED,
    processes: ['ds_agent'],
  },
  { key: 'sophos', name: 'Sophos', registered: NOT_REGISTERED, processes: ['sophos_watchdog', 'savd'] },
  {
    key: 'crowdstrike',
    name: 'CrowdStrike Falcon',
    registered: NOT_REGISTERED,
    processes: ['falcon-sensor'],
  },
  {
    key: 'sentinelone',
    name: 'SentinelOne',
    registered: NOT_REGISTERED,
    processes: ['s1-agent', 'sentinelone-age'],
  },
  { key: 'osquery', name: 'osquery', registered: NOT_REGISTERED, processes: ['osqueryd'] },
  { key: 'auditbeat', name: 'Auditbeat', registered: NOT_REGISTERED, processes: ['auditbeat'] },
  { key: 'wazuh', name: 'Wazuh', registered: NOT_REGISTERED, processes: ['wazuh-agentd', 'ossec-agentd'] },
  { key: 'falco', name: 'Falco', registered: NOT_REGISTERED, processes: ['falco'] },
];

export interface FoundProtector {
  key: ProtectorKey;
  name: string;
  /** Undefined: not known. */
  isOn: boolean | undefined;
}

/** One that registered with Windows, with its state as that keeps it. */
export interface Registered {
  name: string;
  state: number | undefined;
}

/** Of the state's second byte this says that it guards now. */
const GUARDS = 0x10_00;

/** Each once, those that guard first. @param processes names as the system lists them */
export function findProtectors(
  known: readonly Known[],
  processes: readonly string[],
  registered: readonly Registered[],
): FoundProtector[] {
  const running = new Set(processes.map((name) => name.toLowerCase().replace(/\.exe$/, '')));
  const found = new Map<string, FoundProtector>();
  for (const { key, name, processes: own } of known) {
    if (own.some((one) => running.has(one.toLowerCase()))) found.set(key, { key, name, isOn: true });
  }
  for (const { name, state } of registered) {
    const product = known.find((one) => one.registered.test(name));
    const isOn = state === undefined ? undefined : (state & 0xf0_00) === GUARDS;
    // Defender's process goes on where another product guards.
    found.set(product?.key ?? `other ${name}`, { key: product?.key ?? 'other', name, isOn });
  }
  const order = ({ isOn }: FoundProtector): number => (isOn === true ? 0 : isOn === undefined ? 1 : 2);
  return [...found.values()].toSorted((a, b) => order(a) - order(b));
}

/** First field of each line of `tasklist /fo csv /nh`. */
export function parseTasklist(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => /^"([^"]+)"/.exec(line)?.[1] ?? []);
}
