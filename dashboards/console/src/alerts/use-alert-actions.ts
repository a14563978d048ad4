/**
 * What a person does to an alert: shown at once, undone from the note, put back when the server refuses.
 * Invariant: a refusal restores what the rows showed before and says why.
 */
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Alert, AlertDetail, AlertState, AlertVerdict } from '../api/types.ts';
import type { MessageKey } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { api } from '../session/session-store.ts';
import { waitingStore } from '../shell/live-connection.ts';
import { errorText } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import { messages } from './alert-messages.ts';
import { addWaiting, replaceInPlace, type AlertPages } from './alert-feed.ts';

/** What an alert is closed with. */
export type Closing = {
  readonly verdict: AlertVerdict;
  readonly reason: string;
  readonly duplicateOf?: string;
};

export type AlertActions = {
  readonly acknowledge: (alert: Alert) => void;
  readonly begin: (alert: Alert) => void;
  /** @param assignee a user name; null: nobody has it */
  readonly assign: (alert: Alert, assignee: string | null) => void;
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

/** Shows a changed alert wherever it is in view. */
function show(client: QueryClient, { id, state, assignee }: Alert): void {
  const changed = (known: Alert): Alert => ({ ...known, state, assignee });
  for (const [key, pages] of client.getQueriesData<AlertPages>({ queryKey: ['alerts'] })) {
    const row = pages?.pages.flatMap((page) => page.alerts).find((known) => known.id === id);
    if (pages !== undefined && row !== undefined)
      client.setQueryData(key, replaceInPlace(pages, changed(row)));
  }
  client.setQueryData<AlertDetail>(['alert', id], (detail) =>
    detail === undefined ? detail : { ...detail, state, assignee },
  );
  const waits = waitingStore.get().get(id);
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
  const say = useText(messages);
  return useMemo(() => {
    const title = (alert: Alert) =>
      (language === 'vi' ? (alert.titleVi ?? alert.title) : alert.title).slice(0, 80);

    const refreshCounts = async () => {
      await client.invalidateQueries({ queryKey: ['overview'] });
      await client.invalidateQueries({ queryKey: ['alert-facets'] });
    };

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
      show(client, { ...alert, state });
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
        else show(client, { ...alert, state: before });
        showToast({
          kind: 'error',
          about: alert.id,
          text: t('alert.failed', { title: title(alert), reason: errorText(error, t) }),
          action: { label: t('action.retry'), run: () => void change(alert, state, options) },
        });
      }
    };

    const assign = async (alert: Alert, assignee: string | null, isUndo = false) => {
      try {
        await api.patchAlert(alert.id, { assignee });
        show(client, { ...alert, assignee });
        void client.invalidateQueries({ queryKey: ['alert', alert.id] });
        showToast({
          kind: 'done',
          about: alert.id,
          text: isUndo
            ? t('alert.undone', { title: title(alert) })
            : assignee === null
              ? say('triage.doneFreed', { title: title(alert) })
              : say('triage.doneAssigned', { title: title(alert), who: assignee }),
          ...(isUndo
            ? {}
            : {
                action: {
                  label: t('action.undo'),
                  run: () => void assign({ ...alert, assignee }, alert.assignee, true),
                },
              }),
        });
      } catch (error) {
        showToast({
          kind: 'error',
          about: alert.id,
          text: t('alert.failed', { title: title(alert), reason: errorText(error, t) }),
        });
      }
    };

    return {
      acknowledge: (alert) => void change(alert, 'acknowledged'),
      begin: (alert) => void change(alert, 'in-progress'),
      assign: (alert, assignee) => void assign(alert, assignee),
      reopen: (alert) => void change(alert, 'new'),
      async close(alert, closing) {
        await api.patchAlert(alert.id, { state: 'closed', ...closing });
        show(client, { ...alert, state: 'closed' });
        done(alert, 'closed');
      },
    };
  }, [client, language, say, t]);
}
