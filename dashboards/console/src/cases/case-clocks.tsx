/** Legal clocks of a case: which law, how much time is left, when it was told; what is to be confirmed says so. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isoOf } from '../format/local-time.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useQueryState } from '../router/use-query.ts';
import { useDraft } from '../session/drafts.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SelectField, TextField } from '../ui/form-fields.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { ReasonDialog } from './case-dialogs.tsx';
import { clockTone, clockWords } from './case-words.ts';
import { casesApi, type CaseClock, type CaseDetail } from './cases-api.ts';
import { Due } from './due.tsx';
import { messages } from './messages.ts';
import { useCaseAct } from './use-case-act.ts';

/** C, D: not law that was read. */
export const isDoubtful = (confidence: string): boolean => confidence === 'C' || confidence === 'D';

const noClock = { kind: '', startedAt: '', note: '' };

function StartClock({ number, onClose }: { readonly number: string; readonly onClose: () => void }) {
  const text = useText(messages);
  const { language } = useI18n();
  const { refresh } = useCaseAct();
  const rules = useQuery({
    queryKey: ['cases', 'rules'],
    queryFn: ({ signal }) => casesApi.rules(signal),
    staleTime: 600_000,
  });
  const { value, change, drop } = useDraft(`case:${number}:clock`, noClock);
  const chosen = rules.data?.clocks.find(({ id }) => id === value.kind);
  return (
    <FormDialog
      title={text('cases.startClock')}
      submitLabel={text('cases.start')}
      testId="case-clock-form"
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        const startedAt = isoOf(value.startedAt);
        await casesApi.startClock(number, {
          kind: value.kind,
          ...(startedAt === null ? {} : { startedAt }),
          ...(value.note.trim() === '' ? {} : { note: value.note.trim() }),
        });
        await refresh();
        return { text: text('cases.clockStarted') };
      }}
    >
      <SelectField
        label={text('cases.clock')}
        required
        empty={text('cases.choose')}
        value={value.kind}
        choices={(rules.data?.clocks ?? []).map((clock) => ({
          value: clock.id,
          label: language === 'vi' ? clock.titleVi : clock.title,
        }))}
        hint={
          chosen === undefined ? undefined : (
            <>
              <LineText value={language === 'vi' ? chosen.textVi : chosen.text} /> (
              <LineText value={chosen.source} />
              {chosen.toBeConfirmed ? ` · ${text('cases.toConfirm')}` : ''})
            </>
          )
        }
        onChange={(kind) => change({ kind })}
      />
      <TextField
        label={text('cases.startedAt')}
        hint={text('cases.startedAtHint')}
        type="datetime-local"
        value={value.startedAt}
        onChange={(startedAt) => change({ startedAt })}
      />
      <TextField
        label={text('cases.note')}
        maxLength={1_000}
        value={value.note}
        onChange={(note) => change({ note })}
      />
    </FormDialog>
  );
}

function Clock({ clock, detail }: { readonly clock: CaseClock; readonly detail: CaseDetail }) {
  const text = useText(messages);
  const words = useWords();
  const { language } = useI18n();
  const query = useQueryState();
  const may = useMay('case:write') && detail.whole;
  const [open, setOpen] = useState<'meet' | 'stop' | null>(null);
  const runs = clock.state === 'running' || clock.state === 'overdue';
  return (
    <div className="vg-clock" data-testid="case-clock" data-state={clock.state}>
      <div className="vg-clock-head">
        <strong>
          <LineText value={language === 'vi' ? clock.titleVi : clock.title} />
        </strong>
        <Badge tone={clockTone[clock.state]}>{words(clockWords[clock.state])}</Badge>
      </div>
      {runs ? <Due iso={clock.dueAt} /> : null}
      <span className="vg-hint">
        {text('cases.from')} <AbsoluteTime iso={clock.startedAt} /> {text('cases.until')}{' '}
        <AbsoluteTime iso={clock.dueAt} />
      </span>
      <span className="vg-hint">
        <LineText value={clock.source} />
        {isDoubtful(clock.confidence) ? (
          <>
            {' '}
            <Badge tone="warn">{text('cases.toConfirm')}</Badge>
          </>
        ) : null}
      </span>
      {clock.metAt === null ? null : (
        <span className="vg-hint">
          {text('cases.metAt')} <AbsoluteTime iso={clock.metAt} /> · <LineText value={clock.metNote ?? ''} />
        </span>
      )}
      {clock.stoppedWhy === null ? null : (
        <span className="vg-hint">
          {text('cases.stoppedWhy')} <LineText value={clock.stoppedWhy} />
        </span>
      )}
      {runs && may ? (
        <span className="vg-buttons">
          {clock.needsProof ? (
            <Link to={query.to(pathOf('cases', detail.number), { tab: 'incident', told: String(clock.id) })}>
              {text('cases.tellProof')}
            </Link>
          ) : (
            <button type="button" className="vg-link" aria-haspopup="dialog" onClick={() => setOpen('meet')}>
              {text('cases.meet')}
            </button>
          )}
          <button type="button" className="vg-link" aria-haspopup="dialog" onClick={() => setOpen('stop')}>
            {text('cases.stop')}
          </button>
        </span>
      ) : null}
      {open === null ? null : (
        <ReasonDialog
          title={open === 'meet' ? text('cases.meet') : text('cases.stop')}
          submitLabel={open === 'meet' ? text('cases.meet') : text('cases.stop')}
          hint={open === 'meet' ? text('cases.meetHint') : text('cases.stopHint')}
          draftKey={`case:${detail.number}:clock:${clock.id}:${open}`}
          onClose={() => setOpen(null)}
          onSubmit={async (reason) => {
            if (open === 'meet') await casesApi.meetClock(detail.number, clock.id, reason);
            else await casesApi.stopClock(detail.number, clock.id, reason);
            return { text: open === 'meet' ? text('cases.clockMet') : text('cases.clockStopped') };
          }}
        />
      )}
    </div>
  );
}

export function CaseClocks({ detail }: { readonly detail: CaseDetail }) {
  const text = useText(messages);
  const may = useMay('case:write') && detail.whole && detail.state !== 'closed';
  const [starting, setStarting] = useState(false);
  const clocks = useQuery({
    queryKey: ['cases', 'clocks', detail.number],
    queryFn: ({ signal }) => casesApi.clocks(detail.number, signal),
  });
  return (
    <section className="vg-card">
      <div className="vg-section-head">
        <h2>{text('cases.clocks')}</h2>
        {may ? (
          <button type="button" className="vg-link" aria-haspopup="dialog" onClick={() => setStarting(true)}>
            {text('cases.startClock')}
          </button>
        ) : null}
      </div>
      <QueryView query={clocks}>
        {({ clocks: all }) =>
          all.length === 0 ? (
            <p className="vg-hint">{text('cases.noClocks')}</p>
          ) : (
            all.map((clock) => <Clock key={clock.id} clock={clock} detail={detail} />)
          )
        }
      </QueryView>
      {starting ? <StartClock number={detail.number} onClose={() => setStarting(false)} /> : null}
    </section>
  );
}
