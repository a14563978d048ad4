/**
 * Somebody's rights were taken while they worked: their session ended, and what they may do since is less. Says so, and lets them
 * take along what they had typed where its form is not theirs any more.
 */
import type { Me } from '../api/types.ts';
import { currentI18n } from '../i18n/use-i18n.ts';
import { showToast } from '../ui/toasts.tsx';
import { typedText } from './drafts.ts';

/** Of a text that the browser does not let us copy. */
const shownMax = 2_000;

async function copy(typed: string): Promise<void> {
  const { t } = currentI18n();
  try {
    await navigator.clipboard.writeText(typed);
    showToast({ kind: 'done', text: t('session.copied') });
  } catch (error) {
    // Without a safe address there is no clipboard at all.
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    showToast({ kind: 'error', text: t('session.notCopied', { text: typed.slice(0, shownMax) }) });
  }
}

/** @param before who was signed in on this page last, if anybody */
export function tellLostRights(before: Me | null, now: Me): void {
  if (before === null || before.username !== now.username) return;
  if (before.permissions.every((permission) => now.permissions.includes(permission))) return;
  const { t } = currentI18n();
  const typed = typedText();
  const about = { kind: 'error', about: 'lost-rights' } as const;
  if (typed === '') showToast({ ...about, text: t('session.lostRights') });
  else
    showToast({
      ...about,
      text: t('session.lostRightsTyped'),
      action: { label: t('session.copyTyped'), run: () => void copy(typed) },
    });
}
