/** One change of the tree: its plan, what came of it, and the way back while there is one. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { dayText } from '../../format/day.ts';
import { refreshHosts } from '../../hosts/use-hosts.ts';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useMay } from '../../shell/me.ts';
import { useNow } from '../../ui/now.ts';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Section, SidePanel } from '../../ui/side-panel.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import { agenciesKey, cancelChange, type AgencyChange } from './agencies-api.ts';
import { changeKind, changeState, holdingText, planText } from './change-words.ts';
import { messages } from './changes-messages.ts';
import { ReverseDialog } from './reverse-dialog.tsx';

type Props = {
  readonly change: AgencyChange;
  readonly nameOf: (id: number) => string;
  readonly onClose: () => void;
};

export function ChangePanel({ change, nameOf, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const mayWrite = useMay('agency:write');
  const nowMs = useNow();
  const [asking, setAsking] = useState(false);
  const { state, outcome } = change;
  const canReverse =
    state === 'applied' && change.reversibleUntil !== null && Date.parse(change.reversibleUntil) > nowMs;
  const refresh = async () => {
    await client.invalidateQueries({ queryKey: agenciesKey });
    await refreshHosts(client);
  };
  const cancel = async () => {
    await cancelChange(change.id);
    await refresh();
    return { text: text('treeChanges.cancelled') };
  };
  return (
    <SidePanel
      label={text('treeChanges.panel')}
      openKey={String(change.id)}
      testId="change-panel"
      onClose={onClose}
      top={<Badge tone={changeState[state][1]}>{text(changeState[state][0])}</Badge>}
      title={<LineText value={`${text(changeKind[change.kind])}: ${planText(text, change.plan, nameOf)}`} />}
      actions={
        mayWrite && (state === 'planned' || canReverse) ? (
          <Button
            aria-haspopup="dialog"
            size="small"
            onClick={() => setAsking(true)}
            data-testid="change-back"
          >
            {text(state === 'planned' ? 'treeChanges.cancel' : 'treeChanges.reverse')}
          </Button>
        ) : undefined
      }
    >
      {change.problem === '' ? null : (
        <div className="vg-effect">
          <b>{text('treeChanges.problem')}</b>
          <p>
            <LineText value={change.problem} />
          </p>
        </div>
      )}
      <Facts
        facts={[
          [text('treeChanges.on'), dayText(change.on)],
          [text('treeChanges.reason'), <LineText key="r" value={change.plan.reason} />],
          [text('treeChanges.by'), <LineText key="b" value={change.createdBy} />],
          change.appliedAt === null
            ? null
            : [text('treeChanges.applied'), <AbsoluteTime key="a" iso={change.appliedAt} />],
          canReverse && change.reversibleUntil !== null
            ? [text('treeChanges.until'), <AbsoluteTime key="u" iso={change.reversibleUntil} />]
            : null,
        ]}
      />
      {outcome === null ? null : <Outcome outcome={outcome} />}
      {asking && state === 'planned' ? (
        <FormDialog
          title={text('treeChanges.cancel')}
          submitLabel={text('treeChanges.cancel')}
          testId="change-cancel"
          onSubmit={cancel}
          onClose={() => setAsking(false)}
        >
          <p>{text('treeChanges.cancelText')}</p>
        </FormDialog>
      ) : null}
      {asking && canReverse ? (
        <ReverseDialog id={change.id} onDone={refresh} onClose={() => setAsking(false)} />
      ) : null}
    </SidePanel>
  );
}

function Outcome({ outcome }: { readonly outcome: NonNullable<AgencyChange['outcome']> }) {
  const text = useText(messages);
  const { number } = useI18n();
  return (
    <Section title={text('treeChanges.outcome')}>
      <Facts
        facts={[
          [text('treeChanges.endedCount'), number(outcome.ended)],
          [text('treeChanges.movedCount'), number(outcome.agenciesMoved)],
          ...Object.entries(outcome.moved)
            .filter(([, count]) => count > 0)
            .map(([kind, count]) => [holdingText(text, kind), number(count)] as const),
        ]}
      />
    </Section>
  );
}
