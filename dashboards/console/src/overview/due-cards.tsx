/** Legal clocks that run, and what is due for dossiers and reports. */
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { useNow } from '../ui/now.ts';
import { RelativeTime } from '../ui/times.tsx';
import { Card } from './card.tsx';
import type { Due } from './deadlines.ts';
import { deadlineDays, type Clocks } from './overview-api.ts';
import { messages } from './overview-messages.ts';

const shownMax = 6;
const soonDays = 7;
const soonMs = 24 * 3_600_000;

/** A day of the calendar as people here write it, whatever the time zone. */
const day = (iso: string): string => iso.split('-').toReversed().join('/');

const dossierLabel: Readonly<Record<(Due & { source: 'dossier' })['kind'], LabelOf<typeof messages>>> = {
  supplement: 'watch.deadline.supplement',
  appraisal: 'watch.deadline.appraisal',
  approval: 'watch.deadline.approval',
  'expected-approval': 'watch.deadline.expectedApproval',
  'plan-full': 'watch.deadline.planFull',
  'contract-end': 'watch.deadline.contractEnd',
  attestation: 'watch.deadline.attestation',
};

const reportLabel: Readonly<Record<(Due & { source: 'report' })['kind'], LabelOf<typeof messages>>> = {
  'mau-08': 'watch.report.mau08',
  yearly: 'watch.report.yearly',
  monitoring: 'watch.report.monitoring',
  quarterly: 'watch.report.quarterly',
  monthly: 'watch.report.monthly',
};

export function ClocksCard({ clocks }: { readonly clocks: Clocks }) {
  const text = useText(messages);
  const now = useNow();
  const shown = clocks.cases
    .filter(({ clockDueAt }) => clockDueAt !== null)
    .toSorted((a, b) => Date.parse(a.clockDueAt ?? '') - Date.parse(b.clockDueAt ?? ''));
  const tone = (dueAt: string) => {
    const left = Date.parse(dueAt) - now;
    if (left < 0) return 'bad';
    return left < soonMs ? 'warn' : 'quiet';
  };
  return (
    <Card title={text('watch.clockList')} testId="overview-clocks">
      {shown.length === 0 ? <p className="vg-muted">{text('watch.clockNone')}</p> : null}
      <ul className="vg-due">
        {shown.slice(0, shownMax).map((one) => (
          <li key={one.id}>
            <Link to={pathOf('cases', one.number)}>
              <LineText value={`${one.number} ${one.title}`} />
            </Link>
            <Badge tone={tone(one.clockDueAt ?? '')}>
              <RelativeTime iso={one.clockDueAt ?? ''} />
            </Badge>
          </li>
        ))}
      </ul>
      {shown.length > shownMax ? (
        <Link to="/cases?clock=running">{text('watch.more', { n: shown.length - shownMax })}</Link>
      ) : null}
    </Card>
  );
}

function DaysLeft({ days }: { readonly days: number }) {
  const text = useText(messages);
  if (days < 0) return <Badge tone="bad">{text('watch.daysLate', { n: -days })}</Badge>;
  if (days === 0) return <Badge tone="warn">{text('watch.today')}</Badge>;
  return <Badge tone={days <= soonDays ? 'warn' : 'quiet'}>{text('watch.daysLeft', { n: days })}</Badge>;
}

export function DeadlinesCard({ due }: { readonly due: readonly Due[] }) {
  const text = useText(messages);
  return (
    <Card title={text('watch.deadlines')} testId="overview-deadlines">
      {due.length === 0 ? (
        <p className="vg-muted">{text('watch.deadlinesNone', { n: deadlineDays })}</p>
      ) : null}
      <ul className="vg-due">
        {due.slice(0, shownMax).map((one) => (
          <li key={one.key}>
            <span className="vg-due-what">
              <Link to={one.to}>
                {one.source === 'dossier'
                  ? text(dossierLabel[one.kind])
                  : `${text(reportLabel[one.kind])} ${one.period}`}
              </Link>
              <span className="vg-hint">
                {day(one.on)} · <LineText value={one.about} />
              </span>
            </span>
            <DaysLeft days={one.daysLeft} />
          </li>
        ))}
      </ul>
      {due.length > shownMax ? (
        <Link to="/compliance">{text('watch.more', { n: due.length - shownMax })}</Link>
      ) : null}
    </Card>
  );
}
