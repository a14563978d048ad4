/**
 * Checks of configuration policies that name a control: a host meets it when each of them passes or does not apply to it,
 * and at least one passes. A check whose failure the register accepts leaves the host not met, and excepted.
 */
import { z } from 'zod';
import { controlIdSchema } from '../../../protocol/posture-policy.ts';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { defineKind, type AnyEvidenceKind, type Finding } from '../evidence-kind.ts';
import type { PostureFact } from '../evidence-sources.ts';
import { checkTitles } from '../check-titles.ts';
import { shown } from '../fleet-kind.ts';
import { perHost, showTime } from '../host-findings.ts';

type Own = 'passes' | 'fails' | 'excepted' | 'unreadable' | 'does-not-apply';
type Judged = Omit<Finding<Own>, 'subject'>;

/** Agents tell everything anew at least so often (31 days at most), and may be off for a while. */
const REACH = 'P62D';
const OBSERVED_MAX = 200;

const schema = z
  .strictObject({
    /** All checks that name the control. */
    control: controlIdSchema.optional(),
    /** These checks. */
    checks: z.array(z.string().min(1).max(120)).min(1).max(50).optional(),
    /** Older facts are not looked at. */
    fresh: periodSchema.default({ iso: REACH, months: 0, ms: 62 * 86_400_000 }),
  })
  .refine((asked) => (asked.control === undefined) !== (asked.checks === undefined), {
    message: 'name either a control or checks',
  });
type Asked = z.infer<typeof schema>;

const isAbout =
  ({ control, checks }: Asked) =>
  (fact: PostureFact): boolean =>
    control === undefined ? (checks ?? []).includes(fact.check) : fact.controls.includes(control);

export const postureKind: AnyEvidenceKind = defineKind<
  Asked,
  ReadonlyMap<string, readonly PostureFact[]>,
  Own
>({
  kind: 'posture',
  history: 'events',
  schema,
  reasons: {
    passes: { vi: 'Đạt {passed} điểm kiểm cấu hình', en: '{passed} configuration checks pass' },
    fails: {
      vi: '{failed} điểm kiểm không đạt, trong đó có: {check:check}',
      en: '{failed} configuration checks fail, among them: {check:check}',
    },
    excepted: {
      vi: '{failed} điểm kiểm không đạt nhưng đã được chấp nhận ngoại lệ đến {until}: {check:check}',
      en: '{failed} configuration checks fail and are accepted until {until}: {check:check}',
    },
    unreadable: {
      vi: '{unknown} điểm kiểm chưa đọc được ({code:posture}): {check:check}',
      en: '{unknown} configuration checks could not be read ({code:posture}): {check:check}',
    },
    'does-not-apply': {
      vi: 'Không điểm kiểm nào áp dụng cho máy này ({code:posture})',
      en: 'No configuration check applies to this host ({code:posture})',
    },
  },
  gather: ({ posture }, { hosts, params, atMs }) =>
    posture.read(hosts, {
      controls: [...new Set(params.flatMap(({ control }) => control ?? []))],
      checks: [...new Set(params.flatMap(({ checks }) => checks ?? []))],
      fromMs: Math.min(...params.map(({ fresh }) => periodBefore(atMs, fresh))),
      atMs,
    }),
  judge(params, facts, system, moment) {
    const about = isAbout(params);
    const fromMs = periodBefore(moment.atMs, params.fresh);
    return perHost<Own>(system, moment, ({ id }) => {
      const all = (facts.get(id) ?? []).filter(about);
      const mine = all.filter(({ timeMs }) => timeMs >= fromMs);
      if (mine.length > 0) return judgeHost(mine);
      const [stale] = all.toSorted((one, other) => other.timeMs - one.timeMs);
      if (stale === undefined) return undefined;
      const reason = { code: 'stale', args: { since: showTime(stale.timeMs) } } as const;
      return { result: 'not-assessed', reason, atMs: stale.timeMs };
    });
  },
  explain({ control, checks, fresh }) {
    const said = control === undefined ? (checks ?? []).join(', ') : control;
    return {
      vi: `Kết quả mới nhất của các điểm kiểm cấu hình cho ${said} trên từng máy trong ${fresh.iso} (vonggac posture)`,
      en: `The last results of configuration checks for ${said} on each host within ${fresh.iso} (vonggac posture)`,
    };
  },
});

/** The id, which is said in words where the reason is shown; of a policy of one's own, as the host told it. */
function nameOf({ check, title }: Pick<PostureFact, 'check' | 'title'>): string {
  return title === '' || Object.hasOwn(checkTitles(), check) ? check : shown(`${title} [${check}]`);
}

function judgeHost(facts: readonly PostureFact[]): Judged {
  const atMs = Math.max(...facts.map(({ timeMs }) => timeMs));
  const of = (result: PostureFact['result']) => facts.filter((fact) => fact.result === result);
  const accepted = facts
    .flatMap(({ excepted, ...fact }) => (excepted === undefined ? [] : [{ ...fact, excepted }]))
    .toSorted((one, other) => one.excepted.expiresMs - other.excepted.expiresMs);
  const failed = of('fail').filter(({ excepted }) => excepted === undefined);
  const [open] = failed;
  if (open !== undefined) {
    const args = { failed: failed.length, check: nameOf(open) };
    const observed = open.observed.slice(0, OBSERVED_MAX);
    return { result: 'not-met', reason: { code: 'fails', args }, observed, atMs };
  }
  const unread = of('not-assessed');
  const [unknown] = unread;
  if (unknown !== undefined) {
    const args = {
      unknown: unread.length,
      code: unknown.reasonCode || 'not-tellable',
      check: nameOf(unknown),
    };
    return { result: 'not-assessed', reason: { code: 'unreadable', args }, atMs };
  }
  const [first] = accepted;
  if (first !== undefined) {
    const { excepted } = first;
    const args = { failed: accepted.length, until: showTime(excepted.expiresMs), check: nameOf(first) };
    return { result: 'not-met', reason: { code: 'excepted', args }, atMs, excepted };
  }
  const passed = of('pass').length;
  if (passed > 0) return { result: 'met', reason: { code: 'passes', args: { passed } }, atMs };
  const code = facts[0]?.reasonCode ?? '';
  return {
    result: 'not-applicable',
    reason: { code: 'does-not-apply', args: { code: code || 'platform' } },
    atMs,
  };
}
