/** A rule that matched, by its title once the rules are read; leads to its alerts. */
import { useQuery } from '@tanstack/react-query';
import { titleOf } from '../alerts/labels.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { api } from '../session/session-store.ts';
import { LineText } from '../text/safe-text.tsx';

export function RuleLink({ ruleId }: { readonly ruleId: string }) {
  const { t, language } = useI18n();
  const { data } = useQuery({
    queryKey: ['rules'],
    queryFn: ({ signal }) => api.rules(signal),
    staleTime: 60_000,
  });
  const rule = data?.rules.find((known) => known.id === ruleId);
  return (
    <Link to={href('/alerts', { rule: ruleId, state: 'all' })} title={t('rules.alerts')}>
      <span aria-hidden="true">◆ </span>
      <LineText value={rule === undefined ? ruleId : titleOf(rule, language)} />
    </Link>
  );
}
