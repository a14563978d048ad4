/** Notes at the end of a shift: what is open, what changed, what comes next, and whether it was taken over. */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link, navigate } from '../router/router.tsx';
import { useQueryState } from '../router/use-query.ts';
import { useDraft } from '../session/drafts.ts';
import type { PageProps } from '../shell/area.ts';
import { useMay, useMe } from '../shell/me.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { download } from '../ui/download.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { TextArea, TextField } from '../ui/form-fields.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page, Split } from '../ui/page.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { Section, SidePanel } from '../ui/side-panel.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { useListKeys } from '../ui/use-list-keys.ts';
import { actOf } from './case-acts.ts';
import { caseStates, stateTone, stateWords } from './case-words.ts';
import { Due } from './due.tsx';
import { messages } from './handover-messages.ts';
import { readSteps } from './handover-steps.ts';
import { handoversApi, type Handover, type HandoverDetail } from './requests-api.ts';
import './cases.css';

const noHandover = { to: '', hours: '8', note: '', steps: '' };

function WriteHandover({ onClose }: { readonly onClose: () => void }) {
  const text = useText(messages);
  const client = useQueryClient();
  const { value, change, drop } = useDraft('handover:new', noHandover);
  return (
    <FormDialog
      title={text('handover.new')}
      submitLabel={text('handover.write')}
      testId="handover-form"
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        const made = await handoversApi.write({
          to: value.to.trim(),
          hours: Number(value.hours),
          note: value.note.trim(),
          nextSteps: readSteps(value.steps),
        });
        await client.invalidateQueries({ queryKey: ['handovers'] });
        window.setTimeout(() => navigate(pathOf('handovers', String(made.id))), 0);
        return { text: text('handover.written', { to: made.to }) };
      }}
    >
      <div className="vg-form-row">
        <TextField
          label={text('handover.to')}
          required
          maxLength={256}
          value={value.to}
          onChange={(to) => change({ to })}
        />
        <TextField
          label={text('handover.hours')}
          type="number"
          min={1}
          max={168}
          required
          value={value.hours}
          onChange={(hours) => change({ hours })}
        />
      </div>
      <TextArea
        label={text('handover.note')}
        maxLength={16_384}
        value={value.note}
        onChange={(note) => change({ note })}
      />
      <TextArea
        label={text('handover.next')}
        hint={text('handover.nextHint')}
        rows={3}
        value={value.steps}
        onChange={(steps) => change({ steps })}
      />
    </FormDialog>
  );
}

function Body({ detail }: { readonly detail: HandoverDetail }) {
  const text = useText(messages);
  const words = useWords();
  const { language } = useI18n();
  const { body } = detail;
  return (
    <>
      {detail.note === '' ? null : <BlockText value={detail.note} />}
      <Section title={text('handover.cases', { n: body.cases.length })}>
        {body.cases.map((one) => {
          const state = caseStates.find((known) => known === one.state);
          return (
            <div key={one.number} className="vg-handover">
              <span className="vg-line">
                <Link to={pathOf('cases', one.number)}>{one.number}</Link>
                <LineText value={one.title} />
                {state === undefined ? null : (
                  <Badge tone={stateTone[state]}>{words(stateWords[state])}</Badge>
                )}
              </span>
              {one.clocks.map((clock) => (
                <span key={clock.kind} className="vg-hint">
                  <LineText value={language === 'vi' ? clock.titleVi : clock.title} />:{' '}
                  <Due iso={new Date(clock.dueMs).toISOString()} />
                </span>
              ))}
              {one.changes.length === 0 ? null : (
                <span className="vg-hint">
                  <LineText
                    value={one.changes
                      .map(({ action, count }) => `${words(actOf(action))} ×${count}`)
                      .join(' · ')}
                  />
                </span>
              )}
              {one.tasks.length === 0 ? null : (
                <span className="vg-hint">
                  {text('handover.tasks')}{' '}
                  <LineText value={one.tasks.map(({ title }) => title).join(' · ')} />
                </span>
              )}
              {one.nextSteps.map((step) => (
                <span key={step}>
                  → <LineText value={step} />
                </span>
              ))}
            </div>
          );
        })}
        {body.cases.length === 0 ? <p className="vg-hint">{text('handover.noCases')}</p> : null}
        {body.moreCases ? <p className="vg-hint">{text('handover.moreCases')}</p> : null}
      </Section>
    </>
  );
}

function HandoverPanel({ id, closeTo }: { readonly id: string; readonly closeTo: string }) {
  const text = useText(messages);
  const { language } = useI18n();
  const me = useMe();
  const client = useQueryClient();
  const act = useAction();
  const one = useQuery({
    queryKey: ['handovers', 'one', id],
    queryFn: ({ signal }) => handoversApi.one(id, signal),
  });
  const detail = one.data;
  return (
    <SidePanel
      label={text('handover.heading')}
      title={
        detail === undefined
          ? text('handover.heading')
          : text('handover.fromTo', { from: detail.from, to: detail.to })
      }
      openKey={id}
      testId="handover-panel"
      onClose={() => navigate(closeTo)}
      actions={
        detail === undefined ? undefined : (
          <>
            {detail.acknowledgedAt === null && detail.to === me.username ? (
              <Button
                type="primary"
                data-testid="handover-acknowledge"
                onClick={() =>
                  void act.run(async () => {
                    await handoversApi.acknowledge(id);
                    await client.invalidateQueries({ queryKey: ['handovers'] });
                    return { text: text('handover.acknowledged') };
                  })
                }
              >
                {text('handover.acknowledge')}
              </Button>
            ) : null}
            <Button
              onClick={() =>
                void act.run(async () => {
                  await download(`/handovers/${id}/print?language=${language}`, `giao-ca-${id}.html`);
                  return undefined;
                })
              }
            >
              {text('handover.print')}
            </Button>
          </>
        )
      }
    >
      <QueryView query={one}>{(body) => <Body detail={body} />}</QueryView>
    </SidePanel>
  );
}

export default function HandoversPage({ params }: PageProps) {
  const id = params['id'] ?? null;
  const text = useText(messages);
  const query = useQueryState();
  const may = useMay('case:write');
  const list = useInfiniteQuery({
    queryKey: ['handovers', 'list'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => handoversApi.list({ after: pageParam }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const rows = list.data?.pages.flatMap((page) => page.handovers) ?? [];
  const addressOf = (key: string | null) => query.to(key === null ? '/handovers' : pathOf('handovers', key));
  const current = useListKeys({ keys: rows.map((row) => String(row.id)), openKey: id, addressOf });
  const columns: readonly Column<Handover>[] = [
    {
      key: 'at',
      label: text('handover.at'),
      width: '180px',
      cell: (row) => (
        <Link to={addressOf(String(row.id))}>
          <AbsoluteTime iso={row.at} />
        </Link>
      ),
    },
    { key: 'from', label: text('handover.from'), cell: (row) => <LineText value={row.from} /> },
    { key: 'to', label: text('handover.to'), cell: (row) => <LineText value={row.to} /> },
    {
      key: 'cases',
      label: text('handover.open'),
      width: '140px',
      numeric: true,
      needs: 'medium',
      cell: (row) => row.cases,
    },
    {
      key: 'state',
      label: text('handover.state'),
      width: '170px',
      cell: (row) => (
        <Badge tone={row.acknowledgedAt === null ? 'warn' : 'good'}>
          {row.acknowledgedAt === null ? text('handover.waiting') : text('handover.taken')}
        </Badge>
      ),
    },
  ];
  return (
    <Page
      title={text('handover.heading')}
      layout="plain"
      actions={
        may ? (
          <Button
            type="primary"
            data-testid="handover-new"
            aria-haspopup="dialog"
            onClick={() => query.set({ new: '1' })}
          >
            {text('handover.new')}
          </Button>
        ) : null
      }
    >
      <Split
        list={
          <>
            <QueryView query={list}>
              {() =>
                rows.length === 0 ? (
                  <EmptyState title={text('handover.none')}>
                    <p>{text('handover.noneText')}</p>
                  </EmptyState>
                ) : (
                  <DataTable
                    caption={text('handover.heading')}
                    columns={columns}
                    rows={rows}
                    keyOf={(row) => String(row.id)}
                    addressOf={(row) => addressOf(String(row.id))}
                    currentKey={current}
                    testId="handover-row"
                  />
                )
              }
            </QueryView>
            <More query={list} />
          </>
        }
        panel={id === null ? null : <HandoverPanel id={id} closeTo={addressOf(null)} />}
      />
      {query.get('new') === '1' && may ? <WriteHandover onClose={() => query.set({ new: '' })} /> : null}
    </Page>
  );
}
