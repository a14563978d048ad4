/** What waits for this person: approvals, their own alerts and cases, the shift that is handed to them. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { Link } from '../router/router.tsx';
import { useMay, useMe } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { RelativeTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { Card, Counts } from './card.tsx';
import {
  takeOver,
  useAskedAttestations,
  useAskedExceptions,
  useAskedResponses,
  useHandovers,
  useMyAlerts,
  useMyCases,
  usePendingAgents,
  useWaitingJobs,
} from './overview-api.ts';
import { messages } from './overview-messages.ts';

export type Waits = {
  readonly rows: readonly { readonly name: string; readonly n: number; readonly to: string }[];
  readonly total: number;
  /** Whether the person may approve anything at all. */
  readonly any: boolean;
};

/** What somebody else asked for and this person may decide. */
export function useWaits(): Waits {
  const text = useText(messages);
  const { username } = useMe();
  const self = `user:${username}`;
  const others = <Row,>(rows: readonly Row[] | undefined, by: (row: Row) => string) =>
    rows?.filter((row) => by(row) !== self).length ?? 0;
  const responses = useAskedResponses();
  const exceptions = useAskedExceptions();
  const attestations = useAskedAttestations();
  const jobs = useWaitingJobs();
  const agents = usePendingAgents();
  const rows = [
    {
      name: text('watch.waitResponses'),
      n: others(responses.data?.responses, (row) => row.requestedBy),
      to: '/hosts/responses?state=requested',
    },
    {
      name: text('watch.waitExceptions'),
      n: others(exceptions.data?.exceptions, (row) => row.requestedBy),
      to: '/exceptions?state=requested',
    },
    {
      name: text('watch.waitAttestations'),
      n: others(attestations.data?.attestations, (row) => row.createdBy),
      to: '/compliance/attestations?state=proposed',
    },
    {
      name: text('watch.waitJobs'),
      n: others(jobs.data?.jobs, (row) => row.requestedBy),
      to: '/jobs?state=waiting',
    },
    { name: text('watch.waitHosts'), n: agents.data?.agents.length ?? 0, to: '/hosts/pending' },
  ];
  return {
    rows: rows.filter(({ n }) => n > 0),
    total: rows.reduce((sum, { n }) => sum + n, 0),
    // Known before anything is answered: what is asked is asked for the permission.
    any: [responses, exceptions, attestations, jobs, agents].some(({ isEnabled }) => isEnabled),
  };
}

export function WaitsCard({ waits }: { readonly waits: Waits }) {
  const { number } = useI18n();
  const text = useText(messages);
  return (
    <Card title={text('watch.waits')} testId="overview-waits">
      {waits.rows.length === 0 ? <p className="vg-muted">{text('watch.waitsNone')}</p> : null}
      <Counts rows={waits.rows.map(({ name, n, to }) => ({ name, value: number(n), to }))} />
    </Card>
  );
}

export function MineCard() {
  const { number } = useI18n();
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  const mayHandOver = useMay('case:write');
  const alerts = useMyAlerts();
  const cases = useMyCases();
  const handovers = useHandovers();
  const row = (name: string, n: number, to: string, bad = false) => ({
    name,
    value: number(n),
    to: n === 0 ? undefined : to,
    quiet: n === 0,
    bad: bad && n > 0,
  });
  const waiting = handovers.data?.handovers ?? [];
  return (
    <Card
      title={text('watch.mineTitle')}
      testId="overview-mine"
      aside={mayHandOver ? <Link to="/handovers?new=1">{text('watch.handOver')}</Link> : null}
    >
      <Counts
        rows={[
          row(text('watch.myAlerts'), alerts.data?.total ?? 0, '/alerts?assignee=me'),
          row(text('watch.myLate'), alerts.data?.overdue ?? 0, '/alerts?assignee=me&due=overdue', true),
          row(text('watch.myCases'), cases.data?.total ?? 0, '/cases?assignee=me'),
        ]}
      />
      {waiting.length === 0 ? null : (
        <>
          <h3 className="vg-watch-sub">{text('watch.handovers')}</h3>
          <ul className="vg-due">
            {waiting.map((one) => (
              <li key={one.id}>
                <span className="vg-due-what">
                  <Link to={`/handovers/${one.id}`}>
                    <LineText value={text('watch.handoverFrom', { name: one.from, n: one.cases })} />
                  </Link>
                  <span className="vg-hint">
                    <RelativeTime iso={one.at} />
                  </span>
                </span>
                <Button
                  size="small"
                  loading={action.busy}
                  onClick={() =>
                    void action.run(async () => {
                      await takeOver(one.id);
                      await client.invalidateQueries({ queryKey: ['overview', 'handovers'] });
                      return { text: text('watch.tookOver') };
                    })
                  }
                >
                  {text('watch.takeOver')}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
