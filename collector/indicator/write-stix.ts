/**
 * Indicators as a STIX 2.1 bundle, a page at a time. Invariants: the same register gives the same identifiers, so that a receiver
 * updates instead of doubling; each indicator carries its marking, its source and its end; nothing above the level asked for leaves.
 */
import { createHash } from 'node:crypto';
import { TLP_LEVELS, type Indicator, type Tlp } from './indicator.ts';
import { tlpMarking } from './stix-tlp.ts';

/** An indicator to be passed on. Times are milliseconds since 1970. */
export interface SharedIndicator extends Indicator {
  addedMs: number;
  updatedMs: number;
  /** Taken out: receivers are to drop it. */
  isRevoked: boolean;
}

/** What may leave where nothing is said: not what was given to named people or one organisation alone. */
export const SHARED_TLP_MAX: Tlp = 'amber';

/** Unmarked ones may always leave. */
export function mayLeave(tlp: Tlp | null, tlpMax: Tlp): boolean {
  return tlp === null || TLP_LEVELS.indexOf(tlp) <= TLP_LEVELS.indexOf(tlpMax);
}

/** Namespace of the identifiers that are made here, drawn once. */
const NAMESPACE = Buffer.from('6f0d5f1c2b0e4f0a9b0f5f0b7a1d3c52', 'hex');
const HASH_NAMES: ReadonlyMap<number, string> = new Map([
  [32, 'MD5'],
  [40, "'SHA-1'"],
  [64, "'SHA-256'"],
]);

const iso = (ms: number): string => new Date(ms).toISOString();

/** RFC 9562, version 5. */
function nameUuid(...parts: readonly string[]): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function patternOf({ kind, value }: Indicator): string {
  const quoted = `'${value.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
  switch (kind) {
    case 'ip':
      return `[${value.includes(':') ? 'ipv6' : 'ipv4'}-addr:value = ${quoted}]`;
    case 'domain':
      return `[domain-name:value = ${quoted}]`;
    case 'url':
      return `[url:value = ${quoted}]`;
    case 'email':
      return `[email-addr:value = ${quoted}]`;
    case 'hash':
      return `[file:hashes.${HASH_NAMES.get(value.length) ?? "'SHA-256'"} = ${quoted}]`;
  }
}

function identityOf(source: string): { id: string } & Record<string, unknown> {
  return {
    type: 'identity',
    spec_version: '2.1',
    id: `identity--${nameUuid('identity', source)}`,
    created: '2026-01-01T00:00:00.000Z',
    modified: '2026-01-01T00:00:00.000Z',
    name: source,
    identity_class: 'organization',
  };
}

function objectOf(one: SharedIndicator, createdBy: string, marking: string | undefined): object {
  const { kind, value, source, validUntilMs, addedMs, updatedMs } = one;
  // The standard wants an end after the beginning; what was over when it came began before it.
  const fromMs = validUntilMs !== null && validUntilMs <= addedMs ? validUntilMs - 1 : addedMs;
  return {
    type: 'indicator',
    spec_version: '2.1',
    id: `indicator--${nameUuid('indicator', kind, value, source)}`,
    created_by_ref: createdBy,
    created: iso(addedMs),
    modified: iso(Math.max(addedMs, updatedMs)),
    pattern: patternOf(one),
    pattern_type: 'stix',
    pattern_version: '2.1',
    valid_from: iso(fromMs),
    ...(validUntilMs === null ? {} : { valid_until: iso(validUntilMs) }),
    confidence: one.confidence,
    ...(one.description === '' ? {} : { description: one.description }),
    ...(one.tags.length === 0 ? {} : { labels: one.tags }),
    ...(marking === undefined ? {} : { object_marking_refs: [marking] }),
    ...(one.isRevoked ? { revoked: true } : {}),
  };
}

/** The bundle in pieces of text; memory holds a page, the sources and the markings. `nowMs` is in its identifier. */
export async function* stixBundle(
  pages: AsyncIterable<readonly SharedIndicator[]>,
  { tlpMax, nowMs }: { tlpMax: Tlp; nowMs: number },
): AsyncGenerator<string, void> {
  yield `{"type":"bundle","id":"bundle--${nameUuid('bundle', String(nowMs), tlpMax)}","objects":[`;
  const told = new Set<string>();
  let separator = '\n';
  for await (const page of pages) {
    const lines: string[] = [];
    const put = (object: object): void => {
      lines.push(`${separator}${JSON.stringify(object)}`);
      separator = ',\n';
    };
    const once = (object: { id: string }): string => {
      if (!told.has(object.id)) put(object);
      told.add(object.id);
      return object.id;
    };
    for (const one of page.filter(({ tlp }) => mayLeave(tlp, tlpMax))) {
      const createdBy = once(identityOf(one.source));
      put(objectOf(one, createdBy, one.tlp === null ? undefined : once(tlpMarking(one.tlp))));
    }
    if (lines.length > 0) yield lines.join('');
  }
  yield '\n]}\n';
}
