/**
 * Every page of the console, by its address on the stage: the one list for browser tests and pictures. It is read from the
 * rooms' own declarations, so a new page is in it at once; one that needs something to open names it in OPENED.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { SiteClient } from './site-client.ts';

const CONSOLE = path.join(import.meta.dirname, '..', '..', 'dashboards', 'console', 'src');

const room = z.record(
  z.string(),
  z.object({
    pages: z.array(z.object({ path: z.string(), guide: z.string().nullish() })),
  }),
);

export interface ConsolePage {
  /** The pattern of its addresses, such as `/cases/:id`. */
  path: string;
  /** The chapter about it, `slug#chapter`. */
  guide?: string | null | undefined;
}

/** All pages that the rooms declare. */
export async function consolePages(): Promise<ConsolePage[]> {
  const found: ConsolePage[] = [];
  const areas = readdirSync(CONSOLE, { recursive: true, encoding: 'utf8' }).filter(
    (name) => path.basename(name) === 'area.ts' && path.dirname(name) !== 'shell',
  );
  for (const name of areas.toSorted()) {
    const declared = room.parse(await import(pathToFileURL(path.join(CONSOLE, name)).href));
    for (const { pages } of Object.values(declared)) found.push(...pages);
  }
  return found;
}

/** What there is on the stage to be opened. */
export interface Things {
  alertId: string;
  caseId: string;
  hostId: string;
  ruleId: string;
  systemId: number;
}

/** Pages that stand for one thing, and lists that are shown with one thing open beside them. */
export const OPENED: readonly {
  name: string;
  /** The pattern that the rooms declare. */
  route: string;
  address: (things: Things) => string;
}[] = [
  { name: 'alert', route: '/alerts/:alertId?', address: ({ alertId }) => `/alerts/${alertId}` },
  { name: 'case', route: '/cases/:id', address: ({ caseId }) => `/cases/${caseId}` },
  { name: 'host', route: '/hosts/:id/:tab?', address: ({ hostId }) => `/hosts/${hostId}` },
  {
    name: 'system',
    route: '/compliance/systems/:id',
    address: ({ systemId }) => `/compliance/systems/${systemId}`,
  },
  { name: 'rule', route: '/rules/:id?', address: ({ ruleId }) => `/rules/${ruleId}` },
  { name: 'rule-edit', route: '/rules/:id/edit', address: ({ ruleId }) => `/rules/${ruleId}/edit` },
  {
    name: 'rule-versions',
    route: '/rules/:id/versions',
    address: ({ ruleId }) => `/rules/${ruleId}/versions`,
  },
  {
    name: 'agency-split',
    route: '/administration/split/:id',
    address: () => '/administration/split/2',
  },
  {
    name: 'calendar',
    route: '/administration/calendars/:id',
    address: () => '/administration/calendars/1',
  },
  {
    name: 'policy-edit',
    route: '/administration/policies/:group/edit',
    address: () => '/administration/policies/default/edit',
  },
  {
    name: 'policy-versions',
    route: '/administration/policies/:group/versions',
    address: () => '/administration/policies/default/versions',
  },
];

export interface StagePage {
  /** Letters, digits and hyphens: the beginning of its pictures' names. */
  name: string;
  address: string;
}

const needsSomething = (route: string): boolean => /\/:[^/?]+(\/|$)/u.test(route);
const withoutParameters = (route: string): string => route.replace(/\/:.*$/u, '');

/** @throws Error naming the routes that need something to open and are not in OPENED */
export function stagePages(declared: readonly ConsolePage[], things: Things): StagePage[] {
  const routes = declared.map(({ path: route }) => route);
  const homeless = routes.filter(
    (route) => needsSomething(route) && !OPENED.some((opened) => opened.route === route),
  );
  if (homeless.length > 0) throw new Error(`scripts/stage/pages.ts: OPENED lacks ${homeless.join(', ')}`);
  return [
    ...routes
      .filter((route) => !needsSomething(route))
      .map(withoutParameters)
      .map((address) => ({ name: address.slice(1).replaceAll('/', '-'), address })),
    ...OPENED.map(({ name, address }) => ({ name, address: address(things) })),
  ];
}

const alerts = z.object({
  alerts: z.tuple([z.object({ id: z.string() })], z.unknown()),
});
const rules = z.object({ rules: z.tuple([z.object({ id: z.string() })], z.unknown()) });
const cases = z.object({ cases: z.tuple([z.object({ id: z.string() })], z.unknown()) });
const systems = z.object({ systems: z.tuple([z.object({ id: z.number() })], z.unknown()) });
const agents = z.object({ agents: z.array(z.object({ id: z.string(), hostname: z.string() })) });

/** A server that somebody entered and that tells all there is to tell. */
const HOST = 'mh-khcn-dvc-001';

/** @throws Error when the stage lacks one of them */
export async function findThings(admin: SiteClient): Promise<Things> {
  const [alert] = alerts.parse(await admin.call('GET', '/alerts?limit=1')).alerts;
  const [first] = cases.parse(await admin.call('GET', '/cases?limit=1')).cases;
  const [rule] = rules.parse(
    await admin.call('GET', '/rules/content?state=on&level=high&product=linux'),
  ).rules;
  const [system] = systems.parse(await admin.call('GET', '/systems')).systems;
  const host = agents
    .parse(await admin.call('GET', '/agents'))
    .agents.find(({ hostname }) => hostname === HOST);
  if (host === undefined) throw new Error(`${HOST} is not on the stage`);
  return { alertId: alert.id, caseId: first.id, hostId: host.id, ruleId: rule.id, systemId: system.id };
}
