/** Writes a group's policy: JSON with faults marked at their line, what differs from what the group is to run, then how far to let it out. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useMemo, useRef, useState } from 'react';
import type { LabelOf } from '../../i18n/messages.ts';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { navigate } from '../../router/router.tsx';
import { Difference } from '../../rules/difference.tsx';
import '../../rules/rules.css';
import { showPlace, YamlEditor, type Finding } from '../../rules/yaml-editor.tsx';
import { useDraft } from '../../session/drafts.ts';
import type { PageProps } from '../../shell/area.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { useRested } from '../../ui/use-rested.ts';
import '../operating.css';
import { lineOf, readJson, type JsonFault } from './json-places.ts';
import { lineDiff } from './line-diff.ts';
import { checkPolicy, readPolicies, readPolicy, readStatus, type Document } from './policies-api.ts';
import { SavePolicyDialog } from './policy-dialogs.tsx';
import { messages } from './policy-messages.ts';
import { prettyText } from './policy-words.ts';

const charsMax = 262_144;
const hostsOwn = 'stateDir, enrolment, policy, proxy, commands.allow, response';
const faultLabel: Readonly<Record<JsonFault, LabelOf<typeof messages>>> = {
  unexpected: 'policy.fault.unexpected',
  end: 'policy.fault.end',
  string: 'policy.fault.string',
  number: 'policy.fault.number',
  twice: 'policy.fault.twice',
  rest: 'policy.fault.rest',
};

type Read = {
  readonly document: Document | undefined;
  readonly places: ReadonlyMap<string, number>;
  readonly fault: { readonly at: number; readonly label: LabelOf<typeof messages> } | undefined;
};

const isObject = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readDocument(text: string): Read {
  const read = readJson(text);
  const none = { document: undefined, places: new Map<string, number>() };
  if ('fault' in read) return { ...none, fault: { at: read.at, label: faultLabel[read.fault] } };
  if (!isObject(read.value)) return { ...none, fault: { at: 0, label: 'policy.fault.object' } };
  return { document: read.value, places: read.places, fault: undefined };
}

/** What is wrong with the text: by itself, then by the collector, which names the setting. */
function useFindings(written: string) {
  const text = useText(messages);
  const rested = useRested(written);
  const read = useMemo(() => readDocument(rested), [rested]);
  const check = useQuery({
    queryKey: ['policies', 'check', rested],
    queryFn: ({ signal }) => checkPolicy(read.document ?? {}, signal),
    enabled: read.document !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const finding = (at: number, message: string): Finding => ({
    ...lineOf(rested, at),
    severity: 'error',
    code: 'policy',
    message,
  });
  const findings: Finding[] = [];
  if (read.fault !== undefined) findings.push(finding(read.fault.at, text(read.fault.label)));
  const fault = read.document === undefined ? null : (check.data?.fault ?? null);
  if (fault !== null) findings.push(finding(read.places.get(fault.setting) ?? 0, fault.message));
  const busy = rested !== written || (read.document !== undefined && check.isPending);
  return { findings, busy, error: check.error, document: read.document };
}

type EditorProps = {
  readonly group: string;
  /** The newest version; 0: none yet. */
  readonly newest: number;
  readonly running: number;
  /** Settings of what the group is to run. */
  readonly before: Document;
};

function Editor({ group, newest, running, before }: EditorProps) {
  const text = useText(messages);
  const [began] = useState(newest);
  const first = useMemo(() => ({ text: prettyText(before) }), [before]);
  const draft = useDraft(`policy:${group}`, first);
  const written = draft.value.text;
  const input = useRef<HTMLTextAreaElement>(null);
  const [saving, setSaving] = useState(false);
  const { findings, busy, error, document } = useFindings(written);
  const status = useQuery({
    queryKey: ['policies', 'status', group],
    queryFn: ({ signal }) => readStatus(group, signal),
  });
  const lines = useMemo(
    () => (document === undefined ? undefined : lineDiff(prettyText(before), prettyText(document))),
    [before, document],
  );
  const isSame = lines !== undefined && lines.every(({ sign }) => sign === ' ');
  return (
    <Page
      title={text('policy.editorTitle', { group: visibleString(group, 80) })}
      layout="plain"
      back={{ to: pathOf('administration', 'policies', group), label: text('policy.back') }}
      actions={
        <Button
          aria-haspopup="dialog"
          type="primary"
          disabled={findings.length > 0 || busy || error !== null || document === undefined || isSame}
          data-testid="policy-save"
          onClick={() => setSaving(true)}
        >
          {text('policy.save')}
        </Button>
      }
    >
      <div className="vg-editor">
        <div className="vg-editor-left">
          <YamlEditor
            label={text('policy.settings')}
            value={written}
            onChange={(next) => draft.change({ text: next })}
            findings={findings}
            inputRef={input}
            maxLength={charsMax}
            testId="policy-text"
          />
          <div className="vg-findings" data-testid="policy-findings" data-errors={findings.length}>
            <div className="vg-findings-head">
              <span role="status">
                {busy
                  ? text('policy.checking')
                  : findings.length > 0
                    ? null
                    : isSame
                      ? text('policy.same', { n: running })
                      : text('policy.clean')}
              </span>
            </div>
            <ul>
              {findings.map(({ line, column, message }) => (
                <li key={`${line} ${column} ${message}`}>
                  <button
                    type="button"
                    data-testid="policy-finding"
                    onClick={() => {
                      if (input.current !== null) showPlace(input.current, line, column);
                    }}
                  >
                    <Badge tone="bad">{text('policy.faultAt', { line, column })}</Badge>
                    <LineText value={message} />
                  </button>
                </li>
              ))}
            </ul>
          </div>
        </div>
        <div className="vg-editor-right">
          {newest > began ? <p className="vg-warn">{text('policy.newer', { n: newest })}</p> : null}
          <p className="vg-hint">{text('policy.help', { names: hostsOwn })}</p>
          <h3>{running === 0 ? text('policy.differenceOwn') : text('policy.difference', { n: running })}</h3>
          {lines === undefined ? null : (
            <Difference
              lines={lines}
              caption={text('policy.compareTitle', { group: visibleString(group, 80) })}
            />
          )}
        </div>
      </div>
      {saving && document !== undefined ? (
        <SavePolicyDialog
          group={group}
          document={document}
          after={newest}
          running={running}
          agents={status.data?.agents ?? []}
          onSaved={() => {
            draft.drop();
            navigate(pathOf('administration', 'policies', group));
          }}
          onClose={() => setSaving(false)}
        />
      ) : null}
    </Page>
  );
}

export default function PolicyEditorPage({ params }: PageProps) {
  const group = params['group'] ?? '';
  const policies = useQuery({
    queryKey: ['policies', 'list'],
    queryFn: ({ signal }) => readPolicies(signal),
    refetchInterval: 30_000,
  });
  const own = policies.data?.policies.filter((one) => one.group === group) ?? [];
  const newest = own[0]?.version ?? 0;
  const running = policies.data?.rollouts.find((one) => one.group === group)?.version ?? 0;
  // Who rolled back to none goes on from the newest.
  const shown = running === 0 ? newest : running;
  const detail = useQuery({
    queryKey: ['policies', 'one', group, shown],
    queryFn: async ({ signal }) =>
      shown === 0 ? { document: {} } : { document: (await readPolicy(group, shown, signal)).document },
    enabled: policies.data !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <QueryView query={detail}>
      {({ document }) => (
        <Editor key={group} group={group} newest={newest} running={shown} before={document} />
      )}
    </QueryView>
  );
}
