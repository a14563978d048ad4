/** The rollout that is open: where it stands in plain words, its rings, and what can be done now. */
import Button from 'antd/es/button';
import { useState } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { useMe } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { ActDialog } from './act-dialog.tsx';
import { Rings } from './rings.tsx';
import { actLabel, actsOf, personOf, ringName, stateLabel, whoText } from './update-words.ts';
import { useMayLetOut, type RingTotals, type Rollout, type RolloutAct } from './updates-api.ts';
import { messages } from './updates-messages.ts';

type Props = { readonly rollout: Rollout; readonly totals: readonly RingTotals[] };

/** Where it stands, and what has to happen. */
function useSaid({ rollout, totals }: Props): string {
  const text = useText(messages);
  const { username } = useMe();
  const { state, rings, ring, healthyPercent, soakHours, failedPercentMax, changedBy, plannedBy } = rollout;
  const who = whoText(changedBy, text);
  switch (state) {
    case 'planned':
      return personOf(plannedBy) === username
        ? text('updates.says.own')
        : text('updates.says.planned', { planner: whoText(plannedBy, text) });
    case 'running':
      return ring >= rings.length - 1
        ? text('updates.says.last')
        : text('updates.says.running', {
            ring: ringName(rings[ring]?.name ?? '', text),
            at: ring + 1,
            of: rings.length,
            percent: healthyPercent,
            hours: soakHours,
          });
    case 'paused':
      return text('updates.says.paused', { who });
    case 'halted': {
      if (personOf(changedBy) !== null) return text('updates.says.halted', { who });
      const open = totals.slice(0, ring + 1);
      const failed = open.reduce((sum, one) => sum + one.failed, 0);
      const applied = open.reduce((sum, one) => sum + one.applied, 0);
      return text('updates.says.haltedAlone', { failed, tried: failed + applied, max: failedPercentMax });
    }
    case 'ended':
      return text('updates.done.end');
  }
}

export function RolloutCard({ rollout, totals }: Props) {
  const text = useText(messages);
  const { dateTime } = useI18n();
  const { username } = useMe();
  const may = useMayLetOut();
  const [act, setAct] = useState<RolloutAct | null>(null);
  const said = useSaid({ rollout, totals });
  const [label, tone] = stateLabel[rollout.state];
  const byAt = (actor: string, iso: string) =>
    text('updates.byAt', { who: whoText(actor, text), time: dateTime(iso) });
  const acts = actsOf[rollout.state].filter(
    (one) => one !== 'start' || personOf(rollout.plannedBy) !== username,
  );
  return (
    <section className="vg-card vg-rollout" data-testid="rollout" data-state={rollout.state}>
      <div className="vg-section-head">
        <h2>
          {text('updates.open', { version: rollout.version })} <Badge tone={tone}>{text(label)}</Badge>
        </h2>
        {may ? (
          <div className="vg-line">
            {acts.map((one) => (
              <Button
                key={one}
                type={one === 'start' || one === 'resume' ? 'primary' : 'default'}
                danger={one === 'halt'}
                aria-haspopup="dialog"
                data-testid={`rollout-${one}`}
                onClick={() => setAct(one)}
              >
                {text(actLabel[one])}
              </Button>
            ))}
          </div>
        ) : null}
      </div>
      <p role="status" data-testid="rollout-says">
        {said}
      </p>
      <Rings rollout={rollout} totals={totals} />
      <Facts
        facts={[
          rollout.reason === ''
            ? null
            : [text('updates.reason'), <LineText key="reason" value={rollout.reason} />],
          // The collector's own reason is in the sentence above, in the reader's language.
          rollout.stateReason === '' || personOf(rollout.changedBy) === null
            ? null
            : [text('updates.stateReason'), <LineText key="state" value={rollout.stateReason} />],
          [text('updates.planned'), byAt(rollout.plannedBy, rollout.plannedAt)],
          rollout.startedBy === null || rollout.startedAt === null
            ? null
            : [text('updates.started'), byAt(rollout.startedBy, rollout.startedAt)],
          [text('updates.changed'), byAt(rollout.changedBy, rollout.changedAt)],
          [
            text('updates.bounds'),
            text('updates.boundsText', {
              healthy: rollout.healthyPercent,
              hours: rollout.soakHours,
              failed: rollout.failedPercentMax,
            }),
          ],
        ]}
      />
      {act === null ? null : <ActDialog rollout={rollout} act={act} onClose={() => setAct(null)} />}
    </section>
  );
}
