/** The form of a plan: rings as they are typed, and what the server gets of them. */
import type { RolloutPlan } from './updates-api.ts';

export type RingForm = {
  readonly name: string;
  readonly percent: string;
  /** With commas between. */
  readonly groups: string;
  readonly agencyId: string;
};

export type PlanForm = {
  /** Without the last, which takes everybody. */
  readonly rings: readonly RingForm[];
  readonly healthyPercent: string;
  readonly failedPercentMax: string;
  readonly soakHours: string;
  readonly reason: string;
};

/** As the server has them when nothing is said (UPDATE_DEFAULTS, STANDARD_RINGS). */
export const firstPlan: PlanForm = {
  rings: [
    { name: 'pilot', percent: '1', groups: '', agencyId: '' },
    { name: 'tenth', percent: '10', groups: '', agencyId: '' },
  ],
  healthyPercent: '90',
  failedPercentMax: '5',
  soakHours: '24',
  reason: '',
};

/** The last one takes a place too. */
export const ringsMax = 9;
export const newRing: RingForm = { name: '', percent: '100', groups: '', agencyId: '' };

export function planOf(version: string, form: PlanForm): RolloutPlan {
  const groupsOf = (text: string) =>
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
  return {
    version,
    rings: [
      ...form.rings.map(({ name, percent, groups, agencyId }) => ({
        name: name.trim(),
        percent: Number(percent),
        ...(groupsOf(groups).length === 0 ? {} : { groups: groupsOf(groups) }),
        ...(agencyId === '' ? {} : { agencies: [Number(agencyId)] }),
      })),
      { name: 'all', percent: 100 },
    ],
    healthyPercent: Number(form.healthyPercent),
    failedPercentMax: Number(form.failedPercentMax),
    soakHours: Number(form.soakHours),
    reason: form.reason.trim(),
  };
}
