/** One request beside the list: text and steps, what it is about, answers, reminders, and what one may do with it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useText, useWords } from '../i18n/use-text.ts';
import { alertPath, pathOf } from '../router/location.ts';
import { Link, navigate } from '../router/router.tsx';
import { useMay } from '../shell/me.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { download } from '../ui/download.ts';
import { Facts } from '../ui/facts.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SeverityLabel } from '../ui/severity.tsx';
import { Section, SidePanel } from '../ui/side-panel.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { actOf } from './case-acts.ts';
import { Due } from './due.tsx';
import { AnswerDialog, EditRequestDialog, MoveDialog } from './request-dialogs.tsx';
import { messages } from './request-messages.ts';
import { outcomeOfStep, requestTone, requestWords, stepTone } from './request-words.ts';
import { dispatchPath, requestsApi, type RequestDetail } from './requests-api.ts';

type Open = 'edit' | 'accept' | 'return' | 'cancel' | 'answer' | null;
const asked: ReadonlySet<RequestDetail['state']> = new Set(['sent', 'seen', 'overdue', 'returned']);

function Acts({ detail, etag }: { readonly detail: RequestDetail; readonly etag: string | undefined }) {
  const text = useText(messages);
  const client = useQueryClient();
  const mayWrite = useMay('request:write');
  const mayAnswer = useMay('request:answer');
  const act = useAction();
  const [open, setOpen] = useState<Open>(null);
  const [link, setLink] = useState<string | null>(null);
  const { id, state } = detail;
  const refresh = () => client.invalidateQueries({ queryKey: ['requests'] });
  const waits = asked.has(state);
  return (
    <>
      {mayWrite && state === 'draft' ? (
        <>
          <Button
            type="primary"
            loading={act.busy}
            data-testid="request-send"
            onClick={() =>
              void act.run(async () => {
                await requestsApi.move(id, 'send', {}, etag);
                await refresh();
                return { text: text('request.sent', { agency: detail.agencyName }) };
              })
            }
          >
            {text('request.send')}
          </Button>
          <Button onClick={() => setOpen('edit')}>{text('request.edit')}</Button>
        </>
      ) : null}
      {mayWrite && state === 'answered' ? (
        <>
          <Button type="primary" data-testid="request-accept" onClick={() => setOpen('accept')}>
            {text('request.accept')}
          </Button>
          <Button onClick={() => setOpen('return')}>{text('request.return')}</Button>
        </>
      ) : null}
      {mayAnswer && waits ? (
        <Button
          type={mayWrite ? 'default' : 'primary'}
          data-testid="request-answer"
          onClick={() => setOpen('answer')}
        >
          {text('request.answer')}
        </Button>
      ) : null}
      <Button
        onClick={() =>
          void act.run(async () => {
            await download(dispatchPath(id), `cong-van-${id.slice(0, 8)}.html`);
            return undefined;
          })
        }
      >
        {text('request.dispatch')}
      </Button>
      {mayWrite && waits ? (
        <Button
          onClick={() =>
            void act.run(async () => {
              const made = await requestsApi.link(id, 7);
              setLink(new URL(made.path, window.location.origin).href);
              return undefined;
            })
          }
        >
          {text('request.link')}
        </Button>
      ) : null}
      {mayWrite && state !== 'accepted' && state !== 'cancelled' ? (
        <Button danger onClick={() => setOpen('cancel')}>
          {text('request.cancel')}
        </Button>
      ) : null}
      {link === null ? null : (
        <p className="vg-notice" role="status">
          {text('request.linkTold')} <code className="vg-hash">{link}</code>
        </p>
      )}
      {open === 'edit' ? (
        <EditRequestDialog detail={detail} etag={etag} onClose={() => setOpen(null)} />
      ) : null}
      {open === 'answer' ? <AnswerDialog detail={detail} onClose={() => setOpen(null)} /> : null}
      {open === 'accept' || open === 'return' || open === 'cancel' ? (
        <MoveDialog detail={detail} etag={etag} move={open} onClose={() => setOpen(null)} />
      ) : null}
    </>
  );
}

function Subjects({ detail }: { readonly detail: RequestDetail }) {
  const text = useText(messages);
  return (
    <Section title={text('request.subjects', { n: detail.subjects.length })}>
      <ul className="vg-plain-list">
        {detail.subjects.map((subject) => (
          <li key={subject.place}>
            <span>
              {subject.kind === 'alert' ? (
                <Link to={alertPath(subject.ref)}>
                  <LineText value={subject.title} />
                </Link>
              ) : (
                <LineText value={subject.title} />
              )}
              {subject.hostname === null ? null : (
                <>
                  {' · '}
                  {subject.agentId === null ? (
                    <LineText value={subject.hostname} />
                  ) : (
                    <Link to={pathOf('hosts', subject.agentId)}>
                      <LineText value={subject.hostname} />
                    </Link>
                  )}
                </>
              )}
              {subject.detail === '' ? null : (
                <span className="vg-hint">
                  {' '}
                  <LineText value={subject.detail} />
                </span>
              )}
            </span>
            <AbsoluteTime iso={subject.time} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Answers({ detail }: { readonly detail: RequestDetail }) {
  const text = useText(messages);
  const words = useWords();
  return (
    <Section title={text('request.answers', { n: detail.answers.length })}>
      {detail.answers.length === 0 ? <p className="vg-hint">{text('request.noAnswers')}</p> : null}
      <ol className="vg-note-list">
        {detail.answers.map((answer) => (
          <li key={answer.id} data-testid="request-answer-row">
            <div className="vg-note-head">
              <LineText value={answer.name} />
              <AbsoluteTime iso={answer.at} />
            </div>
            {answer.text === '' ? null : <BlockText value={answer.text} />}
            <ul className="vg-plain-list">
              {answer.steps.map((step) => (
                <li key={step.step}>
                  <span>
                    {step.step}. <LineText value={detail.steps[step.step - 1] ?? ''} />
                    {step.note === '' ? null : (
                      <span className="vg-hint">
                        {' '}
                        <LineText value={step.note} />
                      </span>
                    )}
                  </span>
                  <Badge tone={stepTone[step.outcome]}>{words(outcomeOfStep[step.outcome])}</Badge>
                </li>
              ))}
            </ul>
            {answer.files.map((file) => (
              <div key={file.sha256} className="vg-hash">
                <LineText value={`${file.name} · ${file.sha256}`} />
              </div>
            ))}
          </li>
        ))}
      </ol>
    </Section>
  );
}

export function RequestPanel({ id, closeTo }: { readonly id: string; readonly closeTo: string }) {
  const text = useText(messages);
  const words = useWords();
  const one = useQuery({
    queryKey: ['requests', 'one', id],
    queryFn: ({ signal }) => requestsApi.one(id, signal),
  });
  const history = useQuery({
    queryKey: ['requests', 'history', id],
    queryFn: ({ signal }) => requestsApi.history(id, signal),
  });
  const detail = one.data?.body;
  return (
    <SidePanel
      label={text('request.one')}
      title={detail === undefined ? text('request.one') : <LineText value={detail.title} />}
      top={
        detail === undefined ? undefined : (
          <span className="vg-line">
            <Badge tone={requestTone[detail.state]}>{words(requestWords[detail.state])}</Badge>
            <SeverityLabel severity={detail.severity} />
          </span>
        )
      }
      actions={detail === undefined ? undefined : <Acts detail={detail} etag={one.data?.etag} />}
      openKey={id}
      testId="request-panel"
      onClose={() => navigate(closeTo)}
    >
      <QueryView query={one}>
        {({ body }) => (
          <>
            <Facts
              facts={[
                [text('request.agency'), <LineText key="agency" value={body.agencyName} />],
                [
                  text('request.due'),
                  <>
                    <AbsoluteTime iso={body.dueAt} />
                    {asked.has(body.state) ? (
                      <>
                        {' · '}
                        <Due iso={body.dueAt} urgentHours={24} />
                      </>
                    ) : null}
                  </>,
                ],
                body.nextAt === null
                  ? null
                  : [text('request.nextReminder'), <AbsoluteTime key="next" iso={body.nextAt} />],
                body.stateReason === null
                  ? null
                  : [text('request.reason'), <LineText key="why" value={body.stateReason} />],
                body.dispatch.number === ''
                  ? null
                  : [text('request.number'), <LineText key="number" value={body.dispatch.number} />],
              ]}
            />
            <Section title={text('request.text')}>
              <BlockText value={body.body} />
              <ol className="vg-request-steps">
                {body.steps.map((step) => (
                  <li key={step}>
                    <LineText value={step} />
                  </li>
                ))}
              </ol>
            </Section>
            <Subjects detail={body} />
            <Answers detail={body} />
            <Section title={text('request.history')}>
              <QueryView query={history}>
                {({ events }) => (
                  <ol className="vg-note-list">
                    {events.map((event) => (
                      <li key={event.version}>
                        <AbsoluteTime iso={event.at} /> · <LineText value={words(actOf(event.action))} /> ·{' '}
                        <LineText value={event.actor} />
                        {event.reason === null ? null : (
                          <span className="vg-hint">
                            {' '}
                            <LineText value={event.reason} />
                          </span>
                        )}
                      </li>
                    ))}
                  </ol>
                )}
              </QueryView>
            </Section>
          </>
        )}
      </QueryView>
    </SidePanel>
  );
}
