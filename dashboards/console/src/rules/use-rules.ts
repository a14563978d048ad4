/** The list of rules as the page shows it: content from the server, or a report about it, with what each rule did. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { matchesReport, ruleServerQuery, type RuleFilters } from './rule-filters.ts';
import type { RuleStat } from './rule-shapes.ts';
import { ruleFacets, ruleList, ruleStats, type Rule } from './rules-api.ts';

const pageSize = 200;
const reportMs = 5 * 60_000;

/** A line of the list: of a report only what reports tell. */
export type RuleRow = {
  readonly id: string;
  readonly title: string;
  readonly titleVi: string | null;
  readonly state: Rule['state'];
  readonly level: string | null;
  readonly rule: Rule | undefined;
  readonly stat: RuleStat | undefined;
};

export function useRuleList(filters: RuleFilters) {
  const query = ruleServerQuery(filters);
  const isReport = filters.view === 'noisy' || filters.view === 'dead';
  const list = useInfiniteQuery({
    queryKey: ['rules', 'content', query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => ruleList({ ...query, limit: pageSize, after: pageParam }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
    enabled: !isReport,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const facets = useQuery({
    queryKey: ['rules', 'facets', query],
    queryFn: ({ signal }) => ruleFacets(query, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  // Counting matches reads the events of a month: it may come after the list.
  const stats = useQuery({
    queryKey: ['rules', 'report', 'stats'],
    queryFn: ({ signal }) => ruleStats('stats', signal),
    staleTime: reportMs,
  });
  const report = useQuery({
    queryKey: ['rules', 'report', filters.view],
    queryFn: ({ signal }) => ruleStats(filters.view === 'noisy' ? 'noisy' : 'dead', signal),
    enabled: isReport,
    staleTime: reportMs,
  });
  const rows = useMemo((): readonly RuleRow[] => {
    if (isReport) {
      return (report.data?.rules ?? [])
        .filter((stat) => matchesReport(stat, filters))
        .map((stat) => ({ ...stat, rule: undefined, stat }));
    }
    const byId = new Map(stats.data?.rules.map((stat) => [stat.id, stat]));
    return (list.data?.pages.flatMap((page) => page.rules) ?? []).map((rule) => ({
      ...rule,
      rule,
      stat: byId.get(rule.id),
    }));
  }, [filters, isReport, list.data, report.data, stats.data]);
  return { rows, list, facets: facets.data, query: isReport ? report : list };
}
