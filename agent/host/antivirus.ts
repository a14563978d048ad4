/** Programs against malware: whether one is there and runs, and how old its signatures are where a file tells. */
import fs from 'node:fs';
import { at, type Host } from './host.ts';
import { exists } from './read-text.ts';
import { reading, type Reading } from './reading.ts';
import { readServices } from './services.ts';
import { isoTime } from '../iso-time.ts';

export interface Antivirus {
  name: string;
  path: string;
  /** undefined: no service of that name. */
  running: boolean | undefined;
  /** ISO 8601; empty: not told. */
  signaturesAt: string;
  signatureVersion: string;
}

/** Where the makers put their products, and their services. */
const PRODUCTS: readonly { name: string; paths: readonly string[]; service: RegExp }[] = [
  {
    name: 'ClamAV',
    paths: ['/usr/sbin/clamd', '/usr/bin/clamscan'],
    service: /^(clamav-daemon|clamd(@.*)?)\.service$/,
  },
  { name: 'Microsoft Defender', paths: ['/opt/microsoft/mdatp'], service: /^mdatp\.service$/ },
  { name: 'Kaspersky Endpoint Security', paths: ['/opt/kaspersky/kesl'], service: /^kesl\.service$/ },
  {
    name: 'ESET Server Security',
    paths: ['/opt/eset/efs', '/opt/eset/eea'],
    service: /^(efs|eea)\.service$/,
  },
  {
    name: 'Sophos',
    paths: ['/opt/sophos-spl', '/opt/sophos-av'],
    service: /^(sophos-spl|sav-protect)\.service$/,
  },
  { name: 'Trend Micro Deep Security', paths: ['/opt/ds_agent'], service: /^ds_agent\.service$/ },
  { name: 'Trellix', paths: ['/opt/McAfee/ens', '/opt/isec/ens'], service: /^(mfetpd|nails)\.service$/ },
  { name: 'Symantec', paths: ['/opt/Symantec'], service: /^(sisamdagent|rtvscand)\.service$/ },
  { name: 'CrowdStrike Falcon', paths: ['/opt/CrowdStrike'], service: /^falcon-sensor\.service$/ },
  { name: 'SentinelOne', paths: ['/opt/sentinelone'], service: /^sentinelone\.service$/ },
  { name: 'Bitdefender', paths: ['/opt/bitdefender-security-tools'], service: /^bdsec\.service$/ },
  { name: 'rkhunter', paths: ['/usr/bin/rkhunter'], service: /^rkhunter\.service$/ },
];

const SIGNATURES = ['/var/lib/clamav/daily.cld', '/var/lib/clamav/daily.cvd', '/var/lib/clamav/main.cvd'];
const HEADER_BYTES = 512;

/** @param header first bytes of a signature file: `ClamAV-VDB:17 Nov 2026 08-10 +0000:27482:...` */
export function parseSignatureHeader(
  header: string,
): Pick<Antivirus, 'signaturesAt' | 'signatureVersion'> | undefined {
  const match = /^ClamAV-VDB:(\d{1,2} \w{3} \d{4} \d{2})-(\d{2} [+-]\d{4}):(\d+):/.exec(header);
  if (match === null) return undefined;
  const atMs = Date.parse(`${match[1]}:${match[2]}`);
  if (Number.isNaN(atMs)) return undefined;
  return { signaturesAt: isoTime(atMs), signatureVersion: match[3] ?? '' };
}

export async function readAntivirus(host: Pick<Host, 'root'>): Promise<Reading<Antivirus>> {
  const found = reading<Antivirus>();
  for (const { name, paths, service } of PRODUCTS) {
    let place: string | undefined;
    for (const path of paths) if (place === undefined && (await exists(host, path))) place = path;
    if (place === undefined) continue;
    const signatures = name === 'ClamAV' ? clamSignatures(host, found) : undefined;
    const unit = (await readServices(host, service)).items;
    found.items.push({
      name,
      path: place,
      running: unit.length === 0 ? undefined : unit.some(({ running }) => running === true),
      signaturesAt: signatures?.signaturesAt ?? '',
      signatureVersion: signatures?.signatureVersion ?? '',
    });
  }
  return found;
}

function clamSignatures(
  host: Pick<Host, 'root'>,
  to: Reading<Antivirus>,
): Pick<Antivirus, 'signaturesAt' | 'signatureVersion'> | undefined {
  for (const file of SIGNATURES) {
    let descriptor: number;
    try {
      descriptor = fs.openSync(at(host, file), fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code !== 'ENOENT') to.unread.push({ part: file, reason: String(code) });
      continue;
    }
    try {
      const bytes = Buffer.alloc(HEADER_BYTES);
      const length = fs.readSync(descriptor, bytes, 0, HEADER_BYTES, 0);
      const header = parseSignatureHeader(bytes.toString('latin1', 0, length));
      if (header !== undefined) return header;
    } finally {
      fs.closeSync(descriptor);
    }
  }
  return undefined;
}
