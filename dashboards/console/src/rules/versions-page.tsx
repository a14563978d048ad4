/** Two versions of a rule side by side; either may be put in force from here. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { titleOf } from '../alerts/labels.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href, pathOf } from '../router/location.ts';
import { navigate, useLocation } from '../router/router.tsx';
import type { PageProps } from '../shell/area.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import '../styles/explore.css';
import './rules.css';
import { messages } from './messages.ts';
import { Difference } from './difference.tsx';
import { ActivateDialog } from './rule-acts.tsx';
import { readRule, ruleDiff, ruleVersions } from './rules-api.ts';

export default function VersionsPage({ params }: PageProps) {
  const id = params['id'] ?? '';
  const { language, dateTime } = useI18n();
  const text = useText(messages);
  const { search } = useLocation();
  const mayWrite = useMay('rule:write');
  const [activating, setActivating] = useState(false);
  const rule = useQuery({
    queryKey: ['rules', 'one', id],
    queryFn: ({ signal }) => readRule(id, signal),
    staleTime: 10_000,
  });
  const versions = useQuery({
    queryKey: ['rules', 'versions', id],
    queryFn: ({ signal }) => ruleVersions(id, signal),
    staleTime: 10_000,
  });
  const numbers = versions.data?.versions.map(({ number }) => number) ?? [];
  const active = rule.data?.body.activeVersion;
  const to = search.get('to') ?? String(numbers[0] ?? '');
  const from = search.get('from') ?? String(numbers.find((number) => String(number) !== to) ?? to);
  const diff = useQuery({
    queryKey: ['rules', 'diff', id, from, to],
    queryFn: ({ signal }) => ruleDiff(id, from, to, signal),
    enabled: from !== '' && to !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  const choices = (versions.data?.versions ?? []).map((version) => ({
    value: String(version.number),
    label: [
      text('rules.versionName', { n: version.number }),
      ...(version.number === active ? [text('rules.inForce').toLowerCase()] : []),
      dateTime(version.madeAt),
    ].join(' · '),
  }));
  const go = (next: { readonly from?: string; readonly to?: string }) =>
    navigate(href(pathOf('rules', id, 'versions'), { from, to, ...next }), { replace: true });
  return (
    <Page
      title={
        rule.data === undefined ? (
          text('rules.diffTitle')
        ) : (
          <LineText value={titleOf(rule.data.body, language)} />
        )
      }
      back={{ to: pathOf('rules', id), label: text('rules.title') }}
      actions={
        mayWrite && rule.data !== undefined && to !== '' && to !== String(active) ? (
          <Button
            type="primary"
            aria-haspopup="dialog"
            onClick={() => setActivating(true)}
            data-testid="rule-activate"
          >
            {text('rules.activateTitle', { n: Number(to) })}
          </Button>
        ) : undefined
      }
      toolbar={
        <>
          <FilterSelect
            labelled
            label={text('rules.diffFrom')}
            value={from}
            options={choices}
            onChange={(value) => go({ from: value })}
          />
          <FilterSelect
            labelled
            label={text('rules.diffTo')}
            value={to}
            options={choices}
            onChange={(value) => go({ to: value })}
          />
        </>
      }
    >
      <QueryView query={versions}>{() => null}</QueryView>
      {from === '' ? null : (
        <QueryView query={diff}>
          {({ lines }) => <Difference lines={lines} caption={text('rules.diffTitle')} />}
        </QueryView>
      )}
      {activating && rule.data !== undefined ? (
        <ActivateDialog
          rule={rule.data.body}
          etag={rule.data.etag}
          version={Number(to)}
          onClose={() => setActivating(false)}
        />
      ) : null}
    </Page>
  );
}
