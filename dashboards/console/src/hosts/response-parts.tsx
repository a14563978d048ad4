/** Words and shapes for commands to hosts, and the fields of the form that asks for one. */
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { CheckField, SelectField, TextArea, TextField, type Choice } from '../ui/form-fields.tsx';
import {
  expiries,
  faultsOf,
  minutesMax,
  pidMax,
  subjectOf,
  takingActions,
  type CommandField,
  type CommandForm,
  type Expiry,
} from './command-form.ts';
import type { Action, Job, Response, ResponseState } from './responses-types.ts';
import { messages } from './responses-messages.ts';

type Label = LabelOf<typeof messages>;

export const actionLabel: Readonly<Record<Action, Label>> = {
  isolate: 'responseAction.isolate',
  release: 'responseAction.release',
  'kill-process': 'responseAction.kill',
  'quarantine-file': 'responseAction.quarantine',
  'restore-file': 'responseAction.restore',
  'disable-account': 'responseAction.disable',
  'enable-account': 'responseAction.enable',
  'collect-bundle': 'responseAction.bundle',
};

const actionHint: Readonly<Record<Action, Label>> = {
  isolate: 'responseActionHint.isolate',
  release: 'responseActionHint.release',
  'kill-process': 'responseActionHint.kill',
  'quarantine-file': 'responseActionHint.quarantine',
  'restore-file': 'responseActionHint.restore',
  'disable-account': 'responseActionHint.disable',
  'enable-account': 'responseActionHint.enable',
  'collect-bundle': 'responseActionHint.bundle',
};

export const stateLabels: Readonly<Record<ResponseState, readonly [Label, Tone]>> = {
  requested: ['responseState.requested', 'warn'],
  approved: ['responseState.approved', 'info'],
  rejected: ['responseState.rejected', 'quiet'],
  sent: ['responseState.sent', 'info'],
  accepted: ['responseState.accepted', 'info'],
  refused: ['responseState.refused', 'bad'],
  rehearsed: ['responseState.rehearsed', 'good'],
  done: ['responseState.done', 'good'],
  failed: ['responseState.failed', 'bad'],
  undone: ['responseState.undone', 'quiet'],
  unknown: ['responseState.unknown', 'bad'],
  expired: ['responseState.expired', 'quiet'],
};

const jobLabels: Readonly<Record<Job['state'], readonly [Label, Tone]>> = {
  waiting: ['responseJob.waiting', 'warn'],
  queued: ['responseJob.queued', 'info'],
  running: ['responseJob.running', 'info'],
  done: ['responseJob.done', 'good'],
  failed: ['responseJob.failed', 'bad'],
  cancelled: ['responseJob.cancelled', 'quiet'],
  rejected: ['responseJob.rejected', 'quiet'],
};

/** Whether somebody asked for it: the server names people as `user:name`. */
export function isOwn(actor: string, username: string): boolean {
  return actor === username || actor === `user:${username}`;
}

export function ResponseStateBadge({ state }: { readonly state: ResponseState }) {
  const text = useText(messages);
  const [label, tone] = stateLabels[state];
  return <Badge tone={tone}>{text(label)}</Badge>;
}

export function JobStateBadge({ state }: { readonly state: Job['state'] }) {
  const text = useText(messages);
  const [label, tone] = jobLabels[state];
  return <Badge tone={tone}>{text(label)}</Badge>;
}

/** What is done, and to what. */
export function CommandWords({ response }: { readonly response: Response }) {
  const text = useText(messages);
  const subject = subjectOf(response.command);
  return (
    <>
      {text(actionLabel[response.command.action])}
      {subject === '' ? null : (
        <>
          {': '}
          <LineText value={subject} />
        </>
      )}
      {response.dryRun ? <span className="vg-muted"> ({text('responses.rehearsal')})</span> : null}
    </>
  );
}

const expiryLabel: Readonly<Record<Expiry, Label>> = {
  hour: 'responseExpiry.hour',
  day: 'responseExpiry.day',
  week: 'responseExpiry.week',
};

// The same in every language.
const startedExample = '2026-11-26T08:15:04';
const executableExample = '/usr/bin/…';
const shaName = 'SHA-256';

type Props = {
  readonly form: CommandForm;
  readonly onChange: (next: Partial<CommandForm>) => void;
  readonly actions: readonly Action[];
  /** Files that this host keeps in quarantine. */
  readonly quarantined?: readonly Choice<string>[];
};

/** All fields of a command; a field is complained about once something is in it. */
export function CommandFields({ form, onChange, actions, quarantined = [] }: Props) {
  const text = useText(messages);
  const faults = faultsOf(form);
  const fault = (field: CommandField, why: string) =>
    faults.includes(field) && form[field] !== '' ? why : undefined;
  return (
    <>
      <SelectField
        label={text('responses.action')}
        value={form.action}
        onChange={(action) => onChange({ action })}
        choices={actions.map((action) => ({ value: action, label: text(actionLabel[action]) }))}
        hint={text(actionHint[form.action])}
        testId="response-action"
      />
      {form.action === 'isolate' ? (
        <TextField
          label={text('responses.minutes')}
          type="number"
          min={1}
          max={minutesMax}
          value={form.minutes}
          hint={text('responses.minutesHint')}
          fault={fault('minutes', text('responses.faultNumber', { min: 1, max: minutesMax }))}
          onChange={(minutes) => onChange({ minutes })}
        />
      ) : null}
      {form.action === 'kill-process' ? (
        <>
          <TextField
            label={text('responses.pid')}
            type="number"
            min={2}
            max={pidMax}
            value={form.pid}
            fault={fault('pid', text('responses.faultNumber', { min: 2, max: pidMax }))}
            onChange={(pid) => onChange({ pid })}
          />
          <TextField
            label={text('responses.started')}
            value={form.started}
            placeholder={startedExample}
            hint={text('responses.startedHint')}
            fault={fault('started', text('responses.fault'))}
            onChange={(started) => onChange({ started })}
          />
          <TextField
            label={text('responses.executable')}
            value={form.executable}
            placeholder={executableExample}
            fault={fault('executable', text('responses.faultPath'))}
            onChange={(executable) => onChange({ executable })}
          />
        </>
      ) : null}
      {form.action === 'quarantine-file' ? (
        <>
          <TextField
            label={text('responses.path')}
            value={form.path}
            fault={fault('path', text('responses.faultPath'))}
            onChange={(path) => onChange({ path })}
          />
          <TextField
            label={shaName}
            value={form.sha256}
            fault={fault('sha256', text('responses.faultSha'))}
            onChange={(sha256) => onChange({ sha256 })}
          />
        </>
      ) : null}
      {form.action === 'restore-file' ? (
        <SelectField
          label={text('responses.quarantineId')}
          value={form.quarantineId}
          onChange={(quarantineId) => onChange({ quarantineId })}
          choices={quarantined}
          empty="—"
        />
      ) : null}
      {form.action === 'disable-account' || form.action === 'enable-account' ? (
        <TextField
          label={text('responses.user')}
          value={form.user}
          fault={fault('user', text('responses.fault'))}
          onChange={(user) => onChange({ user })}
        />
      ) : null}
      <TextArea
        label={text('responses.reason')}
        hint={text('responses.reasonHint')}
        required
        rows={3}
        maxLength={1_000}
        value={form.reason}
        onChange={(reason) => onChange({ reason })}
        testId="response-reason"
      />
      <SelectField
        label={text('responses.expiresIn')}
        value={form.expiry}
        onChange={(expiry) => onChange({ expiry })}
        choices={expiries.map((expiry) => ({ value: expiry, label: text(expiryLabel[expiry]) }))}
      />
      <CheckField
        label={text('responses.dryRun')}
        hint={text('responses.dryRunHint')}
        checked={form.dryRun}
        onChange={(dryRun) => onChange({ dryRun })}
        testId="response-dry-run"
      />
      {takingActions.has(form.action) && !form.dryRun ? (
        <p className="vg-hint">{text('responses.secondPerson')}</p>
      ) : null}
    </>
  );
}
