/** Letting a policy out, further or back, each with what it does said before. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useDraft } from '../../session/drafts.ts';
import { visibleString } from '../../text/visible-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { CheckField, SelectField, TextField } from '../../ui/form-fields.tsx';
import {
  rollBack,
  setPolicy,
  widenRollout,
  type Document,
  type HostStatus,
  type Rollout,
  type Version,
} from './policies-api.ts';
import { messages } from './policy-messages.ts';
import { isWhole, sharedHosts, versionText } from './policy-words.ts';

export function usePoliciesChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['policies'] });
}

export function RollbackDialog({
  group,
  rollout,
  versions,
  onClose,
}: {
  readonly group: string;
  readonly rollout: Rollout;
  readonly versions: readonly Version[];
  readonly onClose: () => void;
}) {
  const { dateTime } = useI18n();
  const text = useText(messages);
  const changed = usePoliciesChanged();
  // What ran before it was let out; where all run it, the version before.
  const before =
    rollout.previous === rollout.version
      ? (versions.find(({ version }) => version < rollout.version)?.version ?? 0)
      : rollout.previous;
  const [to, setTo] = useState(String(before));
  return (
    <FormDialog
      title={text('policy.rollbackTitle', { group: visibleString(group, 80) })}
      submitLabel={text('policy.rollback')}
      danger
      testId="policy-rollback-form"
      onSubmit={async () => {
        await rollBack(group, Number(to));
        await changed();
        return {
          text: text('policy.rolledBack', {
            group: visibleString(group, 80),
            to: versionText(Number(to), text),
          }),
          // What was only let out to some is not let out to all by taking this back.
          ...(isWhole(rollout)
            ? {
                undo: async () => {
                  await rollBack(group, rollout.version);
                  await changed();
                },
              }
            : {}),
        };
      }}
      onClose={onClose}
    >
      <p className="vg-hint">{text('policy.rollbackText')}</p>
      <SelectField
        label={text('policy.rollbackTo')}
        value={to}
        onChange={setTo}
        testId="policy-rollback-to"
        choices={[
          ...versions
            .filter(({ version }) => version !== rollout.version)
            .map(({ version, createdAt, comment }) => ({
              value: String(version),
              label: [
                text('policy.version', { n: version }),
                dateTime(createdAt),
                ...(comment === '' ? [] : [visibleString(comment, 60)]),
              ].join(' · '),
            })),
          { value: '0', label: text('policy.own') },
        ]}
      />
    </FormDialog>
  );
}

export function WidenDialog({
  group,
  rollout,
  hosts,
  onClose,
}: {
  readonly group: string;
  readonly rollout: Rollout;
  readonly hosts: number;
  readonly onClose: () => void;
}) {
  const text = useText(messages);
  const changed = usePoliciesChanged();
  const first = useMemo(
    () => ({ percent: '100', haltAbove: String(rollout.failedPercentMax) }),
    [rollout.failedPercentMax],
  );
  const draft = useDraft(`policy:${group}:widen`, first);
  const { value, change } = draft;
  return (
    <FormDialog
      title={text('policy.widenTitle', { group: visibleString(group, 80) })}
      submitLabel={text('policy.widen')}
      testId="policy-widen-form"
      onSubmit={async () => {
        await widenRollout(group, {
          percent: Number(value.percent),
          failedPercentMax: Number(value.haltAbove),
        });
        await changed();
        return { text: text('policy.widened') };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <p className="vg-hint">
        {text('policy.widenText', {
          n: rollout.version,
          k: sharedHosts(hosts, Number(value.percent), rollout.canaries.length),
          all: hosts,
        })}
      </p>
      <Figures
        percent={value.percent}
        haltAbove={value.haltAbove}
        onChange={change}
        percentMin={rollout.state === 'halted' ? 0 : rollout.percent}
      />
    </FormDialog>
  );
}

function Figures({
  percent,
  haltAbove,
  percentMin = 0,
  onChange,
}: {
  readonly percent: string;
  readonly haltAbove: string;
  readonly percentMin?: number;
  readonly onChange: (next: { readonly percent?: string; readonly haltAbove?: string }) => void;
}) {
  const text = useText(messages);
  return (
    <div className="vg-form-row">
      <TextField
        label={text('policy.percent')}
        type="number"
        min={percentMin}
        max={100}
        required
        value={percent}
        onChange={(next) => onChange({ percent: next })}
        testId="policy-percent"
      />
      <TextField
        label={text('policy.haltAbove')}
        type="number"
        min={0}
        max={100}
        required
        value={haltAbove}
        onChange={(next) => onChange({ haltAbove: next })}
      />
    </div>
  );
}

const firstSave = { comment: '', percent: '100', haltAbove: '10', canaries: [] as readonly string[] };

type SaveProps = {
  readonly group: string;
  readonly document: Document;
  /** The newest version when the editor was opened; 0: none. */
  readonly after: number;
  readonly running: number;
  readonly agents: readonly HostStatus[];
  readonly onSaved: () => void;
  readonly onClose: () => void;
};

export function SavePolicyDialog({ group, document, after, running, agents, onSaved, onClose }: SaveProps) {
  const text = useText(messages);
  const changed = usePoliciesChanged();
  const draft = useDraft(`policy:${group}:save`, firstSave);
  const { value, change } = draft;
  const reached = sharedHosts(agents.length, Number(value.percent), value.canaries.length);
  const toggle = (id: string) =>
    change({
      canaries: value.canaries.includes(id)
        ? value.canaries.filter((one) => one !== id)
        : [...value.canaries, id],
    });
  return (
    <FormDialog
      title={text('policy.saveTitle', { n: after + 1, group: visibleString(group, 80) })}
      submitLabel={text('policy.save')}
      testId="policy-save-form"
      onSubmit={async () => {
        const made = await setPolicy({
          group,
          document,
          after,
          comment: value.comment.trim(),
          percent: Number(value.percent),
          failedPercentMax: Number(value.haltAbove),
          ...(value.canaries.length === 0 ? {} : { canaries: [...value.canaries] }),
        });
        await changed();
        onSaved();
        return {
          text: text('policy.saved', { n: made.policy?.version ?? after + 1 }),
          undo: async () => {
            await rollBack(group, running);
            await changed();
          },
        };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <p className="vg-hint" data-testid="policy-effect">
        {reached >= agents.length
          ? text('policy.saveAll', { all: agents.length })
          : text('policy.saveText', { k: reached, all: agents.length, before: versionText(running, text) })}
      </p>
      <TextField
        label={text('policy.comment')}
        required
        autoFocus
        maxLength={1_000}
        value={value.comment}
        onChange={(comment) => change({ comment })}
        testId="policy-comment"
      />
      <Figures percent={value.percent} haltAbove={value.haltAbove} onChange={change} />
      {agents.length === 0 || Number(value.percent) === 100 ? null : (
        <fieldset className="vg-form-set vg-canaries">
          <legend>{text('policy.canaries')}</legend>
          <p className="vg-hint">{text('policy.canariesHint')}</p>
          {agents.map(({ agentId, hostname }) => (
            <CheckField
              key={agentId}
              label={visibleString(hostname, 80)}
              checked={value.canaries.includes(agentId)}
              onChange={() => toggle(agentId)}
            />
          ))}
        </fieldset>
      )}
    </FormDialog>
  );
}
