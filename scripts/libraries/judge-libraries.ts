/**
 * Libraries of package-lock.json held against feeds (OSV for npm, CISA KEV), and by when each has to be mended: the times that
 * SECURITY.md promises. Invariant: what nobody has judged counts as high, and a fix counts from the day it was told of.
 */
import { z } from 'zod';
import type { FeedItem, VulnerabilitySeverity } from '../../collector/vulnerability/advisory.ts';
import { FeedReader, type FeedReport } from '../../collector/vulnerability/read-feed.ts';
import { severityOfScore } from '../../collector/vulnerability/cvss.ts';
import { ReleaseBook } from '../../collector/vulnerability/match.ts';
import type { Installed } from '../../collector/vulnerability/installed.ts';

const DAY_MS = 86_400_000;
/** Days from the fix: SECURITY.md, "Libraries". */
export const UPDATE_DAYS = { exploited: 3, severe: 7, other: 30 } as const;

export interface LibraryFinding {
  id: string;
  library: string;
  version: string;
  /** Null: there is none yet. */
  fixed: string | null;
  severity: VulnerabilitySeverity;
  exploited: boolean;
  /** Null: the feed does not say when it was told of, or there is no fix. */
  dueMs: number | null;
  isOverdue: boolean;
}

const NPM = 'npm';
const lockSchema = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(z.string(), z.object({ version: z.string().optional(), name: z.string().optional() })),
});

/** Marks of versions before a release are below it in the order that is compared by. */
const ordered = (version: string): string => version.replace(/\+.*$/, '').replaceAll('-', '~');

/** Each name and version once. @throws ZodError when it is no lock of version 3 */
export function librariesOf(lock: unknown): Installed[] {
  const found = new Map<string, Installed>();
  for (const [place, { version, name: alias }] of Object.entries(lockSchema.parse(lock).packages)) {
    const name = alias ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (place === '' || version === undefined) continue;
    found.set(`${name} ${version}`, { name, source: name, version: ordered(version) });
  }
  return [...found.values()];
}

/** @throws FeedFileError */
export function readLibraryFeed(bytes: Uint8Array): { items: FeedItem[]; report: FeedReport } {
  const reader = new FeedReader(bytes, undefined, (ecosystem) => (ecosystem === NPM ? NPM : undefined));
  return { items: [...reader.items()], report: reader.report };
}

/** The nearest end first. */
export function judgeLibraries(
  libraries: readonly Installed[],
  items: readonly FeedItem[],
  nowMs: number,
): LibraryFinding[] {
  const book = new ReleaseBook('dpkg');
  const scores = new Map<string, number>();
  const told = new Map<string, number>();
  const exploited = new Set<string>();
  for (const item of items) {
    if (item.kind === 'range') {
      const { introduced, fixed, lastAffected, ...rest } = item.range;
      const range = {
        ...rest,
        introduced: ordered(introduced),
        fixed: fixed === null ? null : ordered(fixed),
        lastAffected: lastAffected === null ? null : ordered(lastAffected),
      };
      book.add(0, item.package, [range]);
      continue;
    }
    const { id, score, publishedMs } = item.facts;
    if (score !== null) scores.set(id, Math.max(score, scores.get(id) ?? 0));
    if (publishedMs !== null) told.set(id, Math.min(publishedMs, told.get(id) ?? publishedMs));
    if (item.facts.exploited !== null) exploited.add(id);
  }
  return book
    .match(libraries)
    .map(({ id, package: library, installed, fixed }) => {
      const score = scores.get(id);
      const severity = score === undefined ? 'unknown' : severityOfScore(score);
      const isExploited = exploited.has(id);
      const toldMs = told.get(id);
      const dueMs =
        fixed === null || toldMs === undefined ? null : toldMs + daysOf(severity, isExploited) * DAY_MS;
      return {
        id,
        library,
        version: written(installed),
        fixed: fixed === null ? null : written(fixed),
        severity,
        exploited: isExploited,
        dueMs,
        // A fix whose day nobody knows is taken for one that is out long enough.
        isOverdue: fixed !== null && (dueMs === null || dueMs < nowMs),
      };
    })
    .toSorted((a, b) => (a.dueMs ?? 0) - (b.dueMs ?? 0));
}

const written = (version: string): string => version.replace('~', '-').replaceAll('~', '-');

function daysOf(severity: VulnerabilitySeverity, isExploited: boolean): number {
  if (isExploited) return UPDATE_DAYS.exploited;
  return ['critical', 'high', 'unknown'].includes(severity) ? UPDATE_DAYS.severe : UPDATE_DAYS.other;
}
