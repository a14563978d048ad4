/**
 * When a domain's registration ends: as an administrator says, else by RDAP (RFC 9083) from the server that IANA names
 * for the domain (RFC 9224). Registries without RDAP, such as that of .vn, tell nobody: then it is not known, and says so.
 */
import { z } from 'zod';
import { fetchPage } from './fetch-page.ts';
import type { FetchOptions } from './fetch-page.ts';
import { ProbeError } from './probe-error.ts';
import { parseTarget } from './target.ts';

export const IANA_BOOTSTRAP = 'https://data.iana.org/rdap/dns.json';

export type Registration =
  | { kind: 'known'; domain: string; expiresMs: number; source: 'settings' | 'rdap' }
  | { kind: 'unknown'; domain: string; reason: string };

export interface RegistrationOptions {
  /** Date, as in the settings. */
  expires?: string | undefined;
  /** Base URL of an RDAP server. */
  rdapUrl?: string | undefined;
  /** Where the servers are listed; default IANA's. */
  bootstrapUrl?: string | undefined;
  fetch: FetchOptions;
}

const ANSWER_BYTES_MAX = 1_048_576;
const LABELS_MIN = 2;
const ASKED_MAX = 4;

const bootstrapSchema = z.object({ services: z.array(z.tuple([z.array(z.string()), z.array(z.string())])) });
const domainSchema = z.object({
  events: z.array(z.object({ eventAction: z.string(), eventDate: z.string() })).default([]),
});

/** @param domain the host's zone, or the host. */
export async function findRegistration(domain: string, options: RegistrationOptions): Promise<Registration> {
  if (options.expires !== undefined) {
    return { kind: 'known', domain, expiresMs: Date.parse(options.expires), source: 'settings' };
  }
  try {
    const base = options.rdapUrl ?? (await serverFor(domain, options));
    if (base === undefined) {
      const reason = `the registry of .${lastLabel(domain)} tells nobody by RDAP when a registration ends; give the date in "domain": { "expires": "YYYY-MM-DD" }`;
      return { kind: 'unknown', domain, reason };
    }
    return await askUpwards(domain, base, options);
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    return { kind: 'unknown', domain, reason: `RDAP cannot be asked: ${error.message}` };
  }
}

/** The registered domain is the zone, or one above it. */
async function askUpwards(domain: string, base: string, options: RegistrationOptions): Promise<Registration> {
  const labels = domain.split('.');
  for (let step = 0; step < ASKED_MAX && labels.length - step >= LABELS_MIN; step += 1) {
    const name = labels.slice(step).join('.');
    const answer = await askJson(`${base.replace(/\/$/, '')}/domain/${name}`, options);
    if (answer === undefined) continue;
    const { events } = parse(domainSchema, answer);
    const end = events.find(({ eventAction }) => eventAction === 'expiration')?.eventDate;
    const expiresMs = Date.parse(end ?? '');
    if (!Number.isNaN(expiresMs)) return { kind: 'known', domain: name, expiresMs, source: 'rdap' };
    return { kind: 'unknown', domain: name, reason: `the registry does not say when ${name} ends` };
  }
  return { kind: 'unknown', domain, reason: `the registry does not know ${domain}` };
}

async function serverFor(domain: string, options: RegistrationOptions): Promise<string | undefined> {
  const answer = await askJson(options.bootstrapUrl ?? IANA_BOOTSTRAP, options);
  if (answer === undefined) throw new ProbeError('http-status', 'the list of RDAP servers is not there');
  const { services } = parse(bootstrapSchema, answer);
  const last = lastLabel(domain);
  const [, urls = []] = services.find(([names]) => names.includes(last)) ?? [];
  return urls.find((url) => url.startsWith('https:')) ?? urls[0];
}

/** @returns undefined for "there is none". @throws ProbeError */
async function askJson(url: string, options: RegistrationOptions): Promise<unknown> {
  const target = parseTarget(url);
  if (target === undefined) throw new ProbeError('bad-redirect', `${url} is no address of an RDAP server`);
  const page = await fetchPage(target, { ...options.fetch, bytesMax: ANSWER_BYTES_MAX });
  if (page.status === 404) return undefined;
  if (page.status !== 200)
    throw new ProbeError('http-status', `${target.host} answers with status ${page.status}`);
  try {
    return JSON.parse(page.text) as unknown;
  } catch (cause) {
    throw new ProbeError('broken', `${target.host} answers with what is no JSON`, { cause });
  }
}

function parse<Value>(schema: z.ZodType<Value>, answer: unknown): Value {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new ProbeError('broken', 'an RDAP server answers in another form than RDAP', { cause: result.error });
}

function lastLabel(domain: string): string {
  return domain.slice(domain.lastIndexOf('.') + 1);
}
