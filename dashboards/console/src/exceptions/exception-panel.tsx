/** One exception: what it takes and where, who decided, what it hid, and what may be done with it now. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useAgencies } from '../api/agencies.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useMay, useMe } from '../shell/me.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { Facts } from '../ui/facts.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section, SidePanel } from '../ui/side-panel.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { actLabels, ExceptionActDialog } from './exception-acts.tsx';
import { isBy, scopeText, stateTones } from './exception-labels.ts';
import {
  exceptionHistory,
  readException,
  simulate,
  type ExceptionAct,
  type ExceptionDetail,
} from './exceptions-api.ts';
import { kindLabels, stateLabels } from './exception-words.ts';
import { messages } from './messages.ts';
import { RaiseDialog } from './raise-dialog.tsx';
import { SimulationView } from './simulation-view.tsx';

const listMax = 20;

function Actions({
  exception,
  onAct,
  onSimulate,
  onRaise,
}: {
  readonly exception: ExceptionDetail;
  readonly onAct: (what: ExceptionAct) => void;
  readonly onSimulate: () => void;
  readonly onRaise: () => void;
}) {
  const text = useText(messages);
  const me = useMe();
  const mayApprove = useMay('exception:approve');
  const mayAsk = useMay('exception:request');
  const mayRaise = useMay('alert:bulk');
  const own = isBy(exception.requestedBy, me.username);
  const waits = exception.state === 'requested';
  const acts = exception.state === 'approved';
  const hid =
    (exception.state === 'revoked' || exception.state === 'expired') &&
    exception.kind === 'rule' &&
    exception.hidden > 0;
  const button = (what: ExceptionAct, primary = false) => (
    <Button
      size="small"
      type={primary ? 'primary' : 'default'}
      danger={what === 'revoke' || what === 'reject'}
      data-testid={`exception-${what}`}
      aria-haspopup="dialog"
      onClick={() => onAct(what)}
    >
      {text(actLabels[what])}
    </Button>
  );
  return (
    <>
      {waits && mayApprove && !own ? button('approve', true) : null}
      {waits && mayApprove && !own ? button('reject') : null}
      {waits && own ? button('withdraw') : null}
      {acts && mayApprove && !own ? button('extend') : null}
      {acts && (mayApprove || own) ? button('revoke') : null}
      {mayAsk && (waits || acts) ? (
        <Button size="small" onClick={onSimulate} data-testid="exception-try">
          {text('except.simulate')}
        </Button>
      ) : null}
      {hid && mayRaise ? (
        <Button size="small" data-testid="exception-raise" aria-haspopup="dialog" onClick={onRaise}>
          {text('except.raise')}
        </Button>
      ) : null}
      {waits && own && mayApprove ? <span className="vg-hint">{text('except.own')}</span> : null}
    </>
  );
}

function History({ id }: { readonly id: number }) {
  const { dateTime } = useI18n();
  const text = useText(messages);
  const history = useQuery({
    queryKey: ['exceptions', 'history', id],
    queryFn: ({ signal }) => exceptionHistory(id, signal),
    staleTime: 10_000,
  });
  return (
    <Section title={text('except.history')}>
      <QueryView query={history}>
        {({ entries }) => (
          <ul className="vg-list-plain">
            {entries.map((entry) => (
              <li key={entry.id}>
                <LineText value={`${dateTime(entry.at)} · ${entry.actor} · ${entry.action}`} />
                {entry.reason === null ? null : (
                  <div className="vg-hint">
                    <LineText value={entry.reason} />
                  </div>
                )}
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </Section>
  );
}

function Body({ exception }: { readonly exception: ExceptionDetail }) {
  const { number, dateTime } = useI18n();
  const text = useText(messages);
  const agencies = useAgencies();
  const agency = agencies.find(({ id }) => id === exception.agencyId)?.name ?? `#${exception.agencyId}`;
  const by = (actor: string | null, at: string | null) =>
    actor === null ? null : <LineText value={at === null ? actor : `${actor} · ${dateTime(at)}`} />;
  return (
    <>
      <BlockText value={exception.reason} />
      <Facts
        facts={[
          [text('except.scope'), <LineText key="scope" value={scopeText(exception, agency)} />],
          exception.startsAt === null
            ? null
            : [text('except.starts'), <AbsoluteTime key="starts" iso={exception.startsAt} />],
          [text('except.expires'), <AbsoluteTime key="expires" iso={exception.expiresAt} />],
          [text('except.review'), <AbsoluteTime key="review" iso={exception.reviewAt} />],
          [text('except.by'), by(exception.requestedBy, exception.requestedAt)],
          exception.decidedBy === null
            ? null
            : [text('except.decided'), by(exception.decidedBy, exception.decidedAt)],
          exception.endedBy === null
            ? null
            : [text('except.ended'), by(exception.endedBy, exception.endedAt)],
          [
            text('except.hidden'),
            text('except.hiddenN', { n: exception.hidden, hosts: exception.hiddenHosts }),
          ],
        ]}
      />
      <Section title={text('except.condition')}>
        {exception.takesAll ? <p>{text('except.takesAll')}</p> : null}
        {exception.condition === null ? null : <BlockText value={exception.condition} />}
        {exception.window === null ? null : <BlockText value={JSON.stringify(exception.window)} />}
      </Section>
      <Section title={text('except.rules')}>
        {exception.rules === null && exception.categories === null ? <p>{text('except.allRules')}</p> : null}
        <ul className="vg-list-plain">
          {(exception.rules ?? []).map((rule) => (
            <li key={rule}>
              {exception.kind === 'rule' ? (
                <Link to={pathOf('rules', rule)}>
                  <LineText value={rule} />
                </Link>
              ) : (
                <LineText value={rule} />
              )}
            </li>
          ))}
          {(exception.categories ?? []).map((category) => (
            <li key={category}>
              {text('except.categories')}: <LineText value={category} />
            </li>
          ))}
        </ul>
      </Section>
      {exception.where.length === 0 ? null : (
        <Section title={text('except.where')}>
          <ul className="vg-list-plain">
            {exception.where.slice(0, listMax).map((one) => (
              <li key={`${one.ruleId}:${one.agentId}`} className="vg-counted">
                <LineText value={`${one.hostname} · ${one.ruleId}`} />
                <span className="vg-num">{number(one.hidden)}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {exception.proofs.length === 0 ? null : (
        <Section title={text('except.proofs')}>
          <ul className="vg-list-plain">
            {exception.proofs.slice(0, listMax).map((proof) => (
              <li key={proof.detectionId}>
                <span className="vg-hint">
                  <AbsoluteTime iso={proof.time} /> · <LineText value={proof.hostname} />
                </span>
                <code className="vg-one-line">
                  <LineText value={proof.message} />
                </code>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <History id={exception.id} />
    </>
  );
}

export function ExceptionPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const text = useText(messages);
  const [asking, setAsking] = useState<ExceptionAct | null>(null);
  const [jobId, setJobId] = useState<string | null>(null);
  const [raising, setRaising] = useState(false);
  const [raiseId, setRaiseId] = useState<string | null>(null);
  const trial = useAction();
  const query = useQuery({
    queryKey: ['exceptions', 'one', id],
    queryFn: ({ signal }) => readException(id, signal),
    staleTime: 10_000,
  });
  const exception = query.data?.body;
  return (
    <SidePanel
      label={text('except.panel')}
      openKey={id}
      onClose={onClose}
      testId="exception-panel"
      top={
        exception === undefined ? undefined : (
          <span className="vg-menu-button">
            <Badge tone={stateTones[exception.state]}>{text(stateLabels[exception.state])}</Badge>
            {exception.due ? <Badge tone="warn">{text('except.dueBadge')}</Badge> : null}
            <span className="vg-muted">{text(kindLabels[exception.kind])}</span>
          </span>
        )
      }
      title={exception === undefined ? '' : <LineText value={exception.name} />}
      actions={
        exception === undefined ? undefined : (
          <Actions
            exception={exception}
            onAct={setAsking}
            onRaise={() => setRaising(true)}
            onSimulate={() =>
              void trial.run(async () => {
                setJobId((await simulate(exception.id)).id);
                return undefined;
              })
            }
          />
        )
      }
    >
      <JobProgress id={jobId}>{(job) => <SimulationView job={job} />}</JobProgress>
      <JobProgress id={raiseId}>
        {(job) => (
          <p role="status" data-testid="exception-raised">
            {text('except.raiseDone', { n: job.changed })}
          </p>
        )}
      </JobProgress>
      {raising && exception !== undefined ? (
        <RaiseDialog
          id={exception.id}
          onStarted={({ id: job }) => setRaiseId(job)}
          onClose={() => setRaising(false)}
        />
      ) : null}
      <QueryView query={query}>{({ body }) => <Body exception={body} />}</QueryView>
      {exception !== undefined && asking !== null ? (
        <ExceptionActDialog
          exception={exception}
          etag={query.data?.etag}
          what={asking}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </SidePanel>
  );
}
