/** Rules of folders that could not be loaded: each with its place and the reason. Nothing where all could. */
import { useQuery } from '@tanstack/react-query';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { api } from '../session/session-store.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { messages } from './messages.ts';

const shownMax = 50;

export function RejectedRules() {
  const text = useText(messages);
  const { language } = useI18n();
  const { data } = useQuery({
    queryKey: ['rules'],
    queryFn: ({ signal }) => api.rules(signal),
    staleTime: 60_000,
  });
  const rejected = data?.rejected ?? [];
  if (rejected.length === 0) return null;
  return (
    <details className="vg-rejected">
      <summary>{text('rules.rejected.one', { n: rejected.length })}</summary>
      <ul>
        {rejected.slice(0, shownMax).map((entry, index) => (
          // One file may be refused twice at one place, so the index is part of the name.
          // oxlint-disable-next-line no-array-index-key
          <li key={`${entry.source}:${entry.line}:${index}`} data-testid="rejected-rule">
            <code className="vg-where">
              <LineText value={`${entry.source}:${entry.line}:${entry.column}`} />
            </code>
            <BlockText value={language === 'vi' ? (entry.messageVi ?? entry.message) : entry.message} />
          </li>
        ))}
      </ul>
    </details>
  );
}
