/** What a look can find, and how bad it is. The words are those of records, rules and catalogues: change none. */
import type { ProbeFailure } from './probe-error.ts';

export const ASPECTS = ['reachability', 'tls', 'dns', 'domain', 'page', 'cloaking'] as const;
export type Aspect = (typeof ASPECTS)[number];

/** As in records; `changed` is of the moment, the others last. */
export type State = 'ok' | 'degraded' | 'failed' | 'changed' | 'not-assessed';
type Severity = 'failed' | 'degraded' | 'changed' | 'not-assessed';

const SEVERITY = {
  // reachability
  'name-unknown': 'failed',
  refused: 'failed',
  'no-answer': 'failed',
  'tls-failed': 'failed',
  broken: 'failed',
  'too-slow': 'failed',
  'too-many-redirects': 'failed',
  'bad-redirect': 'failed',
  'http-status': 'failed',
  'address-refused': 'not-assessed',
  proxy: 'not-assessed',
  // tls
  expired: 'failed',
  'not-yet-valid': 'failed',
  'wrong-name': 'failed',
  'self-signed': 'failed',
  untrusted: 'failed',
  'expires-urgently': 'degraded',
  'expires-soon': 'degraded',
  'legacy-protocol': 'degraded',
  'weak-cipher': 'degraded',
  'no-forward-secrecy': 'degraded',
  'weak-key': 'degraded',
  'weak-signature': 'degraded',
  'certificate-changed': 'changed',
  // dns
  'no-address': 'failed',
  'dns-failed': 'not-assessed',
  'addresses-changed': 'changed',
  'name-servers-changed': 'changed',
  'mail-servers-changed': 'changed',
  'zone-changed': 'changed',
  'addresses-vary': 'changed',
  // domain
  'registration-expired': 'failed',
  'registration-expires': 'degraded',
  'registration-unknown': 'not-assessed',
  // page
  defaced: 'failed',
  'page-replaced': 'failed',
  'spam-words': 'failed',
  'spam-links': 'failed',
  'hidden-links': 'failed',
  'text-missing': 'failed',
  'title-changed': 'degraded',
  'page-grown': 'degraded',
  'script-host-new': 'degraded',
  'frame-host-new': 'degraded',
  'form-host-new': 'degraded',
  'obfuscated-script': 'degraded',
  'foreign-writing': 'degraded',
  'moved-elsewhere': 'degraded',
  'page-unreadable': 'not-assessed',
  'page-learned': 'changed',
  'page-settled': 'changed',
  // cloaking
  'engine-sees-spam': 'failed',
  'engine-sees-other-page': 'failed',
  'engine-sent-elsewhere': 'failed',
  'visitor-sent-elsewhere': 'failed',
  'engine-refused': 'not-assessed',
} as const satisfies Record<string, Severity> & Record<ProbeFailure, Severity>;

export type Finding = keyof typeof SEVERITY;
export const FINDINGS = Object.keys(SEVERITY) as readonly Finding[];

const WORST: readonly Severity[] = ['failed', 'degraded', 'changed', 'not-assessed'];

/** Told once, when it happens; the others hold until they are gone. */
export function isOfMoment(finding: Finding): boolean {
  return SEVERITY[finding] === 'changed';
}

export function stateOf(findings: readonly Finding[]): State {
  return WORST.find((severity) => findings.some((finding) => SEVERITY[finding] === severity)) ?? 'ok';
}

export type Facts = Record<string, string | number | boolean>;

/** What one look at one aspect came to. */
export interface Look {
  findings: readonly Finding[];
  /** In words, where the findings need some. */
  message?: string | undefined;
  facts: Facts;
}
