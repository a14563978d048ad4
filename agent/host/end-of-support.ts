/**
 * When a system's maker stops mending it, from the makers' own pages. What is not in the table is unknown, and said to
 * be. Dates are the last day on which everybody gets what closes holes, whatever the maker calls that time; `extended`
 * is what is to be had for money or by registration only.
 */
import { isoDay } from '../iso-time.ts';

/** What is in the table was published by then. */
export const KNOWN_AS_OF = '2026-07-03';

export interface Support {
  /** Last day of support that everyone has: YYYY-MM-DD. */
  ends: string;
  /** Last day of paid or community support beyond it. */
  extended?: string | undefined;
  source: string;
}

interface Line {
  /** `ID` of os-release, or `windows`. */
  ids: readonly string[];
  source: string;
  /** By the beginning of the version that decides, e.g. `12`, `22.04`. */
  versions: Readonly<Record<string, readonly [ends: string, extended?: string]>>;
}

const LINES: readonly Line[] = [
  {
    ids: ['debian'],
    source: 'https://wiki.debian.org/DebianReleases',
    versions: {
      '9': ['2020-07-18', '2022-06-30'],
      '10': ['2022-09-10', '2024-06-30'],
      '11': ['2024-08-14', '2026-08-31'],
      '12': ['2026-07-11', '2028-06-30'],
      '13': ['2028-08-09', '2030-06-30'],
    },
  },
  {
    ids: ['ubuntu'],
    source: 'https://ubuntu.com/about/release-cycle',
    versions: {
      '16.04': ['2021-04-30', '2026-04-23'],
      '18.04': ['2023-05-31', '2028-04-26'],
      '20.04': ['2025-05-29', '2030-04-23'],
      '22.04': ['2027-06-01', '2032-04-21'],
      '23.10': ['2024-07-11'],
      '24.04': ['2029-05-31', '2034-04-25'],
      '24.10': ['2025-07-10'],
      '25.04': ['2026-01-15'],
      '25.10': ['2026-07-09'],
      '26.04': ['2031-05-29', '2036-04-23'],
    },
  },
  {
    ids: ['rhel'],
    source: 'https://access.redhat.com/support/policy/updates/errata',
    versions: {
      '6': ['2020-11-30', '2024-06-30'],
      '7': ['2024-06-30', '2028-06-30'],
      '8': ['2029-05-31', '2032-05-31'],
      '9': ['2032-05-31', '2035-05-31'],
      '10': ['2035-05-31', '2038-05-31'],
    },
  },
  {
    ids: ['almalinux'],
    source: 'https://wiki.almalinux.org/release-notes/',
    versions: { '8': ['2029-03-01'], '9': ['2032-05-31'], '10': ['2035-05-31'] },
  },
  {
    ids: ['rocky'],
    source: 'https://wiki.rockylinux.org/rocky/version/',
    versions: { '8': ['2029-05-31'], '9': ['2032-05-31'], '10': ['2035-05-31'] },
  },
  {
    ids: ['ol'],
    source: 'https://www.oracle.com/a/ocom/docs/elsp-lifetime-069338.pdf',
    versions: {
      '7': ['2024-12-31', '2028-06-30'],
      '8': ['2029-07-31', '2032-07-31'],
      '9': ['2032-06-30', '2035-06-30'],
      '10': ['2035-06-30'],
    },
  },
  {
    ids: ['centos'],
    source: 'https://www.centos.org/centos-linux-eol/',
    versions: {
      '6': ['2020-11-30'],
      '7': ['2024-06-30'],
      '8': ['2024-05-31'],
      '9': ['2027-05-31'],
      '10': ['2030-05-31'],
    },
  },
  {
    ids: ['sles', 'sled', 'sles_sap'],
    source: 'https://www.suse.com/lifecycle',
    versions: {
      '11': ['2019-03-31', '2022-03-31'],
      '12.1': ['2017-05-31', '2020-05-31'],
      '12.2': ['2018-03-31', '2021-03-31'],
      '12.3': ['2019-06-30', '2022-06-30'],
      '12.4': ['2020-06-30', '2023-06-30'],
      '12.5': ['2024-10-31', '2027-10-31'],
      '15.1': ['2021-01-31', '2024-01-31'],
      '15.2': ['2021-12-31', '2024-12-31'],
      '15.3': ['2022-12-31', '2025-12-31'],
      '15.4': ['2023-12-31', '2026-12-31'],
      '15.5': ['2024-12-31', '2027-12-31'],
      '15.6': ['2025-12-31', '2028-12-31'],
      '15.7': ['2031-07-31', '2034-07-31'],
      '16.0': ['2027-11-30', '2030-11-30'],
    },
  },
  {
    ids: ['opensuse-leap'],
    source: 'https://en.opensuse.org/Lifetime',
    versions: {
      '15.4': ['2023-12-07'],
      '15.5': ['2024-12-31'],
      '15.6': ['2026-04-30'],
      '16.0': ['2027-10-31'],
    },
  },
  {
    ids: ['amzn'],
    source: 'https://aws.amazon.com/linux/amazon-linux-2023/faqs/',
    versions: { '2018.03': ['2023-12-31'], '2': ['2026-06-30'], '2023': ['2029-06-30'] },
  },
  {
    // By the build. The date is that of Enterprise and Education, the extended one of LTSC or of updates for money. What
    // Microsoft calls extended support closes holes for everybody.
    ids: ['windows'],
    source: 'https://learn.microsoft.com/lifecycle/products/',
    versions: {
      '6.1.7601': ['2020-01-14', '2023-01-10'],
      '6.3.9600': ['2023-01-10'],
      '10.0.14393': ['2019-04-09', '2026-10-13'],
      '10.0.17763': ['2021-05-11', '2029-01-09'],
      '10.0.19042': ['2023-05-09'],
      '10.0.19043': ['2022-12-13'],
      '10.0.19044': ['2024-06-11', '2027-01-12'],
      '10.0.19045': ['2025-10-14', '2028-10-10'],
      '10.0.22000': ['2024-10-08'],
      '10.0.22621': ['2025-10-14'],
      '10.0.22631': ['2026-11-10'],
      '10.0.26100': ['2027-10-12', '2029-10-09'],
      '10.0.26200': ['2028-10-10'],
    },
  },
  {
    ids: ['windows-server'],
    source: 'https://learn.microsoft.com/lifecycle/products/',
    versions: {
      '6.1.7601': ['2020-01-14', '2023-01-10'],
      '6.2.9200': ['2023-10-10', '2026-10-13'],
      '6.3.9600': ['2023-10-10', '2026-10-13'],
      '10.0.14393': ['2027-01-12'],
      '10.0.17763': ['2029-01-09'],
      '10.0.20348': ['2031-10-14'],
      '10.0.26100': ['2034-11-14'],
    },
  },
];

/**
 * @param id of os-release, or `windows` or `windows-server`
 * @param version VERSION_ID of os-release, or the release of Windows with its build, e.g. `10.0.19045`
 * @returns undefined when it is not known
 */
export function supportOf(id: string, version: string): Support | undefined {
  const line = LINES.find(({ ids }) => ids.includes(id));
  if (line === undefined) return undefined;
  // The longest beginning decides: 15.6 before 15.
  const known = Object.keys(line.versions)
    .filter((name) => version === name || version.startsWith(`${name}.`))
    .sort((left, right) => right.length - left.length)[0];
  const dates = known === undefined ? undefined : line.versions[known];
  if (dates === undefined) return undefined;
  return { ends: dates[0], extended: dates[1], source: line.source };
}

/** Facts of an operating system's support at a moment, in the words of the inventory. */
export function supportFacts(id: string, version: string, nowMs: number): Record<string, string> {
  const support = supportOf(id, version);
  if (support === undefined) return { support: 'unknown', supportKnownAsOf: KNOWN_AS_OF };
  const today = isoDay(nowMs);
  const extended = support.extended !== undefined && today <= support.extended;
  return {
    support: today <= support.ends ? 'supported' : extended ? 'extended-only' : 'ended',
    supportEnds: support.ends,
    extendedSupportEnds: support.extended ?? '',
    supportSource: support.source,
    supportKnownAsOf: KNOWN_AS_OF,
  };
}
