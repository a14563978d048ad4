/** Why a control stands as it does: what is asked and where it is written, the evidence with its query, the hosts that fail. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { dayText } from '../format/day.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { ApiError } from '../api/http.ts';
import { pathOf } from '../router/location.ts';
import { Link, navigate } from '../router/router.tsx';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { Chips } from '../ui/chips.tsx';
import { Facts } from '../ui/facts.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { Section, SidePanel } from '../ui/side-panel.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { AttestDialog } from './attest-dialog.tsx';
import {
  complianceApi,
  type Confidence,
  type ExplainView,
  type Finding,
  type SystemView,
} from './compliance-api.ts';
import { gapTone, gapWords, modeWords, statusTone, statusWords } from './compliance-words.ts';
import { GapDialog } from './gap-dialog.tsx';
import { messages } from './messages.ts';

const results = ['not-met', 'not-assessed', 'met', 'not-applicable'] as const satisfies Finding['result'][];

/** A fact that is not known from the law's own text says so. */
export function ConfidenceMark({ confidence }: { readonly confidence: Confidence }) {
  const text = useText(messages);
  const said = {
    A: text('compliance.confidence.A'),
    B: text('compliance.confidence.B'),
    C: text('compliance.confidence.C'),
    D: text('compliance.confidence.D'),
  };
  return confidence === 'D' ? (
    <span title={said.D}>
      <Badge tone="warn">{text('compliance.toConfirm')}</Badge>
    </span>
  ) : (
    <span className="vg-hint" title={said[confidence]}>
      [{confidence}]
    </span>
  );
}

function EvidencePieces({ view }: { readonly view: ExplainView }) {
  const text = useText(messages);
  const words = useWords();
  const { language, number } = useI18n();
  if (view.evidence.length === 0) return <p className="vg-hint">{text('compliance.manualOnly')}</p>;
  return (
    <ul className="vg-plain-list">
      {view.evidence.map((piece, index) => (
        // A piece of evidence is named by its place in the control.
        // oxlint-disable-next-line no-array-index-key
        <li key={index} data-testid="evidence">
          <div>
            <div>{piece.query[language]}</div>
            <span className="vg-hint">
              <code>{piece.kind}</code>
              {Object.keys(piece.parameters).length === 0 ? null : (
                <>
                  {' '}
                  <code>
                    <LineText value={JSON.stringify(piece.parameters)} />
                  </code>
                </>
              )}{' '}
              ·{' '}
              {text('compliance.counts', {
                met: number(piece.counts.met),
                notMet: number(piece.counts.notMet),
                unknown: number(piece.counts.notAssessed),
                none: number(piece.counts.notApplicable),
              })}
            </span>
          </div>
          <Badge tone={statusTone[piece.status]}>{words(statusWords[piece.status])}</Badge>
        </li>
      ))}
    </ul>
  );
}

function FindingRow({ finding }: { readonly finding: Finding }) {
  const text = useText(messages);
  const words = useWords();
  const { language } = useI18n();
  return (
    <li data-testid="finding" data-result={finding.result}>
      <div>
        {finding.agentId === null ? (
          <strong>
            {finding.about === 'centre' ? text('compliance.aboutCentre') : text('compliance.aboutSystem')}
          </strong>
        ) : (
          <Link to={pathOf('hosts', finding.agentId)}>
            <LineText value={finding.hostname ?? finding.agentId} />
          </Link>
        )}
        <div>{finding.reason.text[language]}</div>
        <span className="vg-hint">
          {finding.observed === '' ? null : (
            <>
              <LineText value={finding.observed} /> ·{' '}
            </>
          )}
          <code>{finding.kind}</code> · <AbsoluteTime iso={finding.at} />
          {finding.excepted === null ? null : (
            <>
              {' · '}
              {text('compliance.exceptedUntil')} <AbsoluteTime iso={finding.excepted.until} />
            </>
          )}
        </span>
      </div>
      <Badge tone={statusTone[finding.result]}>{words(statusWords[finding.result])}</Badge>
    </li>
  );
}

function Findings({
  system,
  control,
  day,
}: {
  readonly system: string;
  readonly control: string;
  readonly day: string | undefined;
}) {
  const text = useText(messages);
  const words = useWords();
  const [result, setResult] = useState<Finding['result'] | undefined>(undefined);
  const list = useInfiniteQuery({
    queryKey: ['compliance', 'findings', system, control, day, result],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      complianceApi.explain(system, control, { day, result, after: pageParam, limit: 50 }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 60_000,
  });
  const findings = list.data?.pages.flatMap((page) => page.findings) ?? [];
  return (
    <Section
      title={text('compliance.findings')}
      actions={
        <Chips
          label={text('compliance.status')}
          chips={results.map((value) => ({ value, label: words(statusWords[value]) }))}
          chosen={result === undefined ? [] : [result]}
          onToggle={(value) => setResult(value === result ? undefined : value)}
        />
      }
    >
      <QueryView query={list}>
        {() =>
          findings.length === 0 ? (
            <p className="vg-hint">{text('compliance.noFindings')}</p>
          ) : (
            <ul className="vg-plain-list">
              {findings.map((finding) => (
                <FindingRow
                  key={`${finding.evidence}:${finding.agentId ?? finding.about}:${finding.reason.code}:${finding.observed}`}
                  finding={finding}
                />
              ))}
            </ul>
          )
        }
      </QueryView>
      <More query={list} />
    </Section>
  );
}

function GapPart({
  system,
  control,
  onPlan,
}: {
  readonly system: SystemView;
  readonly control: string;
  readonly onPlan: (() => void) | null;
}) {
  const text = useText(messages);
  const words = useWords();
  const gap = useQuery({
    queryKey: ['compliance', 'gap', system.id, control],
    // Nothing is planned: that is an answer, too.
    queryFn: async ({ signal }) => {
      try {
        return (await complianceApi.gap(system.id, control, signal)).body;
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
  });
  return (
    <Section
      title={text('compliance.plan')}
      actions={
        onPlan === null ? undefined : (
          <button
            type="button"
            className="vg-link"
            data-testid="gap-plan"
            aria-haspopup="dialog"
            onClick={onPlan}
          >
            {gap.data === null || gap.data === undefined
              ? text('compliance.intoPlan')
              : text('compliance.changePlan')}
          </button>
        )
      }
    >
      <QueryView query={gap}>
        {(planned) =>
          planned === null ? (
            <p className="vg-hint">{text('compliance.noPlan')}</p>
          ) : (
            <p>
              <Badge tone={planned.late ? 'bad' : gapTone[planned.state]}>
                {planned.late ? text('compliance.late') : words(gapWords[planned.state])}
              </Badge>{' '}
              <LineText value={planned.owner} /> · {text('compliance.by', { day: dayText(planned.dueOn) })}
              {planned.note === '' ? null : (
                <span className="vg-hint">
                  {' '}
                  <LineText value={planned.note} />
                </span>
              )}
            </p>
          )
        }
      </QueryView>
    </Section>
  );
}

type Props = {
  readonly system: SystemView;
  readonly control: string;
  readonly day: string | undefined;
  readonly closeTo: string;
};

export function ControlPanel({ system, control, day, closeTo }: Props) {
  const text = useText(messages);
  const words = useWords();
  const { language } = useI18n();
  const may = useMay('compliance:write');
  const [open, setOpen] = useState<'attest' | 'provider' | 'gap' | null>(null);
  const id = String(system.id);
  const view = useQuery({
    queryKey: ['compliance', 'explain', id, control, day],
    queryFn: ({ signal }) => complianceApi.explain(id, control, { day, limit: 1 }, signal),
    staleTime: 60_000,
  });
  const found = view.data;
  return (
    <SidePanel
      label={text('compliance.control')}
      title={found === undefined ? control : found.title[language]}
      top={
        <span className="vg-line">
          <strong>{control}</strong>
          {found === undefined ? null : (
            <Badge tone={statusTone[found.status]}>{words(statusWords[found.status])}</Badge>
          )}
        </span>
      }
      actions={
        may && found !== undefined && day === undefined ? (
          <>
            {found.mode === 'auto' ? null : (
              <Button
                type="primary"
                data-testid="attest"
                aria-haspopup="dialog"
                onClick={() => setOpen('attest')}
              >
                {text('compliance.attest')}
              </Button>
            )}
            <Button data-testid="gap-open" aria-haspopup="dialog" onClick={() => setOpen('gap')}>
              {text('compliance.intoPlan')}
            </Button>
            <Button aria-haspopup="dialog" onClick={() => setOpen('provider')}>
              {text('compliance.attestProvider')}
            </Button>
          </>
        ) : undefined
      }
      openKey={control}
      testId="control-panel"
      onClose={() => navigate(closeTo)}
    >
      <QueryView query={view}>
        {(body) => (
          <>
            <p>{body.requirement[language]}</p>
            <Facts
              facts={[
                [
                  text('compliance.clause'),
                  <>
                    {body.clause ?? text('compliance.noClause')}{' '}
                    <ConfidenceMark confidence={body.confidence} />
                  </>,
                ],
                [text('compliance.mode'), words(modeWords[body.mode])],
                body.reason === null ? null : [text('compliance.why'), body.reason.text[language]],
                body.until === null
                  ? null
                  : [text('compliance.untilDay'), <AbsoluteTime key="until" iso={body.until} />],
                body.attestation === null
                  ? null
                  : [
                      text('compliance.attestation'),
                      <>
                        {body.attestation.id === null ? (
                          body.attestation.reason.text[language]
                        ) : (
                          <Link to={pathOf('compliance', 'attestations', String(body.attestation.id))}>
                            {body.attestation.reason.text[language]}
                          </Link>
                        )}
                        {body.attestation.due === null ? null : (
                          <>
                            {' · '}
                            {text('compliance.untilDay')} <AbsoluteTime iso={body.attestation.due} />
                          </>
                        )}
                      </>,
                    ],
              ]}
            />
            <Section title={text('compliance.evidence')}>
              <EvidencePieces view={body} />
            </Section>
            {body.evidence.length === 0 ? null : <Findings system={id} control={control} day={day} />}
            {body.status === 'met' || body.status === 'not-applicable' ? null : (
              <Section title={text('compliance.remedy')}>
                <p>{body.remedy[language]}</p>
              </Section>
            )}
            <GapPart system={system} control={control} onPlan={may ? () => setOpen('gap') : null} />
          </>
        )}
      </QueryView>
      {open === 'gap' ? (
        <GapDialog systemId={system.id} control={control} onClose={() => setOpen(null)} />
      ) : null}
      {open === 'attest' || open === 'provider' ? (
        <AttestDialog
          system={system}
          controls={[control]}
          kind={open === 'attest' ? 'own' : 'provider'}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </SidePanel>
  );
}
