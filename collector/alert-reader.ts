/** The API's view of alerts: the control plane's alert book, and the live feed told of each change. */
import type { AlertReader } from './api/ports.ts';
import type { LiveHub } from './live-hub.ts';
import { countOpenAlerts, listAlerts, moveAlert, readAlert } from './registry/alert-book.ts';
import type { Registry } from './registry/database.ts';

/** The API's port over the alert book; each change is told to the live feed. */
export function agencyAlerts(registry: Registry, live: LiveHub): AlertReader {
  const { db } = registry;
  return {
    list: (query, scope) => listAlerts(db, query, scope),
    get: (id, scope) => readAlert(db, id, scope),
    openBySeverity: (scope) => countOpenAlerts(db, scope),
    patch: async (id, { state, reason }, who, scope) => {
      const change = { id, state, reason, by: who, nowMs: registry.now() };
      if (!(await moveAlert(db, change, scope))) return undefined;
      const alert = await readAlert(db, id, scope);
      if (alert !== undefined) live.publish({ type: 'alert', alert });
      return alert;
    },
  };
}
