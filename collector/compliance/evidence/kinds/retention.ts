/**
 * Logs of a system are kept as long as its level asks: what is set, the oldest that is there by the daily proof, and no hole
 * that nobody can explain. A system that is here for less than that has everything since its hosts came.
 */
import { z } from 'zod';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import type { HoleFact, RetentionFact } from '../centre-evidence.ts';
import { ofSystem } from '../centre-findings.ts';
import { defineKind, type AnyEvidenceKind, type Finding } from '../evidence-kind.ts';
import { hostSubject, showTime } from '../host-findings.ts';

type Own = 'kept' | 'young' | 'set-short' | 'gone' | 'begins-late' | 'holes' | 'nothing-kept' | 'unproved';

const DAY_MS = 86_400_000;
/** All hosts of a system may be silent so long, over the holidays of the new year. */
const QUIET_MS = 14 * DAY_MS;
/** Proofs are written daily; an older one says nothing. */
const PROOF_MS = 3 * DAY_MS;

const schema = z.strictObject({ keep: periodSchema });

interface Facts {
  bySystem: ReadonlyMap<number, RetentionFact>;
  byHost: ReadonlyMap<string, HoleFact>;
}

export const retentionKind: AnyEvidenceKind = defineKind<z.infer<typeof schema>, Facts, Own>({
  kind: 'retention',
  history: 'events',
  schema,
  reasons: {
    kept: {
      vi: 'Đặt lưu {months} tháng; bản ghi cũ nhất {oldest}',
      en: '{months} months are set; the oldest record is of {oldest}',
    },
    young: {
      vi: 'Đặt lưu {months} tháng; có đủ từ khi hệ thống được giám sát ({since})',
      en: '{months} months are set; everything since its hosts came is there ({since})',
    },
    'set-short': {
      vi: 'Đặt lưu {months} tháng, yêu cầu {keep}',
      en: '{months} months are set, {keep} is asked for',
    },
    gone: {
      vi: '{rows} bản ghi trong thời gian phải lưu đã bị xoá',
      en: '{rows} records of the time that must be there are gone',
    },
    'begins-late': {
      vi: 'Bản ghi cũ nhất {oldest}, muộn hơn mức phải có {required} mà không rõ lý do',
      en: 'The oldest record is of {oldest}, later than {required}, and nothing says why',
    },
    holes: {
      vi: 'Thiếu {missing} bản ghi không rõ lý do, gần nhất {last}',
      en: '{missing} records are missing and nothing says why, found last at {last}',
    },
    'nothing-kept': {
      vi: 'Chưa có bản ghi nào của hệ thống được lưu trọn một ngày',
      en: 'No record of the system has been kept for a whole day yet',
    },
    unproved: {
      vi: 'Chưa có bằng chứng lưu trữ của ngày (vonggac retention run)',
      en: 'There is no proof of the day yet (vonggac retention run)',
    },
  },
  async gather({ centre }, { systems, params, atMs }) {
    const fromMs = Math.min(...params.map(({ keep }) => periodBefore(atMs, keep)));
    const [bySystem, holes] = [await centre.retention(systems, atMs), await centre.holes(fromMs, atMs)];
    return { bySystem, byHost: new Map(holes.map((hole) => [hole.agentId, hole])) };
  },
  judge({ keep }, { bySystem, byHost }, system, { atMs }) {
    if (system.hosts.length === 0)
      return ofSystem<Own>({ result: 'not-assessed', reason: { code: 'no-hosts', args: {} }, atMs });
    const requiredMs = periodBefore(atMs, keep);
    const holes = system.hosts.flatMap((host): Finding<Own>[] => {
      const hole = byHost.get(host.id);
      if (hole === undefined || hole.lastMs < requiredMs) return [];
      const args = { missing: hole.missing, last: showTime(hole.lastMs) };
      const reason = { code: 'holes', args } as const;
      return [{ subject: hostSubject(host), result: 'not-met', reason, atMs: hole.lastMs }];
    });
    return [...judgeProof(bySystem.get(system.id), { keep: keep.iso, requiredMs, atMs }), ...holes];
  },
  explain: ({ keep }) => ({
    vi: `Thời gian lưu đặt cho cấp độ, bản ghi cũ nhất theo bằng chứng hằng ngày, khoảng trống theo sổ đối soát, ${keep.iso} (vonggac retention proofs; vonggac ledger)`,
    en: `What is set for the level, the oldest record by the daily proof, and holes by the ledger, ${keep.iso} (vonggac retention proofs; vonggac ledger)`,
  }),
});

function judgeProof(
  fact: RetentionFact | undefined,
  { keep, requiredMs, atMs }: { keep: string; requiredMs: number; atMs: number },
): Finding<Own>[] {
  if (fact === undefined || fact.provedMs < atMs - PROOF_MS)
    return ofSystem<Own>({ result: 'not-assessed', reason: { code: 'unproved', args: {} }, atMs });
  const { provedMs, monthsInForce: months, oldestMs, hostsSinceMs, missingRows: rows } = fact;
  const at = { atMs: provedMs };
  // By months, not by days: what is set is in months.
  const keptMs = periodBefore(atMs, { iso: '', months, ms: 0 });
  if (keptMs > requiredMs)
    return ofSystem<Own>({ result: 'not-met', reason: { code: 'set-short', args: { months, keep } }, ...at });
  if (rows > 0) return ofSystem<Own>({ result: 'not-met', reason: { code: 'gone', args: { rows } }, ...at });
  if (oldestMs === undefined || hostsSinceMs === undefined)
    return ofSystem<Own>({ result: 'not-assessed', reason: { code: 'nothing-kept', args: {} }, ...at });
  const dueMs = Math.max(requiredMs, hostsSinceMs);
  if (oldestMs > dueMs + QUIET_MS) {
    const args = { oldest: showTime(oldestMs), required: showTime(dueMs) };
    return ofSystem<Own>({ result: 'not-met', reason: { code: 'begins-late', args }, ...at });
  }
  return hostsSinceMs > requiredMs
    ? ofSystem<Own>({
        result: 'met',
        reason: { code: 'young', args: { months, since: showTime(hostsSinceMs) } },
        ...at,
      })
    : ofSystem<Own>({
        result: 'met',
        reason: { code: 'kept', args: { months, oldest: showTime(oldestMs) } },
        ...at,
      });
}
