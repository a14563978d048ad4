/** Tries a rule on pasted events: which match, by which lines, and the line that decided against the others. */
import Button from 'antd/es/button';
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useDraft } from '../session/drafts.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { TextArea } from '../ui/form-fields.tsx';
import { errorText } from '../ui/notices.tsx';
import { useAction } from '../ui/use-action.ts';
import { messages } from './editor-messages.ts';
import { readEventLines } from './event-lines.ts';
import { MeaningLine } from './rule-meaning.tsx';
import { checkRule, type RuleCheck } from './rules-api.ts';

type Tried = RuleCheck['events'][number];
type Line = NonNullable<Tried['failed']>;

const empty = { lines: '' };

function TestedLine({ line }: { readonly line: Line }) {
  const text = useText(messages);
  return (
    <div className="vg-tried-line">
      <MeaningLine item={{ field: line.field, modifiers: line.modifiers, values: line.wanted, more: 0 }} />
      <div className="vg-hint">
        {line.found === null ? (
          text('try.hasNone')
        ) : (
          <>
            {text('try.has')}{' '}
            <code>
              <LineText value={line.found.join(', ')} />
            </code>
          </>
        )}
      </div>
    </div>
  );
}

function TriedEvent({ event, number }: { readonly event: Tried; readonly number: number }) {
  const text = useText(messages);
  return (
    <li data-testid="tried-event" data-matches={event.matches}>
      <div className="vg-menu-button">
        <b>{text('try.line', { n: number })}</b>
        <Badge tone={event.matches ? 'good' : 'quiet'}>
          {text(event.matches ? 'try.matches' : 'try.matchesNot')}
        </Badge>
      </div>
      {event.held.map((line, index) => (
        // The order of lines is the rule's own, so the index names them.
        // oxlint-disable-next-line no-array-index-key
        <TestedLine key={index} line={line} />
      ))}
      {event.failed === null || event.matches ? null : (
        <>
          <p className="vg-muted">{text('try.failed', { selection: event.failed.selection })}</p>
          <TestedLine line={event.failed} />
        </>
      )}
    </li>
  );
}

export function TryEvents({ rule, ruleKey }: { readonly rule: string; readonly ruleKey: string }) {
  const { t, language } = useI18n();
  const text = useText(messages);
  const draft = useDraft(`rule:${ruleKey}:events`, empty);
  const action = useAction();
  const [tried, setTried] = useState<readonly Tried[] | null>(null);
  const read = readEventLines(draft.value.lines);
  const fault =
    draft.value.lines.trim() === '' || read.kind === 'events'
      ? undefined
      : read.kind === 'bad'
        ? text('try.badLine', { n: read.line })
        : text('try.tooMany', { n: read.count });
  return (
    <form
      className="vg-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (read.kind !== 'events') return;
        void action.run(
          async () => {
            setTried((await checkRule(rule, read.events, language)).events);
            return undefined;
          },
          { quiet: true },
        );
      }}
    >
      <TextArea
        label={text('try.label')}
        hint={text('try.hint')}
        code
        rows={8}
        value={draft.value.lines}
        onChange={(lines) => draft.change({ lines })}
        fault={fault}
        testId="try-events"
      />
      <div>
        <Button
          htmlType="submit"
          type="primary"
          loading={action.busy}
          disabled={fault !== undefined || draft.value.lines.trim() === ''}
          data-testid="try-run"
        >
          {text('try.run')}
        </Button>
      </div>
      {action.error === null ? null : <div className="vg-form-error">{errorText(action.error, t)}</div>}
      {tried === null ? null : (
        <>
          <p role="status">
            {text('try.sum', { matches: tried.filter(({ matches }) => matches).length, total: tried.length })}
          </p>
          <ol className="vg-list-plain vg-tried">
            {tried.map((event, index) => (
              // Events have no name but their place.
              // oxlint-disable-next-line no-array-index-key
              <TriedEvent key={index} event={event} number={index + 1} />
            ))}
          </ol>
        </>
      )}
    </form>
  );
}
