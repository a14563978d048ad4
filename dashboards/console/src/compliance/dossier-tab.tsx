/** The dossier of a system's level: how far it is, level and decision with their papers, what does not fit together, history. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { dayText } from '../format/day.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { Facts, type Fact } from '../ui/facts.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { complianceApi, type Dossier, type SystemView } from './compliance-api.ts';
import { bodyWords, dossierTone, dossierWords, planWords, profileWords } from './compliance-words.ts';
import { ConfidenceMark } from './control-panel.tsx';
import { DossierForm } from './dossier-form.tsx';
import { messages } from './dossier-messages.ts';
import { Papers } from './papers.tsx';

const Questionnaire = lazy(() => import('./questionnaire.tsx'));

function useFacts(): (dossier: Dossier) => readonly (Fact | null)[] {
  const text = useText(messages);
  const words = useWords();
  const { number } = useI18n();
  const day = (value: string | null) => (value === null ? null : dayText(value));
  const line = (value: string | null) => (value === null ? null : <LineText value={value} />);
  const level = (value: number | null) => (value === null ? null : text('dossier.levelN', { level: value }));
  return ({ facts }) => {
    const decision = (paper: string | null, on: string | null, by: keyof typeof bodyWords | null) =>
      paper === null && on === null && by === null ? null : (
        <>
          {line(paper)} {on === null ? null : dayText(on)} {by === null ? null : `· ${words(bodyWords[by])}`}
        </>
      );
    const known = (name: string, value: React.ReactNode): Fact | null =>
      value === null || value === undefined ? null : [name, value];
    return [
      [text('dossier.profile'), words(profileWords[facts.lawProfile])],
      [text('dossier.proposed'), level(facts.proposedLevel)],
      [text('dossier.decided'), level(facts.decidedLevel)],
      known(text('dossier.levelReason'), line(facts.levelReason)),
      known(text('dossier.submitted'), day(facts.submittedOn)),
      known(
        text('dossier.appraisal'),
        decision(facts.appraisalNumber, facts.appraisedOn, facts.appraisalBody),
      ),
      known(text('dossier.approval'), decision(facts.approvalNumber, facts.approvedOn, facts.approvalBody)),
      known(text('dossier.regulation'), decision(facts.regulationNumber, facts.regulationOn, null)),
      known(text('dossier.expectedApproval'), day(facts.expectedApprovalOn)),
      known(text('dossier.plan'), facts.plan === null ? null : words(planWords[facts.plan])),
      known(text('dossier.expectedFull'), day(facts.expectedFullOn)),
      [
        text('dossier.checks'),
        [
          facts.checkedBeforeUse ? text('dossier.beforeUse') : null,
          facts.checkedPeriodically ? text('dossier.periodic') : null,
        ]
          .filter((one) => one !== null)
          .join(', ') || null,
      ],
      known(text('dossier.checkedOn'), day(facts.checkedOn)),
      known(text('dossier.expectedPcs'), facts.expectedPcs === null ? null : number(facts.expectedPcs)),
      known(
        text('dossier.expectedServers'),
        facts.expectedServers === null ? null : number(facts.expectedServers),
      ),
      known(text('dossier.basicSubjects'), facts.basicSubjects === null ? null : number(facts.basicSubjects)),
      known(
        text('dossier.sensitiveSubjects'),
        facts.sensitiveSubjects === null ? null : number(facts.sensitiveSubjects),
      ),
      facts.rented
        ? [
            text('dossier.provider'),
            <>
              {line(facts.providerName)} {line(facts.contractNumber)} {day(facts.contractUntil)}
            </>,
          ]
        : null,
      known(text('dossier.regulationKept'), line(facts.regulationKept)),
      known(text('dossier.note'), line(facts.note)),
    ];
  };
}

function Answers({ dossier }: { readonly dossier: Dossier }) {
  const text = useText(messages);
  const answers = useQuery({
    queryKey: ['compliance', 'answers', dossier.id],
    queryFn: ({ signal }) => complianceApi.answers(dossier.id, signal),
  });
  const criteria = useQuery({
    queryKey: ['compliance', 'criteria', dossier.facts.lawProfile],
    queryFn: ({ signal }) => complianceApi.criteria(dossier.facts.lawProfile, signal),
    staleTime: 600_000,
  });
  const { language } = useI18n();
  const textOf = (question: string, answer: string) => {
    const found = criteria.data?.questions.find(({ id }) => id === question);
    return found?.answers.find(({ id }) => id === answer)?.text[language] ?? `${question}=${answer}`;
  };
  const given = answers.data?.given ?? null;
  if (given === null) return <p className="vg-hint">{text('dossier.notAnswered')}</p>;
  return (
    <>
      <p>
        {given.outcome.level === null
          ? text('dossier.leadsNowhere')
          : text('dossier.leadsTo', { level: given.outcome.level })}
        {given.outcome.isComplete
          ? null
          : ` · ${text('dossier.incomplete', { n: given.outcome.missing.length })}`}
      </p>
      <ul className="vg-plain-list">
        {given.outcome.decided.map((one) => (
          <li key={`${one.question}:${one.answer}`}>
            <span>
              {textOf(one.question, one.answer)} <span className="vg-hint">{one.clause}</span>{' '}
              {one.confidence === 'D' ? <ConfidenceMark confidence="D" /> : null}
            </span>
            <span>{text('dossier.levelN', { level: one.level })}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function History({ dossier }: { readonly dossier: Dossier }) {
  const text = useText(messages);
  const words = useWords();
  const history = useQuery({
    queryKey: ['compliance', 'dossier-history', dossier.id, dossier.version],
    queryFn: ({ signal }) => complianceApi.dossierHistory(dossier.id, signal),
  });
  return (
    <QueryView query={history}>
      {({ versions }) => (
        <ol className="vg-plain-list">
          {versions.map((version) => (
            <li key={version.version}>
              <span>
                <AbsoluteTime iso={version.at} /> · <LineText value={version.actor} />
                {version.reason === null ? null : (
                  <span className="vg-hint">
                    {' '}
                    <LineText value={version.reason} />
                  </span>
                )}
              </span>
              {version.facts === null ? (
                text('dossier.takenAway')
              ) : (
                <span className="vg-hint">{words(dossierWords[version.facts.status])}</span>
              )}
            </li>
          ))}
        </ol>
      )}
    </QueryView>
  );
}

function One({ dossier, system }: { readonly dossier: Dossier; readonly system: SystemView }) {
  const text = useText(messages);
  const words = useWords();
  const factsOf = useFacts();
  const may = useMay('compliance:write');
  const [open, setOpen] = useState<'edit' | 'answers' | null>(null);
  return (
    <section className="vg-card" data-testid="dossier">
      <div className="vg-section-head">
        <h2>
          {text('dossier.heading')}{' '}
          <Badge tone={dossierTone[dossier.facts.status]}>{words(dossierWords[dossier.facts.status])}</Badge>
          {dossier.facts.endedOn === null ? null : (
            <span className="vg-hint"> {text('dossier.ended', { day: dayText(dossier.facts.endedOn) })}</span>
          )}
        </h2>
        {may ? (
          <span className="vg-buttons">
            <button
              type="button"
              className="vg-button"
              data-testid="dossier-answers"
              aria-haspopup="dialog"
              onClick={() => setOpen('answers')}
            >
              {text('dossier.answer')}
            </button>
            <button
              type="button"
              className="vg-button"
              data-testid="dossier-edit"
              aria-haspopup="dialog"
              onClick={() => setOpen('edit')}
            >
              {text('dossier.edit')}
            </button>
          </span>
        ) : null}
      </div>
      <div className="vg-wide-facts">
        <Facts facts={factsOf(dossier)} />
      </div>
      <section className="vg-panel-section">
        <h3>{text('dossier.questionnaire')}</h3>
        <Answers dossier={dossier} />
      </section>
      <details className="vg-panel-section">
        <summary>{text('dossier.history')}</summary>
        <History dossier={dossier} />
      </details>
      {open === 'edit' ? (
        <DossierForm dossier={dossier} system={system} onClose={() => setOpen(null)} />
      ) : null}
      {open === 'answers' ? (
        <Suspense fallback={null}>
          <Questionnaire dossier={dossier} onClose={() => setOpen(null)} />
        </Suspense>
      ) : null}
    </section>
  );
}

export function DossierTab({ system }: { readonly system: SystemView }) {
  const text = useText(messages);
  const { language } = useI18n();
  const may = useMay('compliance:write');
  const client = useQueryClient();
  const action = useAction();
  const id = String(system.id);
  const dossiers = useQuery({
    queryKey: ['compliance', 'dossiers', id],
    queryFn: ({ signal }) => complianceApi.dossiers(id, signal),
  });
  const findings = useQuery({
    queryKey: ['compliance', 'dossier-findings', id],
    queryFn: ({ signal }) => complianceApi.findings({ systemId: id }, signal),
  });
  const begin = () =>
    void action.run(async () => {
      await complianceApi.beginDossier(id, { lawProfile: system.lawProfile });
      await client.invalidateQueries({ queryKey: ['compliance'] });
      return { text: text('dossier.begun') };
    });
  return (
    <div className="vg-stack">
      {(findings.data?.findings.length ?? 0) === 0 ? null : (
        <section className="vg-card" data-testid="dossier-findings">
          <h2>{text('dossier.doesNotFit')}</h2>
          <ul className="vg-plain-list">
            {findings.data?.findings.map((finding) => (
              <li key={`${finding.code}:${finding.field}:${finding.dossierId ?? 0}`}>
                <span>{finding.text[language]}</span>
                <Badge tone={finding.severity === 'error' ? 'bad' : 'warn'}>
                  {finding.severity === 'error' ? text('dossier.error') : text('dossier.warning')}
                </Badge>
              </li>
            ))}
          </ul>
        </section>
      )}
      <QueryView query={dossiers}>
        {({ dossiers: all }) =>
          all.length === 0 ? (
            <EmptyState title={text('dossier.none')}>
              {may ? (
                <button
                  type="button"
                  className="vg-button"
                  data-testid="dossier-begin"
                  disabled={action.busy}
                  onClick={begin}
                >
                  {text('dossier.begin')}
                </button>
              ) : null}
            </EmptyState>
          ) : (
            <>
              {all.map((dossier) => (
                <One key={dossier.id} dossier={dossier} system={system} />
              ))}
              {may ? (
                <div>
                  <button type="button" className="vg-link" disabled={action.busy} onClick={begin}>
                    {text('dossier.another')}
                  </button>
                </div>
              ) : null}
            </>
          )
        }
      </QueryView>
      <Papers systemId={id} />
    </div>
  );
}
