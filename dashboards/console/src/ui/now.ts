/** One clock for all relative times on the page, so a hundred rows do not keep a hundred timers. */
import { useSyncExternalStore } from 'react';
import { createStore } from './store.ts';

const tickMs = 10_000;
const now = createStore(Date.now());
window.setInterval(() => {
  if (document.visibilityState === 'visible') now.set(Date.now());
}, tickMs);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') now.set(Date.now());
});

/** Milliseconds since 1970, renewed every ten seconds while the page is looked at. */
export function useNow(): number {
  return useSyncExternalStore(now.subscribe, now.get);
}
