/**
 * Live arrival without jumping: an alert already in the list changes in its row, one that is not waits until the
 * person asks for it. Pure functions over immutable pages. Invariants: an alert occurs once; an older version never
 * replaces a newer one; the rows' order changes only in `showWaiting`.
 */
import type { Alert, AlertPage } from '../api/types.ts';

export type AlertPages = { readonly pages: AlertPage[]; readonly pageParams: unknown[] };

/** Alerts that arrived and are not shown, by id. */
export type Waiting = ReadonlyMap<string, Alert>;

/** More than this wait: the oldest are forgotten, a reload finds them. */
export const waitingMax = 2_000;

/** Compares by time, newest first; ids settle ties. */
function newestFirst(a: Alert, b: Alert): number {
  const difference = Date.parse(b.lastSeen) - Date.parse(a.lastSeen);
  if (difference !== 0) return difference;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

/** Replaces an alert in its place; the same object when it is not there or not newer. */
export function replaceInPlace(pages: AlertPages, alert: Alert): AlertPages {
  let replaced = false;
  const next = pages.pages.map((page) => {
    const index = page.alerts.findIndex((row) => row.id === alert.id);
    const row = page.alerts[index];
    if (row === undefined || Date.parse(row.updatedAt) > Date.parse(alert.updatedAt)) return page;
    replaced = true;
    return { ...page, alerts: page.alerts.with(index, alert) };
  });
  return replaced ? { ...pages, pages: next } : pages;
}

/** Adds an arrived alert to those that wait. */
export function addWaiting(waiting: Waiting, alert: Alert): Waiting {
  const known = waiting.get(alert.id);
  if (known !== undefined && Date.parse(known.updatedAt) > Date.parse(alert.updatedAt)) return waiting;
  const next = new Map(waiting);
  next.delete(alert.id);
  next.set(alert.id, alert);
  for (const id of next.keys()) {
    if (next.size <= waitingMax) break;
    next.delete(id);
  }
  return next;
}

/** All alerts of the pages, each once, in the server's order. */
export function rowsOf(pages: AlertPages | undefined): readonly Alert[] {
  const rows = new Map<string, Alert>();
  for (const page of pages?.pages ?? []) {
    for (const alert of page.alerts) if (!rows.has(alert.id)) rows.set(alert.id, alert);
  }
  return [...rows.values()];
}

/**
 * The waiting alerts a list should announce: those it would show at its top, newest first. One older than the last
 * row of a list with more pages belongs further down and is found by loading on.
 */
export function announced(
  waiting: Waiting,
  list: { readonly rows: readonly Alert[]; readonly hasMore: boolean },
  belongs: (alert: Alert) => boolean,
): readonly Alert[] {
  if (waiting.size === 0) return [];
  const shown = new Set(list.rows.map((row) => row.id));
  const last = list.rows.at(-1);
  const oldest = list.hasMore && last !== undefined ? Date.parse(last.lastSeen) : Number.NEGATIVE_INFINITY;
  return [...waiting.values()]
    .filter((alert) => !shown.has(alert.id) && Date.parse(alert.lastSeen) >= oldest && belongs(alert))
    .toSorted(newestFirst);
}

/** Puts the announced alerts at the top of the list. */
export function showWaiting(pages: AlertPages, alerts: readonly Alert[]): AlertPages {
  const [first, ...others] = pages.pages;
  if (first === undefined || alerts.length === 0) return pages;
  const ids = new Set(alerts.map((alert) => alert.id));
  const without = (page: AlertPage): AlertPage => ({
    ...page,
    alerts: page.alerts.filter((row) => !ids.has(row.id)),
  });
  return {
    ...pages,
    pages: [{ ...first, alerts: [...alerts, ...without(first).alerts] }, ...others.map(without)],
  };
}
