/** Titles of rules by id, in the person's language, for places that know the id alone. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { api } from '../session/session-store.ts';
import { useMay } from '../shell/me.ts';

export function useRuleTitles(): (ruleId: string) => string | undefined {
  const { language } = useI18n();
  const may = useMay('rule:read');
  const { data } = useQuery({
    queryKey: ['rules'],
    enabled: may,
    queryFn: ({ signal }) => api.rules(signal),
    staleTime: 300_000,
  });
  return useMemo(() => {
    const titles = new Map(
      (data?.rules ?? []).map(({ id, title, titleVi }) => [
        id,
        language === 'vi' ? (titleVi ?? title) : title,
      ]),
    );
    return (ruleId) => titles.get(ruleId);
  }, [data, language]);
}
