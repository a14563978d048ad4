/**
 * What a file of an attack story says: hosts by their role, steps with events, the alerts that must and must not come of
 * them, and the one case that they should form. Pure.
 */
import { z } from 'zod';
import { storyEventSchema } from './story-events.ts';

const text = z.string().min(1).max(2_000);
const roleKey = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'a short name: small letters, digits, dashes');

const UNIT_SECONDS: Readonly<Record<string, number>> = { h: 3_600, m: 60, s: 1 };

/** `1h 5m 20s`, or 0, as seconds. */
export const offsetSchema = z.union([z.int().min(0), z.string()]).transform((value, context): number => {
  if (typeof value === 'number') return value;
  const parts = value.trim().split(/\s+/);
  let seconds = 0;
  for (const part of parts) {
    const [, count, unit = ''] = /^(\d{1,5})([hms])$/.exec(part) ?? [];
    if (count === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'a time from the begin is expected, e.g. 0, 90s or 1h 20m',
      });
      return z.NEVER;
    }
    seconds += Number(count) * (UNIT_SECONDS[unit] ?? 0);
  }
  return seconds;
});

/** A rule by its place below rules/detections, without `.yml`. */
const ruleName = z
  .string()
  .regex(/^[a-z]+\/[a-z0-9-]+$/, 'a rule by its file, e.g. windows/log-clear-command');

const hostSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,63}$/, 'a host name in small letters'),
  platform: z.enum(['windows', 'linux']),
  role: text,
  role_vi: text,
  /** Name of an agency; the root where the collector has none of this name. */
  agency: text,
  address: z.ipv4(),
  /** The account that its processes run as, unless they say another. */
  user: text,
});

const stepSchema = z.strictObject({
  at: offsetSchema,
  on: roleKey,
  what: text,
  what_vi: text,
  technique: z.string().regex(/^T\d{4}(\.\d{3})?$/, 'a technique of ATT&CK, e.g. T1566.001'),
  /** All its events so many times, `every` seconds apart; `{n}` counts from 1. */
  repeat: z.int().min(1).max(500).default(1),
  every: z.number().min(0).max(3_600).default(1),
  events: z.array(storyEventSchema).min(1).max(40),
});

const expectedSchema = z.strictObject({
  rule: ruleName,
  on: roleKey,
  /** Rows of the rule on the host, where it finds several things. */
  times: z.int().min(1).max(50).default(1),
});

export const LINK_KINDS = ['process', 'file', 'domain', 'address', 'user', 'host'] as const;

export const storySchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{3,48}$/, 'small letters, digits, dashes'),
  title: text,
  title_vi: text,
  summary: text,
  summary_vi: text,
  hosts: z.record(roleKey, hostSchema),
  steps: z.array(stepSchema).min(2).max(60),
  alerts: z.array(expectedSchema).min(2),
  /** Rules that must find nothing on its hosts. */
  quiet: z.array(ruleName).default([]),
  case: z.strictObject({
    /** Every one of these hosts is in the one case. */
    hosts: z.array(roleKey).min(1),
    /** The tactics of the case in the order in which they are first seen, as ATT&CK writes them in tags. */
    tactics: z.array(z.string().regex(/^[a-z-]+$/)).min(2),
    /** What leads from host to host, and so must be among the reasons. */
    leads: z.array(z.strictObject({ from: roleKey, to: roleKey, by: z.enum(LINK_KINDS) })).default([]),
    /** What an analyst should say of it in the end. */
    verdict: text,
    verdict_vi: text,
  }),
});

export type Story = z.infer<typeof storySchema>;
export type StoryHost = z.infer<typeof hostSchema>;
export type StoryStep = z.infer<typeof stepSchema>;
