/** Whether what is shown is live: a badge always, a bar across the page when it is not. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { ConnectionState } from '../api/live-stream.ts';
import type { LabelKey } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { connectionStore, reconnectNow } from './live-connection.ts';

const labels: Readonly<Record<ConnectionState['kind'], LabelKey>> = {
  connecting: 'connection.connecting',
  live: 'connection.live',
  lost: 'connection.lost',
  refused: 'connection.refused',
};

function useConnection(): ConnectionState {
  return useSyncExternalStore(connectionStore.subscribe, connectionStore.get);
}

/** A dot and a word. */
export function ConnectionBadge() {
  const { t } = useI18n();
  const { kind } = useConnection();
  return (
    <span className="vg-connection" data-testid="connection-state" data-state={kind} role="status">
      <span className="vg-connection-dot" aria-hidden="true" />
      {t(labels[kind])}
    </span>
  );
}

function useSecondsUntil(atMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 1_000);
    return () => window.clearInterval(timer);
  }, []);
  return Math.max(0, Math.ceil((atMs - now) / 1_000));
}

function LostBar({ retryAtMs }: { readonly retryAtMs: number }) {
  const { t } = useI18n();
  const seconds = useSecondsUntil(retryAtMs);
  return (
    <div className="vg-lost-bar" role="alert">
      <span>{t('connection.lostText')}</span>
      <span className="vg-lost-wait" aria-live="off">
        {t('connection.retryIn', { n: seconds })}
      </span>
      <button type="button" className="vg-button" onClick={reconnectNow}>
        {t('connection.retryNow')}
      </button>
    </div>
  );
}

/** Says that the page no longer follows the server; stays while a new try runs. */
export function ConnectionBar() {
  const state = useConnection();
  const [retryAtMs, setRetryAtMs] = useState<number | null>(null);
  useEffect(() => {
    if (state.kind === 'lost') setRetryAtMs(state.retryAtMs);
    if (state.kind === 'live' || state.kind === 'refused') setRetryAtMs(null);
  }, [state]);
  return retryAtMs === null ? null : <LostBar retryAtMs={retryAtMs} />;
}
