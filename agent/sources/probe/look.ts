/** One look at a target: asks what is due, and what each aspect of it came to. Reports nothing; remembers through `state`. */
import type { ProbeConfig } from '../../probe-config.ts';
import type { ProxySettings } from '../../transport/proxy.ts';
import { addressGuard } from './address-guard.ts';
import { checkCloaking, cloakingUnknown } from './check-cloaking.ts';
import { connect } from './connect.ts';
import { DnsFailedError, lookUp } from './dns-picture.ts';
import { fetchPage } from './fetch-page.ts';
import type { FetchOptions, Page } from './fetch-page.ts';
import type { Aspect, Look } from './finding.ts';
import { judgeDns } from './judge-dns.ts';
import { judgeRegistration, registrationDue } from './judge-registration.ts';
import { judgeTls } from './judge-tls.ts';
import { lookAtPage } from './look-at-page.ts';
import { readPage } from './page-facts.ts';
import { ProbeError } from './probe-error.ts';
import { findRegistration } from './registration.ts';
import { parseTarget } from './target.ts';
import type { Target } from './target.ts';
import type { PageMemory, TargetState } from './target-state.ts';
import { handshake } from './tls-handshake.ts';
import type { TlsFacts } from './tls-facts.ts';
import { isName } from './is-name.ts';

export interface LookOptions {
  config: ProbeConfig;
  proxy: ProxySettings;
  now: () => number;
  monotonicMs: () => number;
  signal: AbortSignal;
  /** Fingerprint of a page that an administrator accepts. */
  accepted?: string | undefined;
  /** Where RDAP servers are listed; default IANA's. */
  bootstrapUrl?: string | undefined;
  /** Heavy work waits here for its turn. */
  turn?: (() => Promise<void>) | undefined;
}

export interface Outcome {
  looks: Map<Aspect, Look>;
  state: TargetState;
  page: PageMemory;
  /** Undefined when it was not asked, or did not answer. */
  responseMs: number | undefined;
}

/** As a browser, so that the page is what a person gets; its last word is for who reads the server's log. */
export const PERSON_USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 VongGac/1';

const DNS_EVERY_MS = 600_000;
const LEGACY_EVERY_MS = 86_400_000;
const CERTIFICATES_MAX = 16;

export async function lookAt(
  options: LookOptions,
  before: TargetState,
  pageBefore: PageMemory,
): Promise<Outcome> {
  const target = parseTarget(options.config.target);
  if (target === undefined) throw new RangeError(`${options.config.target} is no target`);
  const looking = new Looking(options, target, before, pageBefore);
  await looking.reach();
  await looking.names();
  await looking.registration();
  return looking.outcome();
}

class Looking {
  readonly #options: LookOptions;
  readonly #target: Target;
  readonly #fetch: FetchOptions;
  readonly #looks = new Map<Aspect, Look>();
  #state: TargetState;
  #page: PageMemory;
  #responseMs: number | undefined;

  constructor(options: LookOptions, target: Target, state: TargetState, page: PageMemory) {
    const { config, proxy, signal, monotonicMs } = options;
    this.#options = options;
    this.#target = target;
    this.#state = state;
    this.#page = page;
    this.#fetch = {
      guard: addressGuard(config.privateAddresses, target.host),
      proxy,
      timeoutMs: config.timeoutMs,
      signal,
      redirectsMax: config.redirectsMax,
      bytesMax: config.bytesMax,
      userAgent: config.userAgent ?? PERSON_USER_AGENT,
      caPem: config.tls.caPem,
      monotonicMs,
    };
  }

  outcome(): Outcome {
    const responseMs = this.#responseMs;
    return { looks: this.#looks, state: this.#state, page: this.#page, responseMs };
  }

  async reach(): Promise<void> {
    const { scheme } = this.#target;
    try {
      if (scheme === 'http' || scheme === 'https') await this.#reachPage();
      else await this.#reachPort(scheme === 'tls');
    } catch (error) {
      if (!(error instanceof ProbeError)) throw error;
      const { failure, message } = error;
      this.#looks.set('reachability', { findings: [failure], message, facts: {} });
    }
  }

  async #reachPage(): Promise<void> {
    const { config } = this.#options;
    const page = await fetchPage(this.#target, this.#fetch);
    this.#responseMs = page.totalMs;
    const { from, to } = config.statuses;
    const up = page.status >= from && page.status <= to;
    this.#looks.set('reachability', {
      findings: up ? [] : ['http-status'],
      message: up ? undefined : `it answers with status ${page.status}`,
      facts: reachedFacts(page),
    });
    if (page.tls !== undefined) await this.#tls(page.tls);
    if (up && config.page.enabled) await this.#content(page);
  }

  async #reachPort(overTls: boolean): Promise<void> {
    const { monotonicMs } = this.#options;
    const { host, port } = this.#target;
    const deadline = AbortSignal.timeout(this.#fetch.timeoutMs);
    const signal = AbortSignal.any([deadline, this.#options.signal]);
    const startedMs = monotonicMs();
    const raw = await connect({ ...this.#fetch, host, port, signal });
    let tls: TlsFacts | undefined;
    try {
      if (overTls) {
        const { socket, facts } = await handshake(raw, { host, signal, caPem: this.#fetch.caPem });
        tls = facts;
        socket.destroy();
      }
    } finally {
      raw.destroy();
    }
    this.#responseMs = monotonicMs() - startedMs;
    const facts = { totalMs: Math.round(this.#responseMs), address: raw.remoteAddress ?? '' };
    this.#looks.set('reachability', { findings: [], facts });
    if (tls !== undefined) await this.#tls(tls);
  }

  async #tls(facts: TlsFacts): Promise<void> {
    const { config, now } = this.#options;
    if (!config.tls.enabled) return;
    const legacy = await this.#legacyTls();
    const { certificates } = this.#state;
    const known = { fingerprints: certificates, legacy };
    this.#looks.set('tls', judgeTls(facts, known, config.tls, now()));
    const others = certificates.filter((fingerprint) => fingerprint !== facts.fingerprint);
    this.#state = {
      ...this.#state,
      certificates: [...others, facts.fingerprint].slice(-CERTIFICATES_MAX),
      certificateEndsMs: facts.validToMs,
    };
  }

  /** Once a day; undefined when it cannot be found out. */
  async #legacyTls(): Promise<boolean | undefined> {
    const { now } = this.#options;
    const { legacyTls } = this.#state;
    if (legacyTls !== undefined && now() - legacyTls.atMs < LEGACY_EVERY_MS) return legacyTls.offered;
    const { host, port, scheme } = this.#target;
    if (scheme !== 'https' && scheme !== 'tls') return undefined;
    const signal = AbortSignal.any([AbortSignal.timeout(this.#fetch.timeoutMs), this.#options.signal]);
    let offered = true;
    try {
      const raw = await connect({ ...this.#fetch, host, port, signal });
      try {
        const { socket } = await handshake(raw, { host, signal, legacyOnly: true });
        socket.destroy();
      } finally {
        raw.destroy();
      }
    } catch (error) {
      if (!(error instanceof ProbeError)) throw error;
      if (error.failure !== 'tls-failed') return undefined;
      offered = false;
    }
    this.#state = { ...this.#state, legacyTls: { atMs: now(), offered } };
    return offered;
  }

  async #content(page: Page): Promise<void> {
    const { config, accepted, turn } = this.#options;
    if (!/html|xml|^$/i.test(page.contentType) && !page.unreadable) return;
    await turn?.();
    const facts = await readPage(page.text, page.url);
    const { look, memory } = lookAtPage(page, facts, this.#page, config.page, config.page.accept ?? accepted);
    this.#looks.set('page', look);
    this.#page = memory;
    await turn?.();
    await this.#cloaking({ page, facts });
  }

  async #cloaking(person: Parameters<typeof checkCloaking>[1]): Promise<void> {
    const { config, now } = this.#options;
    const { cloakingAtMs } = this.#state;
    if (!config.cloaking.enabled || person.page.unreadable) return;
    if (cloakingAtMs !== undefined && now() - cloakingAtMs < config.cloaking.intervalMs) return;
    try {
      const { ignoreWords } = config.page;
      const look = await checkCloaking(this.#target, person, this.#fetch, ignoreWords);
      this.#looks.set('cloaking', look);
      // What is found is looked for again soon, to be sure.
      const settled = look.findings.length === 0 || this.#confirms(look);
      if (settled) this.#state = { ...this.#state, cloakingAtMs: now() };
    } catch (error) {
      if (!(error instanceof ProbeError)) throw error;
      this.#looks.set('cloaking', cloakingUnknown(error));
      this.#state = { ...this.#state, cloakingAtMs: now() };
    }
  }

  #confirms(look: Look): boolean {
    const before = this.#state.aspects.cloaking?.findings ?? [];
    return look.findings.every((finding) => before.includes(finding));
  }

  async names(): Promise<void> {
    const { config, now } = this.#options;
    const { host } = this.#target;
    const { dnsAtMs } = this.#state;
    if (!config.dns.enabled || !isName(host)) return;
    if (dnsAtMs !== undefined && now() - dnsAtMs < Math.min(DNS_EVERY_MS, config.intervalMs * 2)) return;
    try {
      const { servers } = config.dns;
      const picture = await lookUp(host, { servers, timeoutMs: config.timeoutMs });
      const { look, known } = judgeDns(picture, this.#state.dns, now());
      this.#looks.set('dns', look);
      this.#state = { ...this.#state, dns: known, dnsAtMs: now(), zone: picture.zone ?? this.#state.zone };
    } catch (error) {
      if (!(error instanceof DnsFailedError)) throw error;
      this.#looks.set('dns', { findings: ['dns-failed'], message: error.message, facts: {} });
    }
  }

  async registration(): Promise<void> {
    const { config, now, bootstrapUrl } = this.#options;
    const { host } = this.#target;
    const { domain, zone = host } = this.#state;
    if (!config.domain.enabled || !isName(host)) return;
    if (!registrationDue(domain, config.domain, now())) return;
    const { expires, rdapUrl } = config.domain;
    // Where to ask is said by the settings, not by the target.
    const asked = parseTarget(rdapUrl ?? bootstrapUrl ?? '')?.host ?? '';
    const fetch = { ...this.#fetch, guard: addressGuard('target', asked), caPem: undefined };
    const found = await findRegistration(zone, { expires, rdapUrl, bootstrapUrl, fetch });
    this.#looks.set('domain', judgeRegistration(found, config.domain, now()));
    const expiresMs = found.kind === 'known' ? found.expiresMs : undefined;
    this.#state = { ...this.#state, domain: { atMs: now(), expiresMs } };
  }
}

function reachedFacts(page: Page): Look['facts'] {
  return {
    status: page.status,
    url: page.url.slice(0, 2_048),
    redirects: page.redirects.length,
    ...(page.redirects.length === 0
      ? {}
      : {
          redirectChain: page.redirects
            .map(({ url, status }) => `${status} ${url}`)
            .join(' > ')
            .slice(0, 2_048),
        }),
    bytes: page.bytes,
    firstByteMs: Math.round(page.firstByteMs),
    totalMs: Math.round(page.totalMs),
    server: page.server.slice(0, 256),
    ...(page.address === undefined ? {} : { address: page.address }),
  };
}
