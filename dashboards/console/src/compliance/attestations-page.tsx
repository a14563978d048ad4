/** What people and providers answer for: proposed, decided by a second person, and when it ends. */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { dayOf, daysBetween, dayText } from '../format/day.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link, navigate } from '../router/router.tsx';
import { useQueryState } from '../router/use-query.ts';
import { useDraft } from '../session/drafts.ts';
import type { PageProps } from '../shell/area.ts';
import { useMay } from '../shell/me.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { Chips } from '../ui/chips.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { Facts } from '../ui/facts.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { TextArea } from '../ui/form-fields.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page, Split } from '../ui/page.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { Section, SidePanel } from '../ui/side-panel.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import { complianceApi, type Attestation, type AttestationDecision } from './compliance-api.ts';
import { attestationStates, attestationTone, attestationWords } from './compliance-words.ts';
import { messages } from './messages.ts';
import './compliance.css';

const soonDays = 60;

function Ends({ attestation }: { readonly attestation: Attestation }) {
  const text = useText(messages);
  if (attestation.dueOn === null)
    return <span className="vg-muted">{text('compliance.untilWithdrawn')}</span>;
  const left = daysBetween(dayOf(Date.now()), attestation.dueOn);
  const urgent = attestation.state === 'accepted' && left < soonDays;
  return (
    <span className={urgent ? 'vg-warn' : undefined}>
      {dayText(attestation.dueOn)}
      {urgent ? ` · ${left < 0 ? text('compliance.ended') : text('compliance.daysLeft', { n: left })}` : null}
    </span>
  );
}

type Decide = AttestationDecision['decision'];
const noReason = { reason: '' };

function DecideDialog({
  attestation,
  etag,
  decision,
  onClose,
}: {
  readonly attestation: Attestation;
  readonly etag: string | undefined;
  readonly decision: Decide;
  readonly onClose: () => void;
}) {
  const text = useText(messages);
  const client = useQueryClient();
  const { value, change, drop } = useDraft(`attestation:${attestation.id}:${decision}`, noReason);
  const label = {
    accept: text('compliance.accept'),
    reject: text('compliance.reject'),
    withdraw: text('compliance.withdraw'),
  }[decision];
  return (
    <FormDialog
      title={label}
      submitLabel={label}
      danger={decision !== 'accept'}
      testId="attestation-decide-form"
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        await complianceApi.decide(
          attestation.id,
          { decision, ...(value.reason.trim() === '' ? {} : { reason: value.reason.trim() }) },
          etag,
        );
        await client.invalidateQueries({ queryKey: ['compliance'] });
        return { text: text('compliance.decided') };
      }}
    >
      <p className="vg-hint">{text('compliance.decideHint')}</p>
      <TextArea
        label={text('compliance.reason')}
        required={decision !== 'accept'}
        maxLength={1_024}
        value={value.reason}
        onChange={(reason) => change({ reason })}
      />
    </FormDialog>
  );
}

function AttestationPanel({
  id,
  closeTo,
  systemName,
}: {
  readonly id: string;
  readonly closeTo: string;
  readonly systemName: (id: number | null) => string;
}) {
  const text = useText(messages);
  const words = useWords();
  const mayApprove = useMay('compliance:approve');
  const mayWrite = useMay('compliance:write');
  const [deciding, setDeciding] = useState<Decide | null>(null);
  const one = useQuery({
    queryKey: ['compliance', 'attestation', id],
    queryFn: ({ signal }) => complianceApi.attestation(id, signal),
  });
  const history = useQuery({
    queryKey: ['compliance', 'attestation-history', id],
    queryFn: ({ signal }) => complianceApi.attestationHistory(id, signal),
  });
  const found = one.data?.body;
  return (
    <SidePanel
      label={text('compliance.attestation')}
      title={found === undefined ? text('compliance.attestation') : found.controls.join(', ')}
      top={
        found === undefined ? undefined : (
          <Badge tone={attestationTone[found.state]}>{words(attestationWords[found.state])}</Badge>
        )
      }
      openKey={id}
      testId="attestation-panel"
      onClose={() => navigate(closeTo)}
      actions={
        found === undefined ? undefined : (
          <>
            {mayApprove && found.state === 'proposed' ? (
              <>
                <Button
                  type="primary"
                  data-testid="attestation-accept"
                  aria-haspopup="dialog"
                  onClick={() => setDeciding('accept')}
                >
                  {text('compliance.accept')}
                </Button>
                <Button aria-haspopup="dialog" onClick={() => setDeciding('reject')}>
                  {text('compliance.reject')}
                </Button>
              </>
            ) : null}
            {mayWrite && (found.state === 'proposed' || found.state === 'accepted') ? (
              <Button danger aria-haspopup="dialog" onClick={() => setDeciding('withdraw')}>
                {text('compliance.withdraw')}
              </Button>
            ) : null}
          </>
        )
      }
    >
      <QueryView query={one}>
        {({ body, etag }) => (
          <>
            <BlockText value={body.statement} />
            <Facts
              facts={[
                body.systemId === null
                  ? null
                  : [
                      text('compliance.system'),
                      <Link key="system" to={pathOf('compliance', 'systems', String(body.systemId))}>
                        <LineText value={systemName(body.systemId)} />
                      </Link>,
                    ],
                [
                  text('compliance.signer'),
                  <>
                    <LineText value={body.signer} /> · {dayText(body.signedOn)}
                  </>,
                ],
                [text('compliance.endsOn'), <Ends key="ends" attestation={body} />],
                body.provider === null
                  ? null
                  : [
                      text('compliance.provider'),
                      <LineText key="provider" value={`${body.provider} · ${body.contract ?? ''}`} />,
                    ],
                [text('compliance.papers'), body.documents.length],
                [
                  text('compliance.proposedBy'),
                  <>
                    <LineText value={body.createdBy} /> · <AbsoluteTime iso={body.createdAt} />
                  </>,
                ],
                body.decidedAt === null
                  ? null
                  : [
                      text('compliance.decidedBy'),
                      <>
                        <LineText value={body.decidedBy ?? ''} /> · <AbsoluteTime iso={body.decidedAt} />
                      </>,
                    ],
              ]}
            />
            <Section title={text('compliance.history')}>
              <QueryView query={history}>
                {({ acts }) => (
                  <ol className="vg-note-list">
                    {acts.map((act) => (
                      <li key={act.version}>
                        <AbsoluteTime iso={act.at} /> · <LineText value={act.actor} /> ·{' '}
                        <LineText value={act.action} />
                        {act.reason === null ? null : (
                          <span className="vg-hint">
                            {' '}
                            <LineText value={act.reason} />
                          </span>
                        )}
                      </li>
                    ))}
                  </ol>
                )}
              </QueryView>
            </Section>
            {deciding === null ? null : (
              <DecideDialog
                attestation={body}
                etag={etag}
                decision={deciding}
                onClose={() => setDeciding(null)}
              />
            )}
          </>
        )}
      </QueryView>
    </SidePanel>
  );
}

export default function AttestationsPage({ params }: PageProps) {
  const id = params['id'] ?? null;
  const text = useText(messages);
  const words = useWords();
  const query = useQueryState();
  const state = query.oneOf('state', attestationStates);
  const systems = useQuery({
    queryKey: ['compliance', 'systems'],
    queryFn: ({ signal }) => complianceApi.systems(signal),
    staleTime: 60_000,
  });
  const names = new Map(systems.data?.systems.map((system) => [system.id, system.name]));
  const systemName = (system: number | null) =>
    system === null ? text('compliance.agencyWide') : (names.get(system) ?? String(system));
  const list = useInfiniteQuery({
    queryKey: ['compliance', 'attestations', state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => complianceApi.attestations({ state, after: pageParam }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const rows = list.data?.pages.flatMap((page) => page.attestations) ?? [];
  const addressOf = (key: string | null) =>
    query.to(key === null ? '/compliance/attestations' : pathOf('compliance', 'attestations', key));
  const current = useListKeys({ keys: rows.map((row) => String(row.id)), openKey: id, addressOf });
  const columns: readonly Column<Attestation>[] = [
    {
      key: 'controls',
      label: text('compliance.controls'),
      width: '150px',
      cell: (row) => <Link to={addressOf(String(row.id))}>{row.controls.join(', ')}</Link>,
    },
    {
      key: 'system',
      label: text('compliance.system'),
      cell: (row) => <LineText value={systemName(row.systemId)} />,
    },
    {
      key: 'signer',
      label: text('compliance.signer'),
      width: '170px',
      needs: 'medium',
      cell: (row) => <LineText value={row.signer} />,
    },
    {
      key: 'signed',
      label: text('compliance.signedOn'),
      width: '112px',
      needs: 'wide',
      cell: (row) => dayText(row.signedOn),
    },
    {
      key: 'ends',
      label: text('compliance.endsOn'),
      width: '200px',
      needs: 'narrow',
      cell: (row) => <Ends attestation={row} />,
    },
    {
      key: 'state',
      label: text('compliance.state'),
      width: '130px',
      cell: (row) => <Badge tone={attestationTone[row.state]}>{words(attestationWords[row.state])}</Badge>,
    },
  ];
  return (
    <Page
      title={text('compliance.attestations')}
      layout="plain"
      toolbar={
        <Chips
          label={text('compliance.state')}
          chips={attestationStates.map((value) => ({ value, label: words(attestationWords[value]) }))}
          chosen={state === undefined ? [] : [state]}
          onToggle={(value) => query.set({ state: value === state ? '' : value })}
        />
      }
    >
      <Split
        list={
          <>
            <QueryView query={list}>
              {() =>
                rows.length === 0 ? (
                  <EmptyState title={text('compliance.noAttestations')}>
                    <p>{text('compliance.noAttestationsText')}</p>
                  </EmptyState>
                ) : (
                  <DataTable
                    caption={text('compliance.attestations')}
                    columns={columns}
                    rows={rows}
                    keyOf={(row) => String(row.id)}
                    addressOf={(row) => addressOf(String(row.id))}
                    currentKey={current}
                    testId="attestation-row"
                  />
                )
              }
            </QueryView>
            <More query={list} />
          </>
        }
        panel={
          id === null ? null : <AttestationPanel id={id} closeTo={addressOf(null)} systemName={systemName} />
        }
      />
    </Page>
  );
}
