/** One finding: what the feeds say of the vulnerability, how it stands on this host and on others, and asking for an exception. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href, pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useDraft } from '../session/drafts.ts';
import { useMay } from '../shell/me.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { Badge } from '../ui/badge.tsx';
import { Facts } from '../ui/facts.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CheckField, TextArea, TextField, useFaultOf } from '../ui/form-fields.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section, SidePanel } from '../ui/side-panel.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { FindingSeverity, FindingState } from './finding-parts.tsx';
import { hostAddress } from './host-table.tsx';
import { readVulnerability, requestException, type Finding } from './vulnerabilities-api.ts';
import { messages } from './vulnerability-messages.ts';

const firstDays = 90;
const dayMs = 86_400_000;

function AskFields(props: {
  readonly error: unknown;
  readonly hostname: string;
  readonly value: { readonly reason: string; readonly until: string; readonly host: boolean };
  readonly onChange: (next: Partial<{ reason: string; until: string; host: boolean }>) => void;
}) {
  const text = useText(messages);
  const faultOf = useFaultOf(props.error);
  const { reason, until, host } = props.value;
  return (
    <>
      <CheckField
        label={text('vulnerabilities.askHost', { host: visibleString(props.hostname) })}
        checked={host}
        onChange={(next) => props.onChange({ host: next })}
      />
      <TextArea
        label={text('vulnerabilities.askReason')}
        required
        maxLength={2_000}
        value={reason}
        fault={faultOf('reason')}
        onChange={(next) => props.onChange({ reason: next })}
      />
      <TextField
        label={text('vulnerabilities.askUntil')}
        type="date"
        required
        value={until}
        fault={faultOf('expiresAt')}
        onChange={(next) => props.onChange({ until: next })}
      />
    </>
  );
}

function AskException({ finding, onClose }: { readonly finding: Finding; readonly onClose: () => void }) {
  const text = useText(messages);
  const client = useQueryClient();
  const [first] = useState(() => ({
    reason: '',
    until: new Date(Date.now() + firstDays * dayMs).toISOString().slice(0, 10),
    host: true,
  }));
  const draft = useDraft(`vulnerability:exception:${finding.id}`, first);
  const { reason, until, host } = draft.value;
  const submit = async () => {
    const { id } = await requestException({
      name: `${finding.cve} ${finding.package}`.slice(0, 128),
      kind: 'vulnerability',
      rules: [finding.cve],
      fields: { 'package.name': finding.package },
      ...(host ? { agentId: finding.agentId } : {}),
      reason: reason.trim(),
      // The day's end, where the person sits.
      expiresAt: new Date(`${until}T23:59:59`).toISOString(),
    });
    await client.invalidateQueries({ queryKey: ['hosts', 'findings'] });
    return { text: text('vulnerabilities.asked', { id: String(id) }) };
  };
  return (
    <FormDialog
      title={text('vulnerabilities.askTitle', { cve: visibleString(finding.cve) })}
      submitLabel={text('vulnerabilities.askSubmit')}
      disabled={reason.trim() === '' || Number.isNaN(Date.parse(until))}
      testId="finding-exception"
      onSubmit={submit}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => (
        <>
          <p>{text('vulnerabilities.askText')}</p>
          <AskFields error={error} hostname={finding.hostname} value={draft.value} onChange={draft.change} />
        </>
      )}
    </FormDialog>
  );
}

export function FindingPanel({
  finding,
  onClose,
}: {
  readonly finding: Finding;
  readonly onClose: () => void;
}) {
  const { number } = useI18n();
  const text = useText(messages);
  const mayAsk = useMay('exception:request');
  const [asking, setAsking] = useState(false);
  const query = useQuery({
    queryKey: ['hosts', 'vulnerability', finding.cve],
    queryFn: ({ signal }) => readVulnerability(finding.cve, signal),
    staleTime: 60_000,
  });
  return (
    <SidePanel
      label={text('vulnerabilities.panel')}
      title={<LineText value={finding.cve} />}
      top={
        <>
          <FindingSeverity severity={finding.severity} />
          <FindingState state={finding.state} />
          {finding.exploited ? <Badge tone="bad">{text('vulnerabilities.attacked')}</Badge> : null}
        </>
      }
      openKey={String(finding.id)}
      testId="finding-panel"
      onClose={onClose}
      actions={
        mayAsk && (finding.state === 'open' || finding.state === 'not-assessed') ? (
          <Button
            size="small"
            aria-haspopup="dialog"
            onClick={() => setAsking(true)}
            data-testid="ask-exception"
          >
            {text('vulnerabilities.ask')}
          </Button>
        ) : undefined
      }
    >
      <Section title={text('vulnerabilities.finding')}>
        <Facts
          facts={[
            [
              text('vulnerabilities.host'),
              <Link key="h" to={hostAddress(finding.agentId, 'vulnerabilities')}>
                <LineText value={finding.hostname} />
              </Link>,
            ],
            [text('vulnerabilities.package'), <LineText key="p" value={finding.package} />],
            [text('vulnerabilities.installed'), <LineText key="i" value={finding.installed} />],
            [
              text('vulnerabilities.fixed'),
              finding.fixed === null ? (
                text('vulnerabilities.noFix')
              ) : (
                <LineText key="f" value={finding.fixed} />
              ),
            ],
            [text('vulnerabilities.seen'), <AbsoluteTime key="s" iso={finding.firstSeen} />],
            [text('vulnerabilities.lastSeen'), <AbsoluteTime key="l" iso={finding.lastSeen} />],
            finding.fixedAt === null
              ? null
              : [text('vulnerabilities.fixedAt'), <AbsoluteTime key="g" iso={finding.fixedAt} />],
            finding.exceptedUntil === null
              ? null
              : [text('vulnerabilities.exceptedUntil'), <AbsoluteTime key="x" iso={finding.exceptedUntil} />],
            finding.exceptionId === null
              ? null
              : [
                  text('vulnerabilities.exception'),
                  <Link key="e" to={pathOf('exceptions', String(finding.exceptionId))}>
                    {`#${finding.exceptionId}`}
                  </Link>,
                ],
          ]}
        />
      </Section>
      <QueryView query={query}>
        {(known) => (
          <>
            {known.summary === '' ? null : (
              <Section title={text('vulnerabilities.summaryText')}>
                <BlockText value={known.summary} />
              </Section>
            )}
            <Section
              title={text('vulnerabilities.hosts')}
              actions={
                <Link to={href('/hosts/vulnerabilities', { cve: known.cve })}>
                  {text('vulnerabilities.onlyThis')}
                </Link>
              }
            >
              <p>
                {text('vulnerabilities.hostsCount', {
                  open: known.hosts.open,
                  unsure: known.hosts['not-assessed'],
                  excepted: known.hosts.excepted,
                  fixed: known.hosts.fixed,
                })}
              </p>
            </Section>
            <Facts
              facts={[
                known.score === null
                  ? null
                  : ['CVSS', <LineText key="c" value={`${number(known.score)} ${known.vector}`} />],
                known.epss === null
                  ? null
                  : [text('vulnerabilities.epss'), `${number(Math.round(known.epss.score * 1_000) / 10)}%`],
                known.publishedAt === null
                  ? null
                  : [text('vulnerabilities.published'), <AbsoluteTime key="d" iso={known.publishedAt} />],
                known.exploited === null
                  ? null
                  : [
                      text('vulnerabilities.exploitedSince'),
                      <AbsoluteTime key="a" iso={known.exploited.addedAt} />,
                    ],
                known.exploited === null || known.exploited.dueAt === null
                  ? null
                  : [text('vulnerabilities.due'), <AbsoluteTime key="u" iso={known.exploited.dueAt} />],
                known.exploited?.ransomware === true ? [text('vulnerabilities.ransomware'), '✓'] : null,
                known.aliases.length === 0
                  ? null
                  : [text('vulnerabilities.aliases'), <LineText key="n" value={known.aliases.join(', ')} />],
                [
                  text('vulnerabilities.packages'),
                  <LineText
                    key="k"
                    value={known.packages.map((one) => `${one.package} (${one.hosts})`).join(', ')}
                  />,
                ],
              ]}
            />
          </>
        )}
      </QueryView>
      {asking ? <AskException finding={finding} onClose={() => setAsking(false)} /> : null}
    </SidePanel>
  );
}
