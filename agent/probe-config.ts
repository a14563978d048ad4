/** Settings of the probe: systems on which no agent can be, asked from outside by this one. Off until some are named. */
import { X509Certificate } from 'node:crypto';
import net from 'node:net';
import { z } from 'zod';
import { LIMITS } from '#protocol/limits.ts';
import { maintenanceWindowSchema } from './maintenance-config.ts';
import { fault } from './setting-types.ts';
import { parseTarget } from './sources/probe/target.ts';

const PROBES_MAX = 200;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const words = z.string().trim().min(1).max(LIMITS.nameMax);

const isPem = (text: string): boolean => {
  try {
    return new X509Certificate(text).ca;
  } catch {
    // Whatever is wrong with it, it is no certificate to trust.
    return false;
  }
};

export const probeSchema = () =>
  z.strictObject({
    /** Unique; left out: the target's address. */
    name: z.string().trim().min(1).max(LIMITS.nameMax).optional(),
    /** `https://...`, `http://...`, `tls://host:port` or `tcp://host:port`. */
    target: z
      .string()
      .max(2_048)
      .refine((text) => parseTarget(text) !== undefined, fault('probe-target')),
    intervalMs: z
      .int()
      .min(10_000)
      .max(DAY_MS)
      .default(5 * MINUTE_MS),
    /** After a failure, or a finding that waits to be seen again. */
    retryMs: z.int().min(1_000).max(DAY_MS).default(30_000),
    /** Of one question, from the first packet to the last byte. */
    timeoutMs: z.int().min(500).max(120_000).default(20_000),
    /** It is down when so many of so many checks in a row failed. */
    failures: z
      .strictObject({ needed: z.int().min(1).max(20).default(2), of: z.int().min(1).max(20).default(3) })
      .prefault({})
      .refine(({ needed, of }) => needed <= of, fault('probe-failures')),
    /** Statuses that count as up. */
    statuses: z
      .strictObject({
        from: z.int().min(100).max(599).default(200),
        to: z.int().min(100).max(599).default(399),
      })
      .prefault({}),
    /** Of the page, uncompressed; the rest is not read. */
    bytesMax: z
      .int()
      .min(4_096)
      .max(16 * 1_048_576)
      .default(2 * 1_048_576),
    redirectsMax: z.int().min(0).max(20).default(5),
    /**
     * Addresses that are not public: `refuse` none; `target`: the named host may have one, what it redirects to may not;
     * `any`.
     */
    privateAddresses: z.enum(['refuse', 'target', 'any']).default('target'),
    tls: z
      .strictObject({
        enabled: z.boolean().default(true),
        /** Days to the end of the certificate. */
        warnDays: z.int().min(0).max(400).default(30),
        urgentDays: z.int().min(0).max(400).default(7),
        /** An authority of one's own, PEM; trusted beside the usual ones. */
        caPem: z.string().max(LIMITS.caPemMax).refine(isPem, fault('ca-pem')).optional(),
      })
      .prefault({}),
    dns: z
      .strictObject({
        enabled: z.boolean().default(true),
        /** `ADDRESS` or `ADDRESS:PORT`; left out: those of the system. */
        servers: z
          .array(z.string().max(64).refine(isServer, fault('dns-server')))
          .max(4)
          .default([]),
      })
      .prefault({}),
    domain: z
      .strictObject({
        enabled: z.boolean().default(true),
        /** When the registration ends, where no registry tells it publicly (as for .vn). */
        expires: z.iso.date().optional(),
        warnDays: z.int().min(0).max(400).default(45),
        /** Base URL of an RDAP server; left out: the one IANA names for the domain. */
        rdapUrl: z
          .url({ protocol: /^https?$/ })
          .max(2_048)
          .optional(),
      })
      .prefault({}),
    page: z
      .strictObject({
        enabled: z.boolean().default(true),
        /** A text that must be on the page. */
        contains: words.optional(),
        /** Looks from which the page is learned. */
        learnLooks: z.int().min(2).max(100).default(6),
        /** Share of the learned page that may be missing. */
        changeMax: z.number().min(0.05).max(1).default(0.6),
        /** Hosts that scripts, frames, forms and links may lead to without a word. */
        hosts: z.array(words).max(200).default([]),
        /** The fingerprint of a page that is right as it is: what was learned, or what it changed to. */
        accept: z
          .string()
          .regex(/^[0-9a-f]{16}$/)
          .optional(),
        /** Of words that are right on this page, though they are among those of spam. */
        ignoreWords: z.array(words).max(200).default([]),
      })
      .prefault({}),
    /** Looks as a search engine and as its visitor, to see whether they get another page. */
    cloaking: z
      .strictObject({
        enabled: z.boolean().default(true),
        intervalMs: z
          .int()
          .min(MINUTE_MS)
          .max(7 * DAY_MS)
          .default(60 * MINUTE_MS),
      })
      .prefault({}),
    /** Nothing is reported in these times; what is still wrong after them is. */
    maintenance: z.array(maintenanceWindowSchema()).max(50).default([]),
    userAgent: z
      .string()
      .min(1)
      .max(512)
      .regex(/^[\x20-\x7e]+$/)
      .optional(),
  });

export const probesSchema = () =>
  z
    .array(probeSchema())
    .max(PROBES_MAX)
    .refine((probes) => new Set(probes.map(probeName)).size === probes.length, fault('probe-twice'))
    .default([]);

export type ProbeConfig = z.infer<ReturnType<typeof probeSchema>>;

export function probeName({ name, target }: { name?: string | undefined; target: string }): string {
  return (name ?? target).slice(0, LIMITS.nameMax);
}

function isServer(text: string): boolean {
  if (net.isIP(text) !== 0) return true;
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})$/.exec(text) ?? [];
  return net.isIP(bracketed ?? plain ?? '') !== 0 && Number(port) > 0 && Number(port) < 65_536;
}
