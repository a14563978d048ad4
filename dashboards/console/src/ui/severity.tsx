/** Severity as a shape, a colour and a word, so that colour never stands alone. */
import type { Severity } from '../api/types.ts';
import type { LabelKey } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';

export const severityLabel: Readonly<Record<Severity, LabelKey>> = {
  critical: 'severity.critical',
  high: 'severity.high',
  medium: 'severity.medium',
  low: 'severity.low',
  informational: 'severity.informational',
};

const shapes: Readonly<Record<Severity, React.ReactNode>> = {
  critical: (
    <>
      <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor" />
      <path d="M8 4v5M8 11.4v.6" stroke="var(--on-severity)" strokeWidth="1.9" strokeLinecap="round" />
    </>
  ),
  high: (
    <>
      <path d="M8 1.2 15.4 14.6H.6z" fill="currentColor" strokeLinejoin="round" />
      <path d="M8 6v4M8 12.2v.2" stroke="var(--on-severity)" strokeWidth="1.7" strokeLinecap="round" />
    </>
  ),
  medium: <path d="M8 1.2 14.8 8 8 14.8 1.2 8z" fill="currentColor" />,
  low: <circle cx="8" cy="8" r="4.6" fill="none" stroke="currentColor" strokeWidth="3.2" />,
  informational: <path d="M3 8h10" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />,
};

/** The shape alone; give the word next to it. */
export function SeverityIcon({ severity }: { readonly severity: Severity }) {
  return (
    <svg className="vg-severity-icon" data-severity={severity} viewBox="0 0 16 16" aria-hidden="true">
      {shapes[severity]}
    </svg>
  );
}

/** Shape and word. */
export function SeverityLabel({ severity }: { readonly severity: Severity }) {
  const { t } = useI18n();
  return (
    <span className="vg-severity" data-severity={severity}>
      <SeverityIcon severity={severity} />
      <span className="vg-severity-word">{t(severityLabel[severity])}</span>
    </span>
  );
}
