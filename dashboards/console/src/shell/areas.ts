/** All rooms in the order of the rail, and which page an address is. A room without pages for this person is not shown. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { accountArea } from '../account/area.ts';
import { administrationArea } from '../administration/area.ts';
import { personalArea } from '../administration/notify/area.ts';
import { alertsArea } from '../alerts/area.ts';
import type { Me } from '../api/types.ts';
import { casesArea } from '../cases/area.ts';
import { complianceArea } from '../compliance/area.ts';
import { guideArea } from '../guide/area.ts';
import { hostsArea } from '../hosts/area.ts';
import { huntArea } from '../hunt/area.ts';
import { integrityArea } from '../integrity/area.ts';
import { overviewArea } from '../overview/area.ts';
import { matchPath, type Params } from '../router/location.ts';
import { rulesArea } from '../rules/area.ts';
import { welcomeArea } from '../welcome/area.ts';
import type { AreaTab } from '../ui/page.tsx';
import type { Area, AreaPage, PageProps } from './area.ts';

const areas: readonly Area[] = [
  overviewArea,
  alertsArea,
  casesArea,
  huntArea,
  hostsArea,
  integrityArea,
  rulesArea,
  complianceArea,
  administrationArea,
  welcomeArea,
  guideArea,
  accountArea,
  personalArea,
];

const lazied = new Map<AreaPage, LazyExoticComponent<ComponentType<PageProps>>>();

/** The component of a page, loaded when it is first shown. */
export function componentOf(page: AreaPage): LazyExoticComponent<ComponentType<PageProps>> {
  const known = lazied.get(page) ?? lazy(page.load);
  lazied.set(page, known);
  return known;
}

const mayOpen = (me: Me, page: AreaPage): boolean =>
  page.needs === undefined || me.permissions.includes(page.needs);

/** Where a tab, or a room, leads. */
export function placeOf(page: AreaPage): string {
  return page.path.replace(/\/:.*$/u, '');
}

/** The rooms that this person may enter, each with the pages they may open. */
export function areasOf(me: Me): readonly Area[] {
  return areas
    .map((area) => ({ ...area, pages: area.pages.filter((page) => mayOpen(me, page)) }))
    .filter((area) => area.pages.length > 0);
}

/** Those of them with a place in the rail. */
export function railOf(me: Me): readonly Area[] {
  return areasOf(me).filter((area) => area.hidden !== true);
}

export type Place =
  | { readonly kind: 'page'; readonly area: Area; readonly page: AreaPage; readonly params: Params }
  /** There is such a page, for others. */
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'unknown' };

/** What an address shows to this person; a fixed address comes before one that takes anything in its place. */
export function findPlace(me: Me, pathname: string): Place {
  const matches = areas.flatMap((area) =>
    area.pages.flatMap((page) => {
      const params = matchPath(page.path, pathname);
      return params === null ? [] : [{ area, page, params }];
    }),
  );
  const [match] = matches.toSorted((a, b) => Object.keys(a.params).length - Object.keys(b.params).length);
  if (match === undefined) return { kind: 'unknown' };
  const { area, page, params } = match;
  if (!mayOpen(me, page)) return { kind: 'forbidden' };
  // The page as it was declared: its chunk is loaded once.
  return { kind: 'page', area: areasOf(me).find(({ name }) => name === area.name) ?? area, page, params };
}

/** The tabs of a room, the one of the shown page lit. */
export function tabsOf(area: Area, shown: AreaPage): readonly AreaTab[] {
  const lit = shown.under ?? shown.path;
  return area.pages
    .filter((page) => page.tab === true)
    .map((page) => ({ to: placeOf(page), label: page.label, current: page.path === lit }));
}

/** Where somebody begins: the first page they may open. */
export function firstPlace(me: Me): string {
  const page = railOf(me)[0]?.pages[0];
  return page === undefined ? '/' : placeOf(page);
}
