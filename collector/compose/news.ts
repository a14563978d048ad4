/** What has just changed, for whoever looks at the console, and for parts that act on it. */
import { alertControl } from '../services/alerts/alert-control.ts';
import type { AlertControl } from '../api/ports.ts';
import { LiveHub } from '../services/alerts/live-hub.ts';
import type { Ground } from './ground.ts';
import type { Stores } from './stores.ts';

export interface News {
  live: LiveHub;
  alerts: AlertControl;
  /** To be told of alerts that are new or changed, after they are durable. */
  onAlerts: (ids: readonly string[]) => void;
  /** Who acts on them beside the console. */
  listen: (listener: () => void) => void;
}

export function openNews({ inBackground }: Ground, { registry }: Stores): News {
  const live = new LiveHub();
  const alerts = alertControl(registry, live);
  const listeners: (() => void)[] = [];
  return {
    live,
    alerts,
    onAlerts: (ids) => {
      inBackground(alerts.changed(ids));
      for (const listener of listeners) listener();
    },
    listen: (listener) => void listeners.push(listener),
  };
}
