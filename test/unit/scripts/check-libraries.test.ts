/** Libraries of a lock against feeds in their true form: what is found, and by when it has to be mended. */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLibraries } from '../../../scripts/check-libraries.ts';
import { UPDATE_DAYS } from '../../../scripts/libraries/judge-libraries.ts';
import { zipOf } from '../content/zip-bytes.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const LOCK = path.join(ROOT, 'package-lock.json');
const VECTORS = {
  critical: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  medium: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L',
};

function advisory(
  id: string,
  name: string,
  { cve, vector, fixed }: { cve: string; vector: string; fixed?: string },
): Record<string, unknown> {
  const events = [{ introduced: '0' }, ...(fixed === undefined ? [] : [{ fixed }])];
  return {
    schema_version: '1.7.0',
    id,
    modified: '2026-11-20T00:00:00Z',
    published: '2026-11-01T00:00:00Z',
    aliases: [cve],
    summary: `${name} is wrong`,
    severity: [{ type: 'CVSS_V3', score: vector }],
    affected: [
      { package: { ecosystem: 'npm', name, purl: `pkg:npm/${name}` }, ranges: [{ type: 'SEMVER', events }] },
    ],
  };
}

const FOUND = [
  advisory('GHSA-aaaa-aaaa-aaaa', '@scope/left', {
    cve: 'CVE-2026-0001',
    vector: VECTORS.critical,
    fixed: '2.0.0',
  }),
  advisory('GHSA-bbbb-bbbb-bbbb', 'pad', { cve: 'CVE-2026-0002', vector: VECTORS.medium, fixed: '1.5.0' }),
  advisory('GHSA-cccc-cccc-cccc', 'never', { cve: 'CVE-2026-0003', vector: VECTORS.critical }),
  advisory('GHSA-dddd-dddd-dddd', 'mended', {
    cve: 'CVE-2026-0004',
    vector: VECTORS.critical,
    fixed: '1.0.0',
  }),
  advisory('GHSA-eeee-eeee-eeee', 'hit', { cve: 'CVE-2026-0005', vector: VECTORS.medium, fixed: '3.0.1' }),
  {
    ...advisory('PYSEC-1', 'pad', { cve: 'CVE-2026-0006', vector: VECTORS.critical }),
    affected: [
      {
        package: { ecosystem: 'PyPI', name: 'pad' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
      },
    ],
  },
];

let folder: string;
let lock: string;
let osv: string;
let kev: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-libraries-'));
  lock = path.join(folder, 'package-lock.json');
  osv = path.join(folder, 'all.zip');
  kev = path.join(folder, 'kev.json');
  const of = (version: string): { version: string } => ({ version });
  writeFileSync(
    lock,
    JSON.stringify({
      lockfileVersion: 3,
      packages: {
        '': of('9.9.9'),
        'node_modules/@scope/left': of('2.0.0-rc.1'),
        'node_modules/x/node_modules/pad': of('1.4.9'),
        'node_modules/never': of('7.0.0'),
        'node_modules/mended': of('1.0.0'),
        'node_modules/hit': of('3.0.0'),
      },
    }),
  );
  writeFileSync(
    osv,
    zipOf(FOUND.map((one) => ({ name: `${String(one['id'])}.json`, text: JSON.stringify(one) }))),
  );
  writeFileSync(
    kev,
    JSON.stringify({
      catalogVersion: '2026.11.02',
      dateReleased: '2026-11-02T00:00:00Z',
      vulnerabilities: [
        { cveID: 'CVE-2026-0005', vulnerabilityName: 'hit', dateAdded: '2026-11-02', dueDate: '2026-11-23' },
      ],
    }),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const on = (day: string): number => Date.parse(`${day}T00:00:00Z`);

describe('libraries', () => {
  it('are held against the feeds that are given, each with the day by which it is mended', () => {
    const early = checkLibraries(lock, [osv, kev], on('2026-11-03'));
    expect(early.overdue).toBe(0);
    expect(early.lines).toEqual([
      '5 libraries; package-lock.json: its age is not known here',
      'all.zip: 6 entries, 0 refused, 0 days old',
      'kev.json: 1 entries, 0 refused, 1 days old',
      'never 7.0.0: CVE-2026-0003 (critical), no fix yet: see SECURITY.md',
      'hit 3.0.0: CVE-2026-0005 (medium, exploited), until 2026-11-04, fixed in 3.0.1',
      '@scope/left 2.0.0-rc.1: CVE-2026-0001 (critical), until 2026-11-08, fixed in 2.0.0',
      'pad 1.4.9: CVE-2026-0002 (medium), until 2026-12-01, fixed in 1.5.0',
    ]);
    const late = checkLibraries(lock, [osv, kev], on('2026-12-02'));
    expect(late.overdue).toBe(3);
    expect(late.lines.join('\n')).toContain('OVERDUE since 2026-11-08, fixed in 2.0.0');
    // Without the list of what is exploited it has the time of others.
    expect(checkLibraries(lock, [osv], on('2026-11-05')).overdue).toBe(0);
  });

  it('of ours are all read, with the age of the lock, and what is no feed is refused', () => {
    const { lines, overdue } = checkLibraries(LOCK, [], Date.now());
    expect(Number(/^(\d+) libraries/.exec(lines[0] ?? '')?.[1])).toBeGreaterThan(200);
    expect([overdue, lines[1]]).toEqual([0, expect.stringContaining('not held against any feed')]);
    expect(() => checkLibraries(lock, [lock], 0)).toThrow(/nothing in it/);
    expect(() => checkLibraries(lock, [path.join(folder, 'nowhere')], 0)).toThrow(/ENOENT/);
  });

  it('are updated within the times that SECURITY.md promises', () => {
    const text = readFileSync(path.join(ROOT, 'SECURITY.md'), 'utf8').replaceAll(/ +/g, ' ');
    expect(text).toContain(`| known to be exploited | ${UPDATE_DAYS.exploited} days |`);
    expect(text).toContain(`| critical, high, or not judged yet | ${UPDATE_DAYS.severe} days |`);
    expect(text).toContain(`| others | ${UPDATE_DAYS.other} days |`);
  });
});
