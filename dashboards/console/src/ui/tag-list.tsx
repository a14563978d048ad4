/** ATT&CK tags in words: tactics in the person's language, techniques by number with a link to their page. */
import { parseTag, type Tactic } from '../alerts/attack.ts';
import type { LabelKey } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { LineText } from '../text/safe-text.tsx';

export const tacticLabel: Readonly<Record<Tactic, LabelKey>> = {
  reconnaissance: 'tactic.reconnaissance',
  'resource-development': 'tactic.resourceDevelopment',
  'initial-access': 'tactic.initialAccess',
  execution: 'tactic.execution',
  persistence: 'tactic.persistence',
  'privilege-escalation': 'tactic.privilegeEscalation',
  stealth: 'tactic.stealth',
  'defense-impairment': 'tactic.defenseImpairment',
  'defense-evasion': 'tactic.defenseEvasion',
  'credential-access': 'tactic.credentialAccess',
  discovery: 'tactic.discovery',
  'lateral-movement': 'tactic.lateralMovement',
  collection: 'tactic.collection',
  'command-and-control': 'tactic.commandAndControl',
  exfiltration: 'tactic.exfiltration',
  impact: 'tactic.impact',
};

export function TagText({ tag }: { readonly tag: string }) {
  const { t } = useI18n();
  const parsed = parseTag(tag);
  switch (parsed.kind) {
    case 'tactic':
      return t(tacticLabel[parsed.tactic]);
    case 'technique':
      return (
        <a href={parsed.url} target="_blank" rel="noopener noreferrer nofollow">
          {parsed.id}
        </a>
      );
    case 'other':
      return <LineText value={parsed.text} />;
  }
}

export function TagList({ tags }: { readonly tags: readonly string[] }) {
  const { t } = useI18n();
  if (tags.length === 0) return null;
  return (
    <ul className="vg-tags" aria-label={t('tags.label')}>
      {tags.map((tag) => (
        <li key={tag} data-kind={parseTag(tag).kind}>
          <TagText tag={tag} />
        </li>
      ))}
    </ul>
  );
}
