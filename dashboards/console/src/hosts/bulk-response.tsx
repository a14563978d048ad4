/** One command for many hosts: looked at first, then asked for as a job. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CheckField } from '../ui/form-fields.tsx';
import { actions, commandOf, emptyForm, expiryMs, oneHostActions, takingActions } from './command-form.ts';
import { actionLabel, CommandFields } from './response-parts.tsx';
import { previewBulk, requestBulk } from './responses-api.ts';
import type { BulkResponse, JobPreview } from './responses-types.ts';
import { messages } from './responses-messages.ts';

type Props = { readonly ids: readonly string[]; readonly onClose: () => void; readonly onDone: () => void };

const first = { ...emptyForm, servers: false };

function Preview({ preview }: { readonly preview: JobPreview }) {
  const text = useText(messages);
  const left = Object.entries(preview.skipped);
  // Each sample is a host as the kind of job tells it.
  const away = preview.sample.filter(
    (host) => typeof host === 'object' && host !== null && 'online' in host && host.online === false,
  ).length;
  return (
    <div className="vg-notice" role="status" data-testid="bulk-preview">
      <p>
        <strong>{text('responses.previewSum', { changes: preview.changes, total: preview.total })}</strong>
      </p>
      {left.map(([flag, n]) => (
        <p key={flag}>
          {text('responses.previewLeft', {
            n,
            why: text(flag === 'server' ? 'responses.flagServer' : 'responses.flagShared'),
          })}
        </p>
      ))}
      {away > 0 ? <p>{text('responses.previewAway', { n: away })}</p> : null}
      {preview.needsApproval.length > 0 ? <p>{text('responses.previewApproval')}</p> : null}
    </div>
  );
}

export default function BulkResponseDialog({ ids, onClose, onDone }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const draft = useDraft('response:bulk', first);
  const form = draft.value;
  const [seen, setSeen] = useState<{ readonly of: string; readonly preview: JobPreview } | null>(null);
  const command = commandOf(form);
  const body: BulkResponse | null =
    command === null || command.action === 'kill-process' || command.action === 'restore-file'
      ? null
      : {
          agentIds: [...ids],
          command,
          dryRun: form.dryRun,
          includeServers: form.servers,
          reason: form.reason.trim(),
          expiresInMs: expiryMs[form.expiry],
        };
  const key = JSON.stringify(body);
  const shown = seen?.of === key ? seen.preview : null;
  const submit = async () => {
    if (body === null) return undefined;
    const job = await requestBulk(body);
    await client.invalidateQueries({ queryKey: ['hosts', 'responses'] });
    const what = text(actionLabel[form.action]);
    return {
      text: job.state === 'waiting' ? text('responses.asked', { what }) : text('responses.going', { what }),
    };
  };
  return (
    <FormDialog
      title={text('responses.bulkTitle', { n: ids.length })}
      submitLabel={shown === null ? text('responses.preview') : text('responses.submit')}
      danger={shown !== null && takingActions.has(form.action) && !form.dryRun}
      disabled={body === null || form.reason.trim() === '' || shown?.changes === 0}
      testId="bulk-response"
      onSubmit={submit}
      onDone={() => {
        draft.drop();
        onDone();
      }}
      onClose={onClose}
      before={
        shown === null && body !== null
          ? async () => setSeen({ of: key, preview: await previewBulk(body) })
          : undefined
      }
    >
      <CommandFields
        form={form}
        onChange={draft.change}
        actions={actions.filter((action) => !oneHostActions.has(action))}
      />
      <CheckField
        label={text('responses.servers')}
        checked={form.servers}
        onChange={(servers) => draft.change({ servers })}
      />
      {shown === null ? null : <Preview preview={shown} />}
    </FormDialog>
  );
}
