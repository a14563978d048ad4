/** Who was told of an incident, when, and with which proof; it may meet a legal clock and is never changed. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { dayText } from '../format/day.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { useQueryState } from '../router/use-query.ts';
import { useDraft } from '../session/drafts.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { FileHash } from '../ui/file-hash.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SelectField, TextArea, TextField } from '../ui/form-fields.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { isoOf, localTime } from '../format/local-time.ts';
import { channelWords, noticeWords, toldChannels } from './case-words.ts';
import { casesApi, type CaseDetail, type NewTold } from './cases-api.ts';
import { messages } from './messages.ts';
import { useCaseAct } from './use-case-act.ts';

function ToldForm({
  detail,
  clock,
  onClose,
}: {
  readonly detail: CaseDetail;
  readonly clock: string;
  readonly onClose: () => void;
}) {
  const text = useText(messages);
  const words = useWords();
  const { language } = useI18n();
  const { refresh } = useCaseAct();
  const clocks = useQuery({
    queryKey: ['cases', 'clocks', detail.number],
    queryFn: ({ signal }) => casesApi.clocks(detail.number, signal),
  });
  const notices = useQuery({
    queryKey: ['cases', 'notices', detail.number],
    queryFn: ({ signal }) => casesApi.notices(detail.number, signal),
  });
  const first = useMemo(
    () => ({
      at: localTime(new Date().toISOString()),
      receiver: '',
      channel: 'document-system' as NewTold['channel'],
      number: '',
      on: '',
      sha256: '',
      note: '',
      clockId: clock,
      noticeId: '',
    }),
    [clock],
  );
  const { value, change, drop } = useDraft(`case:${detail.number}:told:${clock}`, first);
  const at = isoOf(value.at);
  return (
    <FormDialog
      title={text('cases.tell')}
      submitLabel={text('cases.save')}
      testId="told-form"
      wide
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        await casesApi.addTold(detail.number, {
          receiver: value.receiver.trim(),
          channel: value.channel,
          number: value.number.trim(),
          on: value.on,
          sha256: value.sha256,
          note: value.note.trim(),
          ...(at === null ? {} : { at }),
          ...(value.clockId === '' ? {} : { clockId: Number(value.clockId) }),
          ...(value.noticeId === '' ? {} : { noticeId: Number(value.noticeId) }),
        });
        await refresh();
        return { text: text('cases.toldSaved') };
      }}
    >
      <div className="vg-form-row">
        <TextField
          label={text('cases.receiver')}
          required
          maxLength={300}
          value={value.receiver}
          testId="told-receiver"
          onChange={(receiver) => change({ receiver })}
        />
        <SelectField
          label={text('cases.channel')}
          value={value.channel}
          choices={toldChannels.map((one) => ({ value: one, label: words(channelWords[one]) }))}
          onChange={(channel) => change({ channel })}
        />
        <TextField
          label={text('cases.when')}
          type="datetime-local"
          required
          value={value.at}
          onChange={(next) => change({ at: next })}
        />
      </div>
      <div className="vg-form-row">
        <TextField
          label={text('cases.docNumber')}
          hint={text('cases.docNumberHint')}
          maxLength={60}
          value={value.number}
          onChange={(number) => change({ number })}
        />
        <TextField
          label={text('cases.docDay')}
          type="date"
          value={value.on}
          onChange={(on) => change({ on })}
        />
      </div>
      <FileHash value={value.sha256} onChange={(sha256) => change({ sha256 })} />
      <div className="vg-form-row">
        <SelectField
          label={text('cases.meetsClock')}
          empty={text('cases.noneChosen')}
          value={value.clockId}
          choices={(clocks.data?.clocks ?? [])
            .filter(({ state }) => state === 'running' || state === 'overdue')
            .map((one) => ({ value: String(one.id), label: language === 'vi' ? one.titleVi : one.title }))}
          onChange={(clockId) => change({ clockId })}
        />
        <SelectField
          label={text('cases.sentNotice')}
          empty={text('cases.noneChosen')}
          value={value.noticeId}
          choices={(notices.data?.notices ?? []).map((one) => ({
            value: String(one.id),
            label: `${words(noticeWords[one.kind])} · ${text('cases.revision', { n: one.revision })}`,
          }))}
          onChange={(noticeId) => change({ noticeId })}
        />
      </div>
      <TextArea
        label={text('cases.note')}
        rows={2}
        maxLength={4_096}
        value={value.note}
        onChange={(note) => change({ note })}
      />
    </FormDialog>
  );
}

export function ToldPart({ detail }: { readonly detail: CaseDetail }) {
  const text = useText(messages);
  const words = useWords();
  const query = useQueryState();
  const may = useMay('case:write');
  const [open, setOpen] = useState(false);
  const clock = query.get('told');
  const told = useQuery({
    queryKey: ['cases', 'told', detail.number],
    queryFn: ({ signal }) => casesApi.told(detail.number, signal),
  });
  return (
    <section className="vg-card">
      <div className="vg-section-head">
        <h2>{text('cases.told')}</h2>
        {may ? (
          <button
            type="button"
            className="vg-button"
            data-testid="told-add"
            aria-haspopup="dialog"
            onClick={() => setOpen(true)}
          >
            {text('cases.tell')}
          </button>
        ) : null}
      </div>
      <QueryView query={told}>
        {({ told: all }) =>
          all.length === 0 ? (
            <p className="vg-hint">{text('cases.nobodyTold')}</p>
          ) : (
            <ul className="vg-plain-list">
              {all.map((one) => (
                <li key={one.id} data-testid="told-row">
                  <span>
                    <strong>
                      <LineText value={one.receiver} />
                    </strong>{' '}
                    · {words(channelWords[one.channel])} · <AbsoluteTime iso={one.at} />
                    {one.number === '' ? null : (
                      <>
                        {' · '}
                        <LineText value={one.number} /> {one.on === '' ? null : dayText(one.on)}
                      </>
                    )}
                    {one.note === '' ? null : (
                      <span className="vg-hint">
                        {' '}
                        <LineText value={one.note} />
                      </span>
                    )}
                    {one.sha256 === '' ? null : (
                      <div className="vg-hash">{text('cases.hash', { hash: one.sha256 })}</div>
                    )}
                  </span>
                  {one.inTime === null ? null : (
                    <Badge tone={one.inTime ? 'good' : 'warn'}>
                      {one.inTime ? text('cases.inTime') : text('cases.late')}
                    </Badge>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      {may && (open || clock !== '') ? (
        <ToldForm
          detail={detail}
          clock={clock}
          onClose={() => {
            setOpen(false);
            query.set({ told: '' });
          }}
        />
      ) : null}
    </section>
  );
}
