/**
 * The test file beside a rule (`<name>.test.yml`): records as an agent sends them, which the rule must or must not match,
 * and for correlations sequences of records with the moments at which it must fire.
 * Pure: text in, records with their times out; who runs them brings normaliser and engine.
 */
import { load } from 'js-yaml';
import { z } from 'zod';
import { isWindowsTemplate, windowsRecord } from './windows-record.ts';

const recordTemplate = z.record(z.string(), z.unknown());

const caseSchema = z.strictObject({ name: z.string().min(1), record: recordTemplate });

const stepSchema = z.strictObject({
  /** Seconds from the start of the sequence. */
  at: z.number().min(0),
  /** The record this many times, `every` seconds apart; `{n}` in its texts counts from 1. */
  repeat: z.int().min(1).max(10_000).default(1),
  every: z.number().min(0).default(0),
  record: recordTemplate,
});

const sequenceSchema = z.strictObject({
  name: z.string().min(1),
  events: z.array(stepSchema).min(1),
  /** Seconds at which the correlation fires, in order; empty for never. */
  fires: z.array(z.number()),
});

const ruleTestSchema = z.union([
  z.strictObject({
    rule: z.uuid(),
    match: z.array(caseSchema).min(2),
    near_miss: z.array(caseSchema).min(2),
  }),
  z.strictObject({ rule: z.uuid(), sequences: z.array(sequenceSchema).min(2) }),
]);

export type RuleTest = z.infer<typeof ruleTestSchema>;
export type RuleTestCase = z.infer<typeof caseSchema>;
export type RuleTestSequence = z.infer<typeof sequenceSchema>;

/** @throws Error that names the file and what is wrong in it. */
export function parseRuleTest(text: string, source: string): RuleTest {
  let value: unknown;
  try {
    value = load(text);
  } catch (error) {
    throw new Error(`${source}: not YAML`, { cause: error });
  }
  const result = ruleTestSchema.safeParse(value);
  if (!result.success) throw new Error(`${source}: ${z.prettifyError(result.error)}`);
  return result.data;
}

const ZONE_MS = 7 * 3_600_000;
const MONTH_NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The moment in the forms that logs use, at UTC+07:00: `{time}` ISO 8601, `{local}` without zone, `{clf}` of web logs. */
function fillTimes(text: string, timeMs: number): string {
  if (!text.includes('{')) return text;
  const local = new Date(timeMs + ZONE_MS).toISOString();
  const [year = '', month = '', day = ''] = local.slice(0, 10).split('-');
  const clock = local.slice(11, 19);
  return text
    .replaceAll('{time}', `${local.slice(0, 23)}+07:00`)
    .replaceAll('{local}', `${local.slice(0, 10)} ${clock}`)
    .replaceAll('{clf}', `${day}/${MONTH_NAMES[Number(month) - 1]}/${year}:${clock} +0700`);
}

/** What a test leaves out of a file's state. */
const FILE_STATE = { type: 'file', size: 10, mode: 0o644, uid: 0, gid: 0, mtimeMs: 1_760_000_000_000 };

function fillState(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? { ...FILE_STATE, ...value } : value;
}

/** `{n}` of a Windows event's values. */
function numbered(template: Readonly<Record<string, unknown>>, n: number): Record<string, unknown> {
  const fill = (value: unknown): unknown =>
    typeof value === 'string' ? value.replaceAll('{n}', String(n)) : value;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [
      key,
      key === 'data' && typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, text]) => [name, fill(text)]))
        : fill(value),
    ]),
  );
}

/** The record as the agent would send it at `timeMs`; `n` fills `{n}`. Not validated. */
export function buildRecord(
  template: Readonly<Record<string, unknown>>,
  timeMs: number,
  n = 1,
): Record<string, unknown> {
  if (isWindowsTemplate(template)) return windowsRecord(numbered(template, n), timeMs);
  const record: Record<string, unknown> = { at: Math.round(timeMs) };
  if (template['kind'] === 'log') record['origin'] = '/var/log/test.log';
  for (const [key, value] of Object.entries(template)) {
    record[key] = typeof value === 'string' ? fillTimes(value.replaceAll('{n}', String(n)), timeMs) : value;
  }
  if (template['kind'] === 'integrity') {
    for (const key of ['before', 'after']) if (key in template) record[key] = fillState(template[key]);
  }
  return record;
}

/** All records of a sequence in time order; equal times keep the order of the file. */
export function buildSequence(
  sequence: RuleTestSequence,
  startMs: number,
): { timeMs: number; record: Record<string, unknown> }[] {
  return sequence.events
    .flatMap(({ at, repeat, every, record }) =>
      Array.from({ length: repeat }, (_, index) => {
        const timeMs = startMs + (at + index * every) * 1000;
        return { timeMs, record: buildRecord(record, timeMs, index + 1) };
      }),
    )
    .sort((a, b) => a.timeMs - b.timeMs);
}
