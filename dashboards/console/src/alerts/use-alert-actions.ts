/**
 * What a person does to an alert: shown at once, undone from the note, put back when the server refuses.
 * Invariant: a refusal restores what the rows showed before and says why.
 */
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Alert, AlertDetail, AlertState, AlertVerdict } from '../api/types.ts';
import type { MessageKey } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { api } from '../session/session-store.ts';
import { waitingStore } from '../shell/live-connection.ts';
import { errorText } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import { addWaiting, replaceInPlace, type AlertPages } from './alert-feed.ts';

/** What an alert is closed with. */
export type Closing = {
  readonly verdict: AlertVerdict;
  readonly reason: string;
  readonly duplicateOf?: string;
};

export type AlertActions = {
  readonly acknowledge: (alert: Alert) => void;
  readonly reopen: (alert: Alert) => void;
  /** Waits for the server, so that the form can keep the text. @throws ApiError */
  readonly close: (alert: Alert, closing: Closing) => Promise<void>;
};

const doneText = {
  new: 'alert.doneNew',
  acknowledged: 'alert.doneAcknowledged',
  'in-progress': 'alert.doneInProgress',
  closed: 'alert.doneClosed',
} as const satisfies Readonly<Record<AlertState, MessageKey>>;

function showState(client: QueryClient, alert: Alert, state: AlertState): void {
  const changed = (known: Alert): Alert => ({ ...known, state });
  for (const [key, pages] of client.getQueriesData<AlertPages>({ queryKey: ['alerts'] })) {
    const row = pages?.pages.flatMap((page) => page.alerts).find((known) => known.id === alert.id);
    if (pages !== undefined && row !== undefined)
      client.setQueryData(key, replaceInPlace(pages, changed(row)));
  }
  client.setQueryData<AlertDetail>(['alert', alert.id], (detail) =>
    detail === undefined ? detail : { ...detail, state },
  );
  const waits = waitingStore.get().get(alert.id);
  if (waits !== undefined) waitingStore.set(addWaiting(waitingStore.get(), changed(waits)));
}

/** As it was closed before it was reopened. */
function closedAgain({ verdict, duplicateOf }: Alert) {
  return {
    state: 'closed',
    verdict: verdict ?? 'true-positive',
    ...(duplicateOf === null ? {} : { duplicateOf }),
    reason: verdict ?? 'true-positive',
  } as const;
}

export function useAlertActions(): AlertActions {
  const client = useQueryClient();
  const { t, language } = useI18n();
  return useMemo(() => {
    const title = (alert: Alert) =>
      (language === 'vi' ? (alert.titleVi ?? alert.title) : alert.title).slice(0, 80);

    const refreshCounts = () => client.invalidateQueries({ queryKey: ['overview'] });

    const done = (alert: Alert, state: AlertState) => {
      void refreshCounts();
      showToast({
        kind: 'done',
        about: alert.id,
        text: t(doneText[state], { title: title(alert) }),
        action: { label: t('action.undo'), run: () => void change(alert, alert.state, { undo: true }) },
      });
    };

    const change = async (alert: Alert, state: AlertState, options: { readonly undo?: boolean } = {}) => {
      const before = options.undo === true ? null : alert.state;
      showState(client, alert, state);
      try {
        await api.patchAlert(alert.id, state === 'closed' ? closedAgain(alert) : { state });
        if (options.undo === true) {
          void refreshCounts();
          showToast({ kind: 'done', about: alert.id, text: t('alert.undone', { title: title(alert) }) });
        } else {
          done(alert, state);
        }
      } catch (error) {
        if (before === null) void client.invalidateQueries({ queryKey: ['alert', alert.id] });
        else showState(client, alert, before);
        showToast({
          kind: 'error',
          about: alert.id,
          text: t('alert.failed', { title: title(alert), reason: errorText(error, t) }),
          action: { label: t('action.retry'), run: () => void change(alert, state, options) },
        });
      }
    };

    return {
      acknowledge: (alert) => void change(alert, 'acknowledged'),
      reopen: (alert) => void change(alert, 'new'),
      async close(alert, closing) {
        await api.patchAlert(alert.id, { state: 'closed', ...closing });
        showState(client, alert, 'closed');
        done(alert, 'closed');
      },
    };
  }, [client, language, t]);
}
