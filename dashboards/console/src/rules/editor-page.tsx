/**
 * Writes a rule: the text with what is wrong where, and beside it what the rule looks for, tries on events and on history.
 * What is typed is a draft until it is saved, as a new rule or a new version.
 */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useMemo, useRef, useState } from 'react';
import { titleOf } from '../alerts/labels.ts';
import { ruleOfQuery } from '../hunt/hunt-api.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href, pathOf } from '../router/location.ts';
import { navigate, useLocation } from '../router/router.tsx';
import { useDraft } from '../session/drafts.ts';
import type { PageProps } from '../shell/area.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { useRested } from '../ui/use-rested.ts';
import '../styles/explore.css';
import './rules.css';
import { BackTestTool } from './back-test.tsx';
import { toolLabels } from './editor-labels.ts';
import { messages } from './editor-messages.ts';
import { messages as ruleMessages } from './messages.ts';
import { FindingList } from './finding-list.tsx';
import { RuleMeaning } from './rule-meaning.tsx';
import { completedRule, ruleTemplate } from './rule-template.ts';
import { checkRule, readRule, type RuleDetail } from './rules-api.ts';
import { SaveDialog } from './save-dialog.tsx';
import { TryEvents } from './try-events.tsx';
import { showPlace, YamlEditor } from './yaml-editor.tsx';

const tools = ['meaning', 'events', 'history'] as const;
type Tool = (typeof tools)[number];

type EditorProps = {
  readonly rule: RuleDetail | undefined;
  readonly etag: string | undefined;
  readonly first: string;
  readonly draftKey: string;
};

function Editor({ rule, etag, first, draftKey }: EditorProps) {
  const { language } = useI18n();
  const text = useText(messages);
  const ruleText = useText(ruleMessages);
  const { pathname, search } = useLocation();
  const mayWrite = useMay('rule:write');
  const mayHunt = useMay('hunt:run');
  const start = useMemo(() => ({ text: first }), [first]);
  const draft = useDraft(draftKey, start);
  const written = draft.value.text;
  const rested = useRested(written);
  const [saving, setSaving] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  const tool: Tool = tools.find((one) => one === search.get('tool')) ?? 'meaning';
  const check = useQuery({
    queryKey: ['rules', 'check', rested, language],
    queryFn: ({ signal }) => checkRule(rested, [], language, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: (before) => before,
  });
  const findings = check.data?.findings ?? [];
  const hasErrors = findings.some(({ severity }) => severity === 'error');
  const meaning = check.data?.meaning ?? null;
  const changed = written !== first;
  return (
    <Page
      title={rule === undefined ? text('editor.new') : <LineText value={titleOf(rule, language)} />}
      layout="plain"
      back={{
        to: rule === undefined ? '/rules' : pathOf('rules', rule.id),
        label: ruleText('rules.title'),
      }}
      summary={
        <>
          {rule === undefined ? null : text('editor.version', { n: rule.activeVersion })}
          {changed ? <span className="vg-warn"> · {text('editor.dirty')}</span> : null}
        </>
      }
      actions={
        <>
          {changed ? <Button onClick={draft.drop}>{text('editor.revert')}</Button> : null}
          {mayWrite ? (
            <Button
              type="primary"
              disabled={hasErrors || rested !== written || (rule !== undefined && !changed)}
              data-testid="rule-save"
              aria-haspopup="dialog"
              onClick={() => setSaving(true)}
            >
              {text(rule === undefined ? 'editor.save' : 'editor.saveVersion')}
            </Button>
          ) : (
            <span className="vg-hint">{text('editor.readOnly')}</span>
          )}
        </>
      }
    >
      <div className="vg-editor">
        <div className="vg-editor-left">
          <YamlEditor
            label={text('editor.text')}
            value={written}
            onChange={(next) => draft.change({ text: next })}
            findings={findings}
            inputRef={input}
          />
          <FindingList
            findings={findings}
            busy={check.isFetching || rested !== written}
            failed={check.error !== null}
            onShow={({ line, column }) => {
              if (input.current !== null) showPlace(input.current, line, column);
            }}
          />
        </div>
        <div className="vg-editor-right">
          <div className="vg-tool-tabs" role="group" aria-label={text('editor.tools')}>
            {tools
              .filter((one) => one !== 'history' || mayHunt)
              .map((one) => (
                <button
                  key={one}
                  type="button"
                  className="vg-tab"
                  aria-pressed={tool === one}
                  data-testid={`editor-${one}`}
                  onClick={() => {
                    const query = Object.fromEntries(search);
                    navigate(href(pathname, { ...query, tool: one === 'meaning' ? '' : one }), {
                      replace: true,
                    });
                  }}
                >
                  {text(toolLabels[one])}
                </button>
              ))}
          </div>
          {tool === 'meaning' ? (
            meaning === null ? (
              <p className="vg-hint">
                {check.isPending ? text('editor.checking') : text('editor.noMeaning')}
              </p>
            ) : (
              <RuleMeaning meaning={meaning} />
            )
          ) : null}
          {tool === 'events' ? <TryEvents rule={written} ruleKey={draftKey} /> : null}
          {tool === 'history' ? (
            <BackTestTool
              ruleId={rule?.id ?? 'new'}
              rule={written}
              isCorrelation={meaning?.correlation !== null && meaning !== null}
              disabled={hasErrors}
            />
          ) : null}
        </div>
      </div>
      {saving ? (
        <SaveDialog
          rule={rule}
          etag={etag}
          text={written}
          onSaved={(saved) => {
            draft.drop();
            navigate(pathOf('rules', saved.id));
          }}
          onClose={() => setSaving(false)}
        />
      ) : null}
    </Page>
  );
}

/** Today in Vietnam as rules write days. */
const today = (): string => new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);

function NewRule() {
  const text = useText(messages);
  const { search } = useLocation();
  const query = search.get('query') ?? '';
  const [id] = useState(() => crypto.randomUUID());
  const [template] = useState(() => ruleTemplate(id, today()));
  const title = search.get('title') ?? query.slice(0, 80);
  const made = useQuery({
    queryKey: ['rules', 'of-query', query, title],
    queryFn: async () => completedRule((await ruleOfQuery(query, title)).sigma, id, today()),
    enabled: query !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query === '')
    return <Editor rule={undefined} etag={undefined} first={template} draftKey="rule:new:text" />;
  if (made.error !== null) return <ErrorNotice error={made.error} onRetry={() => void made.refetch()} />;
  if (made.data === undefined) return <Loading label={text('editor.fromQuery')} />;
  return (
    <Editor
      rule={undefined}
      etag={undefined}
      first={made.data}
      draftKey={`rule:new:${query.slice(0, 200)}`}
    />
  );
}

function KnownRule({ id }: { readonly id: string }) {
  const rule = useQuery({
    queryKey: ['rules', 'one', id],
    queryFn: ({ signal }) => readRule(id, signal),
    staleTime: 10_000,
  });
  if (rule.error !== null && rule.data === undefined)
    return <ErrorNotice error={rule.error} onRetry={() => void rule.refetch()} />;
  if (rule.data === undefined) return <Loading />;
  const { body, etag } = rule.data;
  return <Editor rule={body} etag={etag} first={body.text} draftKey={`rule:${id}:text`} />;
}

export default function EditorPage({ params }: PageProps) {
  const id = params['id'];
  return id === undefined ? <NewRule /> : <KnownRule key={id} id={id} />;
}
