/** How the host stands against its policies, failures first, with what was found and how to mend it. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import type { Severity } from '../api/types.ts';
import type { LabelOf } from '../i18n/messages.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { href } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import { containsWords, fold, foldedWords } from '../text/fold.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Chips } from '../ui/chips.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { Facts } from '../ui/facts.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Split } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { SeverityLabel } from '../ui/severity.tsx';
import { Section, SidePanel } from '../ui/side-panel.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import type { HostTabProps } from './host-page.tsx';
import { scoreOf } from './host-rows.ts';
import { messages } from './host-state-messages.ts';
import { hostAddress } from './host-table.tsx';
import { readPosture, readPosturePolicies } from './hosts-api.ts';
import type { Posture, PosturePolicies } from './hosts-types.ts';
import { MomentField } from './moment-field.tsx';

type Check = Posture['results'][number];
type Result = Check['result'];
type CheckWords = PosturePolicies['policies'][number]['checks'][number];
const results: readonly Result[] = ['fail', 'not-assessed', 'excepted', 'pass', 'not-applicable'];
const resultLabel: Readonly<Record<Result, readonly [LabelOf<typeof messages>, Tone]>> = {
  fail: ['posture.fail', 'bad'],
  'not-assessed': ['posture.notAssessed', 'warn'],
  excepted: ['posture.excepted', 'info'],
  pass: ['posture.pass', 'good'],
  'not-applicable': ['posture.notApplicable', 'quiet'],
};
const severityOrder: readonly string[] = ['critical', 'high', 'medium', 'low', 'informational'];

const keyOf = ({ policy, check }: Check): string => `${policy} ${check}`;
const severityOf = (text: string): Severity | undefined => {
  // A policy of the host's own may call it anything.
  const known: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'informational'];
  return known.find((severity) => severity === text);
};

function useCheckWords(): (check: Check) => {
  readonly title: string;
  readonly words: CheckWords | undefined;
} {
  const words = useWords();
  const { data } = useQuery({
    queryKey: ['hosts', 'posture-policies'],
    queryFn: ({ signal }) => readPosturePolicies(signal),
    staleTime: 60 * 60_000,
  });
  const known = useMemo(
    () =>
      new Map(
        data?.policies.flatMap(({ policy, checks }) =>
          checks.map((check): [string, CheckWords] => [`${policy} ${check.check}`, check]),
        ),
      ),
    [data],
  );
  return (check) => {
    const own = known.get(keyOf(check));
    const title = own === undefined ? check.title : words([own.title.vi, own.title.en]);
    return { title: title === '' ? check.check : title, words: own };
  };
}

function CheckPanel(props: {
  readonly check: Check;
  readonly title: string;
  readonly known: CheckWords | undefined;
  readonly onClose: () => void;
}) {
  const { check, title, known, onClose } = props;
  const text = useText(messages);
  const words = useWords();
  const severity = severityOf(check.severity);
  const [label, tone] = resultLabel[check.result];
  return (
    <SidePanel
      label={text('posture.panel')}
      title={<LineText value={title} />}
      top={
        <>
          <Badge tone={tone}>{text(label)}</Badge>
          {severity === undefined ? null : <SeverityLabel severity={severity} />}
        </>
      }
      openKey={keyOf(check)}
      testId="posture-panel"
      onClose={onClose}
    >
      {check.reason === '' ? null : (
        <Section title={text('posture.reason')}>
          <BlockText value={check.reason} />
        </Section>
      )}
      {check.observed === '' ? null : (
        <Section title={text('posture.observed')}>
          <BlockText value={check.observed} />
        </Section>
      )}
      {check.expected === '' ? null : (
        <Section title={text('posture.expected')}>
          <BlockText value={check.expected} />
        </Section>
      )}
      {known === undefined ? null : (
        <>
          <Section title={text('posture.mend')}>
            <BlockText value={words([known.mend.vi, known.mend.en])} />
          </Section>
          <Section title={text('posture.why')}>
            <BlockText value={words([known.why.vi, known.why.en])} />
          </Section>
        </>
      )}
      <Facts
        facts={[
          [text('posture.policy'), <LineText key="p" value={`${check.policy} ${check.policyVersion}`} />],
          [text('posture.check'), <LineText key="c" value={check.check} />],
          check.controls.length === 0
            ? null
            : [text('posture.controls'), <LineText key="k" value={check.controls.join(', ')} />],
          check.exceptedBy === ''
            ? null
            : [text('posture.exceptedBy'), <LineText key="b" value={check.exceptedBy} />],
          check.exceptedUntil === null
            ? null
            : [text('posture.exceptedUntil'), <AbsoluteTime key="u" iso={check.exceptedUntil} />],
          check.exceptionId === null
            ? null
            : [
                text('posture.askException'),
                <Link key="e" to={`/exceptions/${check.exceptionId}`}>
                  {`#${check.exceptionId}`}
                </Link>,
              ],
          [text('posture.toldAt'), <AbsoluteTime key="t" iso={check.toldAt} />],
        ]}
      />
    </SidePanel>
  );
}

export default function HostPosture({ agent }: HostTabProps) {
  const text = useText(messages);
  const { search } = useLocation();
  const at = search.get('at') ?? '';
  const words = search.get('q') ?? '';
  const openKey = search.get('check');
  const chosen = results.filter((result) => (search.get('result') ?? '').split(',').includes(result));
  const input = useRef<HTMLInputElement>(null);
  const wordsOf = useCheckWords();
  const query = useQuery({
    queryKey: ['hosts', 'posture', agent.id, at],
    queryFn: ({ signal }) => readPosture(agent.id, at === '' ? undefined : at, signal),
    staleTime: 60_000,
  });
  const addressOf = (check: string | null) =>
    href(hostAddress(agent.id, 'posture'), { at, q: words, result: chosen, check });
  const go = (next: Readonly<Record<string, string | readonly string[] | null>>) =>
    navigate(
      href(hostAddress(agent.id, 'posture'), { at, q: words, result: chosen, check: openKey, ...next }),
      {
        replace: true,
      },
    );
  const all = query.data?.results ?? [];
  const folded = foldedWords(words);
  const rows = all
    .filter((check) => chosen.length === 0 || chosen.includes(check.result))
    .filter((check) => {
      const { title } = wordsOf(check);
      return containsWords(fold([title, check.check, check.policy, ...check.controls].join(' ')), folded);
    })
    .toSorted(
      (a, b) =>
        results.indexOf(a.result) - results.indexOf(b.result) ||
        severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity) ||
        (keyOf(a) < keyOf(b) ? -1 : 1),
    );
  const open = all.find((check) => keyOf(check) === openKey);
  const current = useListKeys({
    keys: rows.map(keyOf),
    openKey: open === undefined ? null : openKey,
    addressOf,
    onSearch: () => input.current?.focus(),
  });
  const columns: readonly Column<Check>[] = [
    {
      key: 'result',
      label: text('posture.results'),
      width: '142px',
      cell: ({ result }) => <Badge tone={resultLabel[result][1]}>{text(resultLabel[result][0])}</Badge>,
    },
    {
      key: 'severity',
      label: '',
      width: '128px',
      needs: 'narrow',
      cell: (check) => {
        const severity = severityOf(check.severity);
        return severity === undefined ? (
          <LineText value={check.severity} />
        ) : (
          <SeverityLabel severity={severity} />
        );
      },
    },
    {
      key: 'check',
      label: text('posture.check'),
      wrap: true,
      cell: (check) => (
        <Link to={addressOf(keyOf(check))} className="vg-row-link">
          <LineText value={wordsOf(check).title} />
        </Link>
      ),
    },
    {
      key: 'policy',
      label: text('posture.policy'),
      needs: 'wide',
      cell: ({ policy }) => <LineText value={policy} />,
    },
    {
      key: 'controls',
      label: text('posture.controls'),
      needs: 'wide',
      cell: ({ controls }) => <LineText value={controls.join(', ')} />,
    },
  ];
  const score = scoreOf(query.data?.counts);
  return (
    <>
      <div className="vg-page-toolbar vg-tab-toolbar">
        <SearchBox
          label={text('posture.search')}
          value={words}
          inputRef={input}
          onChange={(q) => go({ q, check: null })}
        />
        <Chips
          label={text('posture.results')}
          chosen={chosen}
          testId="posture-results"
          chips={results
            .filter((result) => (query.data?.counts[result] ?? 0) > 0)
            .map((result) => ({
              value: result,
              label: text(resultLabel[result][0]),
              count: query.data?.counts[result],
            }))}
          onToggle={(result) =>
            go({
              result: chosen.includes(result) ? chosen.filter((one) => one !== result) : [...chosen, result],
            })
          }
        />
        <MomentField label={text('inventory.at')} value={at} onChange={(next) => go({ at: next })} />
        <span className="vg-toolbar-count" role="status">
          {score === undefined ? '' : text('posture.summary', { score })}
        </span>
      </div>
      <Split
        list={
          <QueryView query={query}>
            {() =>
              all.length === 0 ? (
                <EmptyState title={text('posture.none')}>
                  <p>{text('posture.noneText')}</p>
                </EmptyState>
              ) : rows.length === 0 ? (
                <EmptyState title={text('posture.noMatch')} />
              ) : (
                <DataTable
                  caption={text('posture.caption')}
                  columns={columns}
                  rows={rows}
                  keyOf={keyOf}
                  addressOf={(check) => addressOf(keyOf(check))}
                  currentKey={current}
                  testId="posture-row"
                  dataOf={({ result }) => ({ 'data-result': result })}
                />
              )
            }
          </QueryView>
        }
        panel={
          open === undefined ? null : (
            <CheckPanel
              check={open}
              title={wordsOf(open).title}
              known={wordsOf(open).words}
              onClose={() => navigate(addressOf(null))}
            />
          )
        }
      />
    </>
  );
}
