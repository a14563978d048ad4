/** What one does with indicators: add, correct, take out and put back, look for them in what is stored. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useMemo, useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useDraft } from '../session/drafts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { visibleString } from '../text/visible-text.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SelectField, TextField, useFaultOf } from '../ui/form-fields.tsx';
import { errorText } from '../ui/notices.tsx';
import { useAction } from '../ui/use-action.ts';
import {
  addIndicator,
  changeIndicator,
  lookBack,
  standIndicator,
  tlps,
  type Indicator,
} from './indicators-api.ts';
import { messages } from './messages.ts';

/** Words of taking one out and putting it back. */
export const actLabels = { retire: 'ioc.retire', restore: 'ioc.restore' } as const;

type TlpChoice = (typeof tlps)[number] | 'none';
const dayMs = 86_400_000;

function useIndicatorsChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['indicators'] });
}

const endOf = (day: string): string | null => (day === '' ? null : `${day}T23:59:59+07:00`);

type Props = {
  /** Left out: a new one. */
  readonly indicator?: Indicator;
  readonly etag?: string | undefined;
  readonly onClose: () => void;
};

export function IndicatorDialog({ indicator, etag, onClose }: Props) {
  const text = useText(messages);
  const changed = useIndicatorsChanged();
  const first = useMemo(() => {
    const tlp: TlpChoice = indicator?.tlp ?? 'none';
    return {
      value: '',
      source: 'manual',
      confidence: String(indicator?.confidence ?? 80),
      until: indicator?.validUntil?.slice(0, 10) ?? '',
      tlp,
      tags: indicator?.tags.join(', ') ?? '',
      description: indicator?.description ?? '',
    };
  }, [indicator]);
  const draft = useDraft(`indicator:${indicator?.id ?? 'new'}`, first);
  const { value: form, change } = draft;
  const written = {
    confidence: Number(form.confidence),
    validUntil: endOf(form.until),
    tlp: form.tlp === 'none' ? null : form.tlp,
    tags: form.tags
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
    description: form.description.trim(),
  };
  return (
    <FormDialog
      title={text(indicator === undefined ? 'ioc.add' : 'ioc.edit')}
      submitLabel={text('ioc.save')}
      disabled={indicator === undefined && form.value.trim() === ''}
      testId="indicator-form"
      onSubmit={async () => {
        let warning: string | null = null;
        if (indicator !== undefined) await changeIndicator(indicator.id, written, etag);
        else {
          const source = form.source.trim() === '' ? 'manual' : form.source.trim();
          ({ warning } = await addIndicator({ value: form.value.trim(), source, ...written }));
        }
        await changed();
        return { text: warning === null ? text('ioc.saved') : text('ioc.warned', { why: warning }) };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => (
        <>
          {indicator === undefined ? (
            <>
              <ValueField error={error} value={form.value} onChange={(value) => change({ value })} />
              <TextField
                label={text('ioc.source')}
                maxLength={120}
                value={form.source}
                onChange={(source) => change({ source })}
              />
            </>
          ) : null}
          <div className="vg-form-row">
            <TextField
              label={text('ioc.confidence')}
              type="number"
              min={0}
              max={100}
              required
              value={form.confidence}
              onChange={(confidence) => change({ confidence })}
            />
            <TextField
              label={text('ioc.until')}
              hint={text('ioc.forever')}
              type="date"
              value={form.until}
              onChange={(until) => change({ until })}
            />
            <SelectField<TlpChoice>
              label={text('ioc.tlp')}
              value={form.tlp}
              onChange={(tlp) => change({ tlp })}
              choices={[
                { value: 'none', label: '—' },
                ...tlps.map((tlp) => ({ value: tlp, label: `TLP:${tlp.toUpperCase()}` })),
              ]}
            />
          </div>
          <TextField label={text('ioc.tags')} value={form.tags} onChange={(tags) => change({ tags })} />
          <TextField
            label={text('ioc.description')}
            maxLength={500}
            value={form.description}
            onChange={(description) => change({ description })}
          />
        </>
      )}
    </FormDialog>
  );
}

function ValueField({
  error,
  value,
  onChange,
}: {
  readonly error: unknown;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const text = useText(messages);
  const faultOf = useFaultOf(error);
  return (
    <TextField
      label={text('ioc.value')}
      hint={text('ioc.valueHint')}
      required
      maxLength={4_096}
      value={value}
      onChange={onChange}
      fault={faultOf('value')}
      testId="indicator-value"
    />
  );
}

const noReason = { reason: '' };

export function StandDialog({
  indicator,
  act,
  onClose,
}: {
  readonly indicator: Indicator;
  readonly act: 'retire' | 'restore';
  readonly onClose: () => void;
}) {
  const text = useText(messages);
  const changed = useIndicatorsChanged();
  const draft = useDraft(`indicator:${indicator.id}:${act}`, noReason);
  const back = act === 'retire' ? 'restore' : 'retire';
  return (
    <FormDialog
      title={`${text(actLabels[act])}: ${visibleString(indicator.value, 80)}`}
      submitLabel={text(actLabels[act])}
      danger={act === 'retire'}
      disabled={draft.value.reason.trim() === ''}
      testId={`indicator-${act}-form`}
      onSubmit={async () => {
        const reason = draft.value.reason.trim();
        await standIndicator(indicator.id, act, reason);
        await changed();
        return {
          text: text(act === 'retire' ? 'ioc.retired' : 'ioc.restored'),
          undo: async () => {
            await standIndicator(indicator.id, back, reason);
            await changed();
          },
        };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <TextField
        label={text('ioc.reason')}
        required
        maxLength={1_000}
        value={draft.value.reason}
        onChange={(reason) => draft.change({ reason })}
      />
    </FormDialog>
  );
}

export function RetroDialog({ source, onClose }: { readonly source: string; readonly onClose: () => void }) {
  const { t } = useI18n();
  const text = useText(messages);
  const action = useAction();
  const [from, setFrom] = useState(() => new Date(Date.now() - 30 * dayMs).toISOString().slice(0, 10));
  const [only, setOnly] = useState(source);
  const [jobId, setJobId] = useState<string | null>(null);
  return (
    <Dialog title={text('ioc.lookBack')} onClose={onClose}>
      <form
        className="vg-form"
        data-testid="indicator-retro-form"
        onSubmit={(event) => {
          event.preventDefault();
          void action.run(
            async () => {
              const job = await lookBack({
                from: `${from}T00:00:00+07:00`,
                ...(only.trim() === '' ? {} : { source: only.trim() }),
              });
              setJobId(job.id);
              return undefined;
            },
            { quiet: true },
          );
        }}
      >
        <p className="vg-hint">{text('ioc.retroText')}</p>
        <div className="vg-form-row">
          <TextField label={text('ioc.retroFrom')} type="date" required value={from} onChange={setFrom} />
          <TextField
            label={text('ioc.retroSource')}
            hint={text('ioc.retroSourceHint')}
            maxLength={120}
            value={only}
            onChange={setOnly}
          />
        </div>
        {action.error === null ? null : (
          <div className="vg-form-error" role="alert">
            {errorText(action.error, t)}
          </div>
        )}
        <JobProgress id={jobId}>
          {(job) => <p role="status">{text('ioc.retroDone', { n: job.changed })}</p>}
        </JobProgress>
        <div className="vg-form-actions">
          <Button onClick={onClose}>{t(jobId === null ? 'action.cancel' : 'action.close')}</Button>
          <Button type="primary" htmlType="submit" loading={action.busy} disabled={jobId !== null}>
            {text('ioc.lookBack')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
