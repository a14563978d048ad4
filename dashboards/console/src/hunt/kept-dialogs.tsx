/** What one does to a kept hunt: change it, have it run by itself, delete it. Each is for the version that was read. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { visibleString } from '../text/visible-text.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CheckField, SelectField, TextArea, TextField } from '../ui/form-fields.tsx';
import { useAction } from '../ui/use-action.ts';
import {
  changeHunt,
  deleteHunt,
  saveHunt,
  scheduleHunt,
  unscheduleHunt,
  type HuntBody,
  type SavedHunt,
} from './hunt-api.ts';
import { messages } from './kept-messages.ts';

type Props = { readonly hunt: SavedHunt; readonly onClose: () => void };

function useKeptChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['hunt'] });
}

const bodyOf = (hunt: SavedHunt): HuntBody => ({
  name: hunt.name,
  description: hunt.description,
  spanSeconds: hunt.spanSeconds,
  ...(hunt.query === null ? { sigma: hunt.sigma ?? '' } : { query: hunt.query }),
});

export function EditHuntDialog({ hunt, onClose }: Props) {
  const text = useText(messages);
  const changed = useKeptChanged();
  const first = useMemo(
    () => ({
      name: hunt.name,
      description: hunt.description,
      asked: hunt.query ?? hunt.sigma ?? '',
      hours: String(Math.round(hunt.spanSeconds / 3_600)),
    }),
    [hunt],
  );
  const draft = useDraft(`hunt:${hunt.id}:edit`, first);
  const { value, change } = draft;
  return (
    <FormDialog
      title={text('kept.edit')}
      submitLabel={text('kept.save')}
      disabled={value.name.trim() === '' || value.asked.trim() === ''}
      wide
      testId="hunt-edit-form"
      onSubmit={async () => {
        await changeHunt(hunt, {
          name: value.name.trim(),
          description: value.description.trim(),
          spanSeconds: Math.max(1, Number(value.hours) || 24) * 3_600,
          ...(hunt.query === null ? { sigma: value.asked } : { query: value.asked.trim() }),
        });
        await changed();
        return { text: text('kept.changed') };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <TextField
        label={text('kept.name')}
        required
        maxLength={256}
        value={value.name}
        onChange={(name) => change({ name })}
      />
      <TextArea
        label={text(hunt.query === null ? 'kept.sigma' : 'kept.query')}
        code
        required
        rows={hunt.query === null ? 12 : 3}
        value={value.asked}
        onChange={(asked) => change({ asked })}
      />
      <TextArea
        label={text('kept.description')}
        rows={2}
        maxLength={4_096}
        value={value.description}
        onChange={(description) => change({ description })}
      />
      <TextField
        label={text('kept.hours')}
        type="number"
        min={1}
        max={87_840}
        value={value.hours}
        onChange={(hours) => change({ hours })}
      />
    </FormDialog>
  );
}

type How = 'every' | 'daily';

export function ScheduleDialog({ hunt, onClose }: Props) {
  const text = useText(messages);
  const changed = useKeptChanged();
  const first = useMemo(() => {
    const how: How = hunt.schedule?.everyMinutes === null ? 'daily' : 'every';
    return {
      how,
      every: String(hunt.schedule?.everyMinutes ?? 60),
      at: hunt.schedule?.dailyAt ?? '07:30',
      overlap: String(hunt.schedule?.overlapMinutes ?? 60),
      threshold: String(hunt.schedule?.threshold ?? 1),
      enabled: hunt.schedule?.enabled ?? true,
    };
  }, [hunt]);
  const draft = useDraft(`hunt:${hunt.id}:schedule`, first);
  const { value, change } = draft;
  return (
    <FormDialog
      title={text('kept.setSchedule')}
      submitLabel={text('kept.save')}
      testId="hunt-schedule-form"
      onSubmit={async () => {
        await scheduleHunt(hunt, {
          ...(value.how === 'every' ? { everyMinutes: Number(value.every) } : { dailyAt: value.at }),
          overlapMinutes: Number(value.overlap),
          threshold: Number(value.threshold),
          enabled: value.enabled,
        });
        await changed();
        return { text: text('kept.scheduled') };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <div className="vg-form-row">
        <SelectField<How>
          label={text('kept.how')}
          value={value.how}
          onChange={(how) => change({ how })}
          choices={[
            { value: 'every', label: text('kept.how.every') },
            { value: 'daily', label: text('kept.how.daily') },
          ]}
        />
        {value.how === 'every' ? (
          <TextField
            label={text('kept.everyMinutes')}
            hint={text('kept.everyHint')}
            type="number"
            min={15}
            max={44_640}
            required
            value={value.every}
            onChange={(every) => change({ every })}
            testId="hunt-every"
          />
        ) : (
          <TextField
            label={text('kept.dailyAt')}
            type="time"
            required
            value={value.at}
            onChange={(at) => change({ at })}
          />
        )}
      </div>
      <div className="vg-form-row">
        <TextField
          label={text('kept.thresholdField')}
          type="number"
          min={1}
          max={1_000}
          required
          value={value.threshold}
          onChange={(threshold) => change({ threshold })}
        />
        <TextField
          label={text('kept.overlap')}
          hint={text('kept.overlapHint')}
          type="number"
          min={5}
          max={10_080}
          required
          value={value.overlap}
          onChange={(overlap) => change({ overlap })}
        />
      </div>
      <CheckField
        label={text('kept.enabled')}
        checked={value.enabled}
        onChange={(enabled) => change({ enabled })}
      />
    </FormDialog>
  );
}

export function DeleteHuntDialog({ hunt, onClose, onDeleted }: Props & { readonly onDeleted: () => void }) {
  const text = useText(messages);
  const changed = useKeptChanged();
  return (
    <FormDialog
      title={text('kept.deleteTitle')}
      submitLabel={text('kept.delete')}
      danger
      testId="hunt-delete-form"
      onSubmit={async () => {
        await deleteHunt(hunt);
        await changed();
        return {
          text: text('kept.deleted'),
          undo: async () => {
            await saveHunt({ ...bodyOf(hunt), agencyId: hunt.agencyId });
            await changed();
          },
        };
      }}
      onDone={onDeleted}
      onClose={onClose}
    >
      <p>{text('kept.deleteText', { name: visibleString(hunt.name, 200) })}</p>
    </FormDialog>
  );
}

/** Ends the schedule; taking it back sets it anew. */
export function useUnschedule(hunt: SavedHunt): () => void {
  const text = useText(messages);
  const changed = useKeptChanged();
  const action = useAction();
  return () =>
    void action.run(async () => {
      await unscheduleHunt(hunt);
      await changed();
      return { text: text('kept.unscheduled') };
    });
}
