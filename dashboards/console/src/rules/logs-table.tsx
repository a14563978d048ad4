/** Logs of a kind of host: those that are missing first, with the rules that see nothing without them and what to do. */
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { messages } from './logs-messages.ts';
import type { NeedOfLog } from './rules-api.ts';

const stateLabel = {
  missing: ['logs.state.missing', 'bad'],
  unproven: ['logs.state.unproven', 'quiet'],
  seen: ['logs.state.seen', 'good'],
} as const satisfies Record<NeedOfLog['state'], readonly [string, Tone]>;

const rank = (log: NeedOfLog): number => (log.state === 'missing' ? 0 : log.state === 'unproven' ? 1 : 2);

/** What stands between backticks is typed as it is. */
function How({ text }: { readonly text: string }) {
  const parts = text.split('`').map((part, at) => ({ part, at }));
  return <>{parts.map(({ part, at }) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</>;
}

export function LogsTable({ logs }: { readonly logs: readonly NeedOfLog[] }) {
  const text = useText(messages);
  const { language, number } = useI18n();
  const sorted = logs.toSorted(
    (a, b) => rank(a) - rank(b) || b.blind.length - a.blind.length || b.rules - a.rules,
  );
  return (
    <DataTable
      caption={text('logs.tableCaption')}
      rows={sorted}
      keyOf={({ id }) => id}
      testId="log-row"
      dataOf={({ state }) => ({ 'data-state': state })}
      columns={[
        {
          key: 'log',
          label: text('logs.log'),
          wrap: true,
          cell: ({ title }) => <strong>{title[language]}</strong>,
        },
        {
          key: 'state',
          label: text('logs.state'),
          width: '130px',
          cell: ({ state }) => {
            const [label, tone] = stateLabel[state];
            return <Badge tone={tone}>{text(label)}</Badge>;
          },
        },
        {
          key: 'rules',
          label: text('logs.need'),
          numeric: true,
          width: '100px',
          needs: 'narrow',
          cell: ({ rules }) => number(rules),
        },
        {
          key: 'blind',
          label: text('logs.blind'),
          wrap: true,
          width: '28%',
          cell: ({ blind }) =>
            blind.length === 0 ? (
              '—'
            ) : (
              <details>
                <summary>{text('logs.blindRules', { n: blind.length })}</summary>
                <ul className="vg-plain-list">
                  {blind.map(({ id, title, titleVi }) => (
                    <li key={id}>
                      <Link to={pathOf('rules', id)}>
                        <LineText value={language === 'vi' ? (titleVi ?? title) : title} />
                      </Link>
                    </li>
                  ))}
                </ul>
              </details>
            ),
        },
        {
          key: 'how',
          label: text('logs.how'),
          wrap: true,
          needs: 'medium',
          cell: ({ how, state }) => (
            <span className={state === 'seen' ? 'vg-muted' : undefined}>
              <How text={how[language]} />
            </span>
          ),
        },
      ]}
    />
  );
}
