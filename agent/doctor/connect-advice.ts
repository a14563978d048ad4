/** What stands behind a connection that failed, as far as its error tells, and what to do about it. */
import { X509Certificate } from 'node:crypto';
import type { Messages } from '../messages/en.ts';
import { PinMismatchError } from '../transport/transport.ts';

export type ConnectTrouble = 'filtered' | 'refused' | 'reset' | 'silent' | 'no-way' | 'inspected';

const OF_CODE: Readonly<Record<string, ConnectTrouble>> = {
  // The system itself forbids it: a filter on this host (WSAEACCES on Windows, an output rule on Linux).
  EACCES: 'filtered',
  EPERM: 'filtered',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'silent',
  ENETUNREACH: 'no-way',
  EHOSTUNREACH: 'no-way',
  EADDRNOTAVAIL: 'no-way',
};

/** Codes of an error and of what caused it; of several addresses each has its own. */
function codesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 8) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const inner = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  return [...own, ...[error.cause, ...inner].flatMap((each) => codesOf(each, depth + 1))];
}

const SILENT = /did not answer within|did not open the way/;
const CLOSED = /closed the connection during the TLS handshake/;

/** Undefined: nothing more is known. */
export function troubleOf(error: unknown): ConnectTrouble | undefined {
  if (error instanceof PinMismatchError) return 'inspected';
  const [code] = codesOf(error).flatMap((one) => OF_CODE[one] ?? []);
  if (code !== undefined) return code;
  const text = error instanceof Error ? error.message : '';
  return SILENT.test(text) ? 'silent' : CLOSED.test(text) ? 'reset' : undefined;
}

/** Names that programs and devices which open TLS put on certificates that they make up. */
const INSPECTORS: readonly { pattern: RegExp; name: string }[] = [
  { pattern: /kaspersky/i, name: 'Kaspersky' },
  { pattern: /\beset\b/i, name: 'ESET' },
  { pattern: /avast|\bavg\b/i, name: 'Avast / AVG' },
  { pattern: /bitdefender/i, name: 'Bitdefender' },
  { pattern: /fortinet|fortigate|\bFGT?[0-9A-Z]{8,}/i, name: 'FortiGate' },
  { pattern: /sophos/i, name: 'Sophos' },
  { pattern: /palo alto/i, name: 'Palo Alto' },
  { pattern: /check ?point/i, name: 'Check Point' },
  { pattern: /zscaler/i, name: 'Zscaler' },
  { pattern: /mcafee|skyhigh|trellix/i, name: 'McAfee / Trellix' },
  { pattern: /trend ?micro/i, name: 'Trend Micro' },
  { pattern: /symantec|blue ?coat/i, name: 'Symantec / Blue Coat' },
  { pattern: /umbrella|cisco/i, name: 'Cisco' },
  { pattern: /bkav/i, name: 'Bkav' },
  { pattern: /dr\.?web/i, name: 'Dr.Web' },
  { pattern: /mikrotik|sangfor|hillstone|juniper|watchguard|sonicwall|barracuda|squid/i, name: '' },
];

/** Who issued a certificate that is not the collector's, and whether that is known to open TLS. */
export function inspectorOf(der: Uint8Array | undefined): { issuer: string; known: string } | undefined {
  if (der === undefined) return undefined;
  const { issuer } = new X509Certificate(der);
  const names = /(?:^|\n)(?:CN|O)=(.*)/g;
  const texts = [...issuer.matchAll(names)].map(([, name = '']) => name);
  const text = texts.join(', ').slice(0, 200);
  const found = INSPECTORS.find(({ pattern }) => pattern.test(text));
  return { issuer: text, known: found === undefined ? '' : found.name || text };
}

/** What follows the message of an error. Empty: nothing more is known. */
export function adviceOf(error: unknown, address: string, m: Messages): string {
  const texts = m.doctor.connect;
  const trouble = troubleOf(error);
  if (trouble === undefined) return '';
  if (trouble !== 'inspected') return texts[trouble](address);
  const seen = error instanceof PinMismatchError ? inspectorOf(error.shown) : undefined;
  if (seen === undefined || seen.issuer === '') return '';
  return seen.known === '' ? texts.otherIssuer(seen.issuer) : texts.inspected(seen.known, address);
}
