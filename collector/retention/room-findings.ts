/** What is said of budgets and disks, in both languages. Pure: numbers and names come in. */
import type { HouseCondition } from '../alert/house-finding.ts';
import { houseFacts } from '../liveness/house-rules.ts';
import { dayText, type Day } from './day.ts';
import { budgetShare, budgetState, type DayBudget, type DayUsage } from './room-state.ts';

export const ROOM_AGAIN = 'Tự đóng: đã có đủ chỗ trở lại. / Closed by itself: there is room again.';

const GIB = 1_073_741_824;
const gib = (bytes: number): string => (bytes / GIB).toFixed(1);

export interface BudgetLook {
  agencyId: number;
  agencyName: string;
  budget: DayBudget;
  /** The days that count: the last whole one, and today so far. */
  days: readonly { day: Day; usage: DayUsage }[];
}

/** Near its budget, and over it: one of them holds, or none. */
export function budgetConditions({ agencyId, agencyName, budget, days }: BudgetLook): HouseCondition[] {
  const shares = days.map(({ day, usage }) => ({ day, usage, share: budgetShare(budget, usage) }));
  const most = shares.reduce<(typeof shares)[number] | undefined>(
    (top, next) => (top === undefined || next.share > top.share ? next : top),
    undefined,
  );
  const share = most?.share ?? 0;
  const state = budgetState(share);
  const percent = Math.round(share * 100);
  const day = most === undefined ? '-' : dayText(most.day);
  const { events, bytes } = most?.usage ?? { events: 0, bytes: 0 };
  const about = (rule: 'vonggac:budget-near' | 'vonggac:budget-exceeded'): HouseCondition['about'] => ({
    rule: houseFacts(rule, rule === 'vonggac:budget-near' ? 'low' : 'medium', {
      en: `${agencyName}, ${percent} %`,
      vi: `${agencyName}, ${percent} %`,
    }),
    entity: { 'agency.name': agencyName },
    agencyId,
    agentId: null,
    hostname: null,
    message: `${agencyName}, ${day}: ${percent} % hạn mức / of the budget; ${events} sự kiện / events, ${gib(bytes)} GiB`,
    matched: { day, percent, events, bytes, ...budgetFacts(budget) },
  });
  return [
    { holds: state === 'near', about: about('vonggac:budget-near') },
    { holds: state === 'over', about: about('vonggac:budget-exceeded') },
  ];
}

function budgetFacts({ eventsPerDay, bytesPerDay }: DayBudget): Record<string, number> {
  return {
    ...(eventsPerDay === null ? {} : { eventsPerDay }),
    ...(bytesPerDay === null ? {} : { bytesPerDay }),
  };
}

export interface DiskFacts {
  /** Machine that the collector runs on. */
  hostname: string;
  /** Agency at the top of the tree: the disk is everybody's. */
  agencyId: number;
  /** The volume for old days, not the disk that new events go to. */
  isCold?: boolean | undefined;
  freeBytes: number;
  reserveBytes: number;
  daysUntilFull: number | null;
}

export function diskEntity(hostname: string, isCold: boolean): Record<string, string> {
  return { 'host.name': hostname, ...(isCold ? { 'volume.name': 'cold' } : {}) };
}

export function diskCondition(
  rule: 'vonggac:disk-filling' | 'vonggac:disk-full',
  holds: boolean,
  { hostname, agencyId, isCold = false, freeBytes, reserveBytes, daysUntilFull }: DiskFacts,
): HouseCondition {
  const where = isCold ? `${hostname} (cold)` : hostname;
  const [free, reserve] = [gib(freeBytes), gib(reserveBytes)];
  const in_ = daysUntilFull === null ? { en: '', vi: '' } : inDays(daysUntilFull);
  return {
    holds,
    about: {
      rule: houseFacts(rule, rule === 'vonggac:disk-full' ? 'critical' : 'high', {
        en: `${where}, ${free} GiB free${in_.en}`,
        vi: `${where}, còn ${free} GiB${in_.vi}`,
      }),
      entity: diskEntity(hostname, isCold),
      agencyId,
      agentId: null,
      hostname,
      message: `${where}: còn / free ${free} GiB, phải để trống / must stay free ${reserve} GiB${in_.vi}${in_.en}`,
      matched: { freeBytes, reserveBytes, ...(daysUntilFull === null ? {} : { daysUntilFull }) },
    },
  };
}

function inDays(days: number): { en: string; vi: string } {
  return { en: `, full in ${days} days`, vi: `, đầy sau ${days} ngày` };
}
