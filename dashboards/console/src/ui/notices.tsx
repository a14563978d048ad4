/** What a page says when there is nothing to show or something failed: what happened, and what to do next. */
import type { ReactNode } from 'react';
import { ApiError } from '../api/http.ts';
import type { LabelKey, Translate } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';

/** Codes of the API that say more than their status. */
const byCode: Readonly<Partial<Record<string, LabelKey>>> = {
  'cross-site': 'error.crossSite',
  'file-infected': 'error.infected',
  'scanner-away': 'error.scannerAway',
  'storage-unavailable': 'error.storage',
  'too-large': 'error.tooLarge',
};

/** A failure in words: what happened and what to do. */
export function errorText(error: unknown, t: Translate): string {
  if (!(error instanceof ApiError)) return t('error.unexpected');
  const label = byCode[error.code];
  if (label !== undefined) return t(label);
  if (error.status === 0) return t('error.unreachable');
  if (error.status === 401) return t('error.signedOut');
  if (error.status === 403) return t('error.forbidden');
  if (error.status === 404) return t('error.notFound');
  if (error.code === 'version-conflict') return t('error.conflict');
  if (error.status === 409) return t('error.inTheWay', { message: error.message });
  if (error.status === 429) {
    return error.retryAfterSeconds === undefined
      ? t('error.tooMany')
      : t('error.tooManyWait', { n: error.retryAfterSeconds });
  }
  if (error.status >= 500) return t('error.server', { status: error.status, message: error.message });
  return t('error.refused', { status: error.status, message: error.message });
}

/** A failed read, with a way to try again. */
export function ErrorNotice({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { t } = useI18n();
  return (
    <div className="vg-notice vg-notice-error" role="alert">
      <p>{errorText(error, t)}</p>
      {onRetry === undefined ? null : (
        <button type="button" className="vg-button" onClick={onRetry}>
          {t('action.retry')}
        </button>
      )}
    </div>
  );
}

type EmptyProps = { readonly title: string; readonly children?: ReactNode };

/** Nothing to show; the children say what to do next. */
export function EmptyState({ title, children }: EmptyProps) {
  return (
    <div className="vg-empty" role="status">
      <svg viewBox="0 0 48 48" aria-hidden="true" className="vg-empty-mark">
        <path d="M8 19 24 9l16 10M14 20h20v8H14zM18 28l-4 13M30 28l4 13M16.4 34h15.2" />
      </svg>
      <p className="vg-empty-title">{title}</p>
      {children === undefined ? null : <div className="vg-empty-text">{children}</div>}
    </div>
  );
}

/** Rows-to-come, announced politely. */
export function Loading({ label }: { readonly label?: string }) {
  const { t } = useI18n();
  return (
    <div className="vg-loading" role="status">
      <span className="vg-spinner" aria-hidden="true" />
      {label ?? t('state.loading')}
    </div>
  );
}
