/** Two versions of a group's policy side by side. */
import { useQueries, useQuery } from '@tanstack/react-query';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { useQueryState } from '../../router/use-query.ts';
import { Difference } from '../../rules/difference.tsx';
import '../../rules/rules.css';
import type { PageProps } from '../../shell/area.ts';
import '../../styles/explore.css';
import { visibleString } from '../../text/visible-text.ts';
import { FilterSelect } from '../../ui/filter-select.tsx';
import { ErrorNotice, Loading } from '../../ui/notices.tsx';
import { Page } from '../../ui/page.tsx';
import { lineDiff } from './line-diff.ts';
import { readPolicies, readPolicy } from './policies-api.ts';
import { messages } from './policy-messages.ts';
import { prettyText, versionText } from './policy-words.ts';

export default function PolicyVersionsPage({ params }: PageProps) {
  const group = params['group'] ?? '';
  const { dateTime } = useI18n();
  const text = useText(messages);
  const state = useQueryState();
  const policies = useQuery({
    queryKey: ['policies', 'list'],
    queryFn: ({ signal }) => readPolicies(signal),
  });
  const versions = policies.data?.policies.filter((one) => one.group === group) ?? [];
  const to = state.get('to') === '' ? String(versions[0]?.version ?? 0) : state.get('to');
  const from = state.get('from') === '' ? String(Math.max(0, Number(to) - 1)) : state.get('from');
  const [before, after] = useQueries({
    queries: [from, to].map((version) => ({
      queryKey: ['policies', 'one', group, Number(version)],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) =>
        version === '0'
          ? { document: {} }
          : { document: (await readPolicy(group, Number(version), signal)).document },
      enabled: policies.data !== undefined,
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  const choices = [
    ...versions.map(({ version, createdAt }) => ({
      value: String(version),
      label: `${text('policy.version', { n: version })} · ${dateTime(createdAt)}`,
    })),
    { value: '0', label: versionText(0, text) },
  ];
  const title = text('policy.compareTitle', { group: visibleString(group, 80) });
  const error = policies.error ?? before?.error ?? after?.error ?? null;
  return (
    <Page
      title={title}
      back={{ to: pathOf('administration', 'policies', group), label: text('policy.back') }}
      toolbar={
        <>
          <FilterSelect
            labelled
            label={text('policy.from')}
            value={from}
            options={choices}
            onChange={(value) => state.set({ from: value, to })}
          />
          <FilterSelect
            labelled
            label={text('policy.to')}
            value={to}
            options={choices}
            onChange={(value) => state.set({ from, to: value })}
          />
        </>
      }
    >
      {error === null ? null : <ErrorNotice error={error} />}
      {before?.data === undefined || after?.data === undefined ? (
        error === null ? (
          <Loading />
        ) : null
      ) : (
        <Difference
          lines={lineDiff(prettyText(before.data.document), prettyText(after.data.document))}
          caption={title}
        />
      )}
    </Page>
  );
}
