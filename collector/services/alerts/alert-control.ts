/** Shows alerts that are new or changed to whoever listens. */
import type { AlertControl } from '../../api/ports.ts';
import type { LiveHub } from './live-hub.ts';
import { findAlerts } from '../../registry/alert-book.ts';
import type { Registry } from '../../registry/database.ts';

/** More at once are not shown one by one: listeners are told to read the list again. */
const SHOWN_MAX = 200;

export function alertControl(registry: Registry, live: LiveHub): AlertControl {
  return {
    async changed(ids) {
      if (!live.hasListeners || ids.length === 0) return;
      if (ids.length > SHOWN_MAX) {
        live.publish({ type: 'refresh', what: 'alerts' });
        return;
      }
      for (const alert of await findAlerts(registry.db, ids, registry.now())) {
        live.publish({ type: 'alert', alert });
      }
    },
  };
}
