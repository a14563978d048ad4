/** The shown rows of the tree: all of it, folded where the person folded it, or those that a search finds. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import { agenciesKey, findByCode, type Agency, type AgencyKind } from './agencies-api.ts';
import { findAgencies, treeRows } from './agency-tree.ts';

/** Written like a code, so the server is asked whose it is. */
const codeForm = /^[\dA-Z]+(?:\.[\dA-Z]+)*$/iu;
const nobody: readonly Agency[] = [];

export function useAgencyRows(
  agencies: readonly Agency[],
  { text, kind }: { readonly text: string; readonly kind: AgencyKind | '' },
) {
  const { language } = useI18n();
  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set());
  const code = text.trim();
  const isCode = codeForm.test(code) && /\d/u.test(code);
  const byCode = useQuery({
    queryKey: [...agenciesKey, 'code', code],
    queryFn: ({ signal }) => findByCode(code, signal),
    enabled: isCode,
    staleTime: 60_000,
  });
  const coded = isCode ? (byCode.data?.agencies ?? nobody) : nobody;
  const filtered = code !== '' || kind !== '';
  const rows = useMemo(() => {
    if (!filtered) return treeRows(agencies, closed, language);
    const ids = new Set(coded.map(({ id }) => id));
    const named = new Set(findAgencies(agencies, code).map(({ id }) => id));
    return agencies
      .filter(
        (agency) => (named.has(agency.id) || ids.has(agency.id)) && (kind === '' || agency.kind === kind),
      )
      .map((agency) => ({ agency, depth: 0, children: 0 }));
  }, [agencies, closed, code, coded, filtered, kind, language]);
  const toggle = (id: number) =>
    setClosed((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return { rows, closed, toggle, filtered };
}
