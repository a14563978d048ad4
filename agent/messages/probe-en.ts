/** What is said about probes, in English. */
import type { Aspect, Finding, State } from '../sources/probe/finding.ts';

export const probeEn = {
  help: {
    probe: 'look at systems on which no agent can be: portals, document management',
    run: 'look once at a page, a TLS service or a port, and say what is found; reports nothing to the collector',
    target:
      'https://..., http://..., tls://host:port or tcp://host:port; or the name of a probe in the settings',
    accept: 'accept a page as it is now (what was learned, or what it changed to) as the way it should be',
    name: 'name of the probe in the settings; left out: its target',
    fingerprint: 'fingerprint to accept; left out: what the last look found',
  },
  aspects: {
    reachability: 'reachable',
    tls: 'TLS',
    dns: 'DNS',
    domain: 'domain',
    page: 'page',
    cloaking: 'cloaking',
  } satisfies Record<Aspect, string>,
  states: {
    ok: 'ok',
    degraded: 'attention',
    failed: 'bad',
    changed: 'changed',
    'not-assessed': 'not assessed',
  } satisfies Record<State, string>,
  findings: {
    'name-unknown': 'its name is not resolved',
    refused: 'its port is closed',
    'no-answer': 'it does not answer',
    'tls-failed': 'no TLS connection comes about',
    broken: 'the line broke, or the answer is no HTTP',
    'too-slow': 'the answer took longer than allowed',
    'too-many-redirects': 'it redirects again and again',
    'bad-redirect': 'it redirects to what is no page',
    'http-status': 'it answers with a status that does not count as up',
    'address-refused': 'not asked: the address is not public',
    proxy: 'not asked: the proxy does not let through',
    expired: 'the certificate has expired: renew it now',
    'not-yet-valid': 'the certificate is not valid yet',
    'wrong-name': 'the certificate is for another name',
    'self-signed': 'the certificate is signed by itself: browsers warn their users',
    untrusted:
      'the chain leads to no known authority: often an intermediate certificate is missing on the server',
    'expires-urgently': 'the certificate expires within days: renew it now',
    'expires-soon': 'the certificate expires soon: renew it',
    'legacy-protocol': 'it takes TLS 1.0 or 1.1: switch them off',
    'weak-cipher': 'its cipher can be broken',
    'no-forward-secrecy': 'who gets the key later can read what was recorded: allow ECDHE only',
    'weak-key': 'its key is too short',
    'weak-signature': 'the certificate is signed with MD5 or SHA-1',
    'certificate-changed': 'another certificate than before',
    'no-address': 'the name has no address',
    'dns-failed': 'the name servers do not answer',
    'addresses-changed': 'addresses that were not seen before',
    'name-servers-changed': 'other name servers than before',
    'mail-servers-changed': 'other mail servers than before',
    'zone-changed': 'another primary name server than before',
    'addresses-vary': 'its addresses keep changing; new ones are not reported any more',
    'registration-expired': 'the registration has ended: renew it now, before others take the domain',
    'registration-expires': 'the registration ends soon: renew it',
    'registration-unknown': 'nobody tells when the registration ends',
    defaced: 'words that defacers write',
    'page-replaced': 'most of the page is another than before',
    'spam-words': 'words of spam (betting, pills, loans)',
    'spam-links': 'links of spam (betting, pills, loans)',
    'hidden-links': 'hidden links to other sites',
    'text-missing': 'a text that must be there is missing',
    'title-changed': 'another title than before',
    'page-grown': 'the page has become several times longer',
    'script-host-new': 'scripts from hosts that were not there before',
    'frame-host-new': 'frames from hosts that were not there before',
    'form-host-new': 'forms that send to hosts that were not there before',
    'obfuscated-script': 'scripts that hide what they do',
    'foreign-writing': 'much text in a foreign script',
    'moved-elsewhere': 'it leads to another site than before',
    'page-unreadable': 'the page is compressed in an unknown way',
    'engine-sees-spam': 'a search engine gets spam that people do not see',
    'engine-sees-other-page': 'a search engine gets another page than people',
    'engine-sent-elsewhere': 'a search engine is sent to another site',
    'visitor-sent-elsewhere': 'who comes from a search engine is sent to another site',
    'engine-refused': 'who says to be a search engine gets no answer',
  } satisfies Record<Finding, string>,
  badTarget: (text: string) =>
    `"${text}" is neither an address (https://..., http://..., tls://host:port, tcp://host:port) nor the name of a probe in the settings.`,
  notConfigured: (name: string, known: string) =>
    `No probe is called "${name}". Probes in the settings: ${known}`,
  none: 'none',
  nothingToAccept:
    'There is nothing to accept yet: the page is still being learned. "vonggac-agent status" tells how far it is.',
  accepted: (name: string, fingerprint: string) =>
    `Accepted: ${name} as ${fingerprint}. The running agent takes it over at its next look.`,
  verdictOk: 'Nothing is wrong with it.',
  verdictBad: (count: number) => `${count} ${count === 1 ? 'finding' : 'findings'}.`,
  firstLook: 'One look can compare the page with nothing: changes are found by the running agent.',
  doctor: {
    target: (name: string, target: string) => `${name}: asked every so often: ${target}`,
    unresolved: (name: string, host: string, reason: string) =>
      `${name}: ${host} is not resolved here (${reason}); check the name and the name servers of this host`,
    behindProxy: (name: string, proxy: string) =>
      `${name}: asked through the proxy ${proxy}; which addresses may be reached is the proxy's matter`,
    noExpiry: (name: string) =>
      `${name}: the registry of .vn tells nobody when a registration ends; give it in "domain": { "expires": "YYYY-MM-DD" } to be reminded`,
  },
};

export type ProbeMessages = typeof probeEn;
