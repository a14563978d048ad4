/**
 * Which hosts a rule means: by agency (with those below), group, host name, address, system and tag. All conditions that
 * are given must hold, each by one of its values. A rule is decided in time that grows with the texts' lengths.
 */
import { z } from 'zod';
import { parsePrefix, plainAddress, withinPrefix } from './address-prefix.ts';

const VALUES_MAX = 200;
const TEXT_MAX = 256;

const texts = z.array(z.string().trim().min(1).max(TEXT_MAX)).min(1).max(VALUES_MAX);

export const hostRuleSchema = z
  .strictObject({
    /** With the agencies below them. */
    agencyIds: z.array(z.int().min(1)).min(1).max(VALUES_MAX).optional(),
    groups: texts.optional(),
    /** `*` for any characters, `?` for one; case does not count. */
    hostnames: texts.optional(),
    /** CIDR or single address, of the last session. */
    addresses: z
      .array(
        z
          .string()
          .trim()
          .max(64)
          .refine(
            (text) => parsePrefix(text) !== undefined,
            'not an address or CIDR prefix, e.g. 10.20.0.0/16',
          ),
      )
      .min(1)
      .max(VALUES_MAX)
      .optional(),
    /** Of the system's name and version, or the platform: `Windows*`, `linux`. */
    os: texts.optional(),
    tags: texts.optional(),
  })
  .refine((rule) => Object.values(rule).some((value) => value !== undefined), 'say at least one condition');
export type HostRule = z.infer<typeof hostRuleSchema>;

export interface RuledHost {
  id: string;
  hostname: string;
  agencyId: number;
  group: string | null;
  /** Of its last session; null before the first. */
  address: string | null;
  platform: string;
  osName: string;
  osVersion: string;
  tags: readonly string[];
}

export type RuleCondition = 'agency' | 'group' | 'hostname' | 'address' | 'os' | 'tag';

/** What came of one condition: what was asked, what the host is, and which value it was by. */
export interface ConditionFound {
  condition: RuleCondition;
  wanted: string[];
  actual: string;
  /** The value that holds; undefined when none does. */
  by: string | undefined;
}

/** Whether a text is of the form, in which `*` is any characters and `?` one. Case does not count. */
export function matchesGlob(form: string, text: string): boolean {
  const [pattern, subject] = [form.toLowerCase(), text.toLowerCase()];
  let [p, s, star, mark] = [0, 0, -1, 0];
  while (s < subject.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p;
      mark = s;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === subject[s])) {
      p += 1;
      s += 1;
    } else if (star >= 0) {
      // The last star takes one character more; earlier stars never need another try.
      mark += 1;
      p = star + 1;
      s = mark;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

interface Check {
  condition: RuleCondition;
  wanted: readonly string[];
  actual: (host: RuledHost) => string;
  holds: (value: string, host: RuledHost) => boolean;
}

/** Answers for hosts. @param isBelow whether an agency is another one or stands below it */
export class HostMatcher {
  readonly #checks: readonly Check[];

  constructor(rule: HostRule, isBelow: (agencyId: number, ancestorId: number) => boolean) {
    const checks: Check[] = [];
    const add = (values: readonly (string | number)[] | undefined, check: Omit<Check, 'wanted'>): void => {
      if (values !== undefined) checks.push({ ...check, wanted: values.map(String) });
    };
    add(rule.groups, {
      condition: 'group',
      actual: ({ group }) => group ?? '',
      holds: (value, { group }) => group !== null && matchesGlob(value, group),
    });
    add(rule.tags, {
      condition: 'tag',
      actual: ({ tags }) => tags.join(', '),
      holds: (value, { tags }) => tags.some((tag) => matchesGlob(value, tag)),
    });
    add(rule.agencyIds, {
      condition: 'agency',
      actual: ({ agencyId }) => String(agencyId),
      holds: (value, { agencyId }) => isBelow(agencyId, Number(value)),
    });
    add(rule.hostnames, {
      condition: 'hostname',
      actual: ({ hostname }) => hostname,
      holds: (value, { hostname }) => matchesGlob(value, hostname),
    });
    add(rule.os, {
      condition: 'os',
      actual: ({ platform, osName, osVersion }) => `${osName} ${osVersion} (${platform})`,
      holds: (value, { platform, osName, osVersion }) =>
        [platform, osName, `${osName} ${osVersion}`].some((text) => matchesGlob(value, text)),
    });
    const ranges = new Map((rule.addresses ?? []).map((prefix) => [prefix, withinPrefix(prefix)]));
    add(rule.addresses, {
      condition: 'address',
      actual: ({ address }) => (address === null ? '' : plainAddress(address)),
      holds: (value, { address }) => address !== null && ranges.get(value)?.(address) === true,
    });
    this.#checks = checks;
  }

  matches(host: RuledHost): boolean {
    return this.#checks.every(({ wanted, holds }) => wanted.some((value) => holds(value, host)));
  }

  /** Each condition of the rule with what came of it. */
  explain(host: RuledHost): ConditionFound[] {
    return this.#checks.map(({ condition, wanted, actual, holds }) => ({
      condition,
      wanted: [...wanted],
      actual: actual(host),
      by: wanted.find((value) => holds(value, host)),
    }));
  }
}
