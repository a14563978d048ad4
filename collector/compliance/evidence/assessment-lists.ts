/**
 * Lists that administrators give, to compare what hosts tell with: allowed software, places to administer from ... A
 * system goes by the lists of everybody, of its agency and its own together. Invariants: a list that nobody gave is not
 * an empty one; an entry that has ended no longer counts.
 */
import net from 'node:net';
import type { BothLanguages } from '../../protocol/posture-policy.ts';
import type { AssessedSystem } from './evidence-kind.ts';

/** What entries of a list look like. `pattern`: text in which `*` stands for anything. */
export type EntryForm = 'pattern' | 'range' | 'domain' | 'mac';

export interface ListForm {
  form: EntryForm;
  title: BothLanguages;
}

export const LIST_FORMS = {
  software: { form: 'pattern', title: { vi: 'phần mềm được phép', en: 'allowed software' } },
  'supported-software': {
    form: 'pattern',
    title: {
      vi: 'phần mềm còn được hỗ trợ, theo nhà cung cấp',
      en: 'software that its maker still supports',
    },
  },
  'admin-sources': {
    form: 'range',
    title: { vi: 'địa chỉ được phép quản trị', en: 'addresses to administer from' },
  },
  'jump-hosts': { form: 'range', title: { vi: 'máy trung gian quản trị', en: 'jump hosts' } },
  vpn: { form: 'range', title: { vi: 'dải địa chỉ VPN', en: 'addresses of the VPN' } },
  resolvers: { form: 'range', title: { vi: 'máy chủ DNS tin cậy', en: 'trusted name servers' } },
  outbound: {
    form: 'range',
    title: { vi: 'địa chỉ máy chủ được phép kết nối ra', en: 'addresses that servers may connect to' },
  },
  devices: { form: 'mac', title: { vi: 'thiết bị đã biết', en: 'known devices' } },
  'shared-accounts': {
    form: 'pattern',
    title: { vi: 'tài khoản dùng chung đã duyệt', en: 'approved shared accounts' },
  },
  'patch-servers': { form: 'domain', title: { vi: 'máy chủ cấp bản vá', en: 'servers for patches' } },
  browsers: {
    form: 'pattern',
    title: { vi: 'trình duyệt và phần mềm thư được phép', en: 'allowed browsers and mail programs' },
  },
  'browser-extensions': {
    form: 'pattern',
    title: { vi: 'tiện ích trình duyệt được phép', en: 'allowed browser extensions' },
  },
  'mail-domains': { form: 'domain', title: { vi: 'tên miền thư', en: 'mail domains' } },
} as const satisfies Record<string, ListForm>;
export type ListKind = keyof typeof LIST_FORMS;

export interface ListEntry {
  value: string;
  /** It counts until then: milliseconds since 1970; undefined: always. */
  untilMs?: number | undefined;
}

export type ListScope = { kind: 'all' } | { kind: 'agency'; id: number } | { kind: 'system'; id: number };

export interface AssessmentList {
  kind: ListKind;
  scope: ListScope;
  entries: readonly ListEntry[];
  /** When it was given: milliseconds since 1970. */
  setMs: number;
}

export interface ListReader {
  /** The lists that held at the moment. */
  at(kinds: readonly ListKind[], atMs: number): Promise<readonly AssessmentList[]>;
}

/** Lists of a kind that hold for the system. */
export function listsFor(
  lists: readonly AssessmentList[],
  kind: ListKind,
  system: Pick<AssessedSystem, 'id' | 'agencyId'>,
): readonly AssessmentList[] {
  return lists.filter((list) => list.kind === kind && holdsFor(list.scope, system));
}

/** @returns what counts for the system, without repetition, in order; undefined: nobody gave such a list */
export function listFor(
  lists: readonly AssessmentList[],
  kind: ListKind,
  system: Pick<AssessedSystem, 'id' | 'agencyId'>,
  atMs: number,
): readonly string[] | undefined {
  const own = listsFor(lists, kind, system);
  if (own.length === 0) return undefined;
  const values = own.flatMap(({ entries }) =>
    entries.flatMap(({ value, untilMs }) => (untilMs === undefined || untilMs > atMs ? [value] : [])),
  );
  return [...new Set(values)].sort();
}

function holdsFor(scope: ListScope, { id, agencyId }: Pick<AssessedSystem, 'id' | 'agencyId'>): boolean {
  if (scope.kind === 'all') return true;
  return scope.id === (scope.kind === 'agency' ? agencyId : id);
}

/** Whether a text fits one of the patterns, case aside. */
export function patternTest(patterns: readonly string[]): (text: string) => boolean {
  const exact = new Set<string>();
  const wild: RegExp[] = [];
  for (const pattern of patterns) {
    const lower = pattern.toLowerCase();
    if (!lower.includes('*')) exact.add(lower);
    // Runs of stars are one: several would make the engine try every way to split a text.
    else wild.push(new RegExp(`^${lower.replaceAll(/\*+/g, '*').split('*').map(quoted).join('[^]*?')}$`));
  }
  return (text) => {
    const lower = text.toLowerCase();
    return exact.has(lower) || wild.some((one) => one.test(lower));
  };
}

function quoted(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Whether an address lies in one of the ranges. What is no address does not. */
export function rangeTest(ranges: readonly string[]): (address: string) => boolean {
  const list = new net.BlockList();
  for (const range of ranges) {
    const found = parseRange(range);
    if (found !== undefined) list.addSubnet(found.address, found.bits, found.family);
  }
  return (text) => {
    // The interface of a link-local address is of no use here.
    const address = text.replace(/%.*$/, '');
    const family = net.isIP(address);
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}

/** @param text an address, or a range in CIDR form; undefined when it is neither */
export function parseRange(
  text: string,
): { address: string; bits: number; family: 'ipv4' | 'ipv6' } | undefined {
  const match = /^([0-9A-Fa-f.:]{2,45})(?:\/(\d{1,3}))?$/.exec(text);
  const address = match?.[1] ?? '';
  const version = net.isIP(address);
  if (version === 0) return undefined;
  const max = version === 6 ? 128 : 32;
  const bits = match?.[2] === undefined ? max : Number(match[2]);
  return bits > max ? undefined : { address, bits, family: version === 6 ? 'ipv6' : 'ipv4' };
}

const PRIVATE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
];
/** Addresses that are of no use on the internet (RFC 1918, 6598, 3927, 4193, 4291). */
export const isPrivateAddress: (address: string) => boolean = rangeTest(PRIVATE);
export const PRIVATE_RANGES: readonly string[] = PRIVATE;

export const LIST_KINDS: readonly ListKind[] = Object.keys(LIST_FORMS).filter(isListKind);

export function isListKind(text: string): text is ListKind {
  return Object.hasOwn(LIST_FORMS, text);
}

const ENTRY_CHARS_MAX = 200;
const DOMAIN = /^(?=.{1,200}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;
const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;

/** What is wrong with an entry; undefined: nothing. */
export function entryProblem(kind: ListKind, value: string): string | undefined {
  if (value === '' || value.length > ENTRY_CHARS_MAX) return `must have 1 to ${ENTRY_CHARS_MAX} characters`;
  if (/\p{Cc}/u.test(value)) return 'must hold no control characters';
  switch (LIST_FORMS[kind].form) {
    case 'range':
      return parseRange(value) === undefined ? 'must be an address or a range such as 10.0.0.0/8' : undefined;
    case 'domain':
      return DOMAIN.test(value) ? undefined : 'must be the name of a host or a domain';
    case 'mac':
      return MAC.test(value) ? undefined : 'must be a hardware address such as 52:54:00:12:34:56';
    case 'pattern':
      return undefined;
  }
}
