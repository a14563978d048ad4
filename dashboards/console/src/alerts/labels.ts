/** Words for what an alert holds. */
import type { Alert, AlertState, AlertVerdict } from '../api/types.ts';
import type { LabelOf } from '../i18n/messages.ts';
import type { Language, LabelKey } from '../i18n/translate.ts';
import type { messages } from './alert-messages.ts';

export const stateLabel: Readonly<Record<AlertState, LabelKey>> = {
  new: 'alertState.new',
  acknowledged: 'alertState.acknowledged',
  'in-progress': 'alertState.inProgress',
  closed: 'alertState.closed',
};

type Label = LabelOf<typeof messages>;

export const kindLabel: Readonly<Record<Alert['kind'], Label>> = {
  detection: 'triage.kind.detection',
  fleet: 'triage.kind.fleet',
  risk: 'triage.kind.risk',
  digest: 'triage.kind.digest',
  budget: 'triage.kind.budget',
  house: 'triage.kind.house',
};

export const verdictLabel: Readonly<Record<AlertVerdict, Label>> = {
  'true-positive': 'triage.verdict.truePositive',
  benign: 'triage.verdict.benign',
  'false-positive': 'triage.verdict.falsePositive',
  duplicate: 'triage.verdict.duplicate',
};

/** The title in the person's language, where the rule has it. */
export function titleOf(alert: Pick<Alert, 'title' | 'titleVi'>, language: Language): string {
  return language === 'vi' ? (alert.titleVi ?? alert.title) : alert.title;
}

/** A word for the fields alerts are mostly grouped by; other fields keep their name. */
export const entityLabel: Readonly<Partial<Record<string, LabelKey>>> = {
  'source.domain': 'entity.sourceName',
  'source.ip': 'entity.sourceIp',
  'user.name': 'entity.user',
  'file.path': 'entity.file',
  'host.name': 'entity.host',
  'process.name': 'entity.process',
  'user.actor.name': 'entity.actor',
  'file.directory': 'entity.directory',
  'package.name': 'entity.package',
  'service.name': 'entity.service',
};

/** What an alert groups by, without the host where that is shown as such and something else tells more. */
export function entityEntries(alert: Alert): readonly (readonly [field: string, value: string])[] {
  const entries = Object.entries(alert.entity);
  const others = entries.filter(([field, value]) => field !== 'host.name' || value !== alert.hostname);
  return others.length > 0 ? others : entries;
}

/** The values an alert groups by, in one line. */
export function entityOf(alert: Alert): string {
  return entityEntries(alert)
    .map(([, value]) => value)
    .join(' · ');
}
