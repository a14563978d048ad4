/** Working calendars: who has one, what holds for an agency in a year, and its days off as a CSV file, in and out. */
import { z } from 'zod';
import { DEFAULT_CALENDAR } from '../../liveness/calendar.ts';
import { holidaysOf } from '../../liveness/holidays.ts';
import { legalDayAt } from '../../agency/legal-day.ts';
import { type Agency, type AgencyScope, inScope, listAgencies, readAgency } from '../../registry/agencies.ts';
import { exportDays, importDays } from '../../registry/calendar-days.ts';
import {
  type AgencyCalendar,
  calendarVersion,
  clearCalendar,
  readCalendars,
  replaceCalendar,
} from '../../registry/calendars.ts';
import { agencyParamsSchema } from '../contract-agencies.ts';
import {
  agencyCalendarSchema,
  calendarBodySchema,
  calendarDaysQuerySchema,
  calendarListSchema,
  calendarQuerySchema,
  importedDaysSchema,
} from '../contract-calendars.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry'>;
type Registry = Deps['registry'];

/** A year of days with notes is some kilobytes. */
const DAYS_BYTES_MAX = 262_144;

export function addCalendarRoutes(app: ApiServer, deps: Deps): void {
  addList(app, deps);
  addOne(app, deps);
  addDays(app, deps);
}

/** Living agencies of the scope, and what holds for each. */
async function held(registry: Registry, scope: AgencyScope): Promise<[Agency, AgencyCalendar][]> {
  const find = await readCalendars(registry.db);
  const agencies = await listAgencies(registry);
  return agencies
    .filter(({ id, endedOn }) => endedOn === null && inScope(scope, id))
    .map((agency) => [agency, find(agency.id)]);
}

function addList(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/calendars',
    {
      config: { access: 'agency:read' },
      schema: {
        summary: 'Agencies with a working calendar of their own, and how many go by each',
        response: { 200: calendarListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const all = await held(registry, principalOf(request).scope);
      const users = Map.groupBy(all, ([, { ofAgencyId }]) => ofAgencyId);
      return {
        calendars: all
          .filter(([{ id }, { ofAgencyId }]) => ofAgencyId === id)
          .map(([{ id, name }, { calendar }]) => ({
            agencyId: id,
            agencyName: name,
            calendar,
            agencies: users.get(id)?.length ?? 0,
          })),
        usual: { calendar: DEFAULT_CALENDAR, agencies: users.get(null)?.length ?? 0 },
      };
    },
  );
}

async function viewOf(
  registry: Registry,
  agencyId: number,
  scope: AgencyScope,
  year = Number(legalDayAt(registry.now()).slice(0, 4)),
): Promise<{ view: z.infer<typeof agencyCalendarSchema>; version: number }> {
  const { name } = await readAgency(registry.db, agencyId, scope);
  const find = await readCalendars(registry.db);
  const found = find(agencyId);
  const { ofAgencyId, calendar } = found;
  const parents = new Map((await listAgencies(registry)).map((agency) => [agency.id, agency]));
  const isBelow = (id: number): boolean => {
    let at = parents.get(id)?.parentId ?? null;
    for (let depth = 0; at !== null && depth <= parents.size; depth += 1) {
      if (at === agencyId) return true;
      at = parents.get(at)?.parentId ?? null;
    }
    return false;
  };
  const below = [...parents.values()].filter(
    ({ id, endedOn }) => endedOn === null && isBelow(id) && find(id).ofAgencyId === ofAgencyId,
  ).length;
  const above =
    ofAgencyId === null || ofAgencyId === agencyId || !inScope(scope, ofAgencyId)
      ? null
      : { id: ofAgencyId, name: parents.get(ofAgencyId)?.name ?? '' };
  const table = holidaysOf(String(year));
  const holidays =
    table === undefined
      ? null
      : {
          daysOff: [...table.daysOff],
          workDays: [...table.workDays],
          isAnnounced: table.isAnnounced,
        };
  const source = ofAgencyId === null ? 'usual' : ofAgencyId === agencyId ? 'own' : 'above';
  const view = { agencyId, agencyName: name, source, above, calendar, below, year, holidays } as const;
  return { view, version: calendarVersion(found) };
}

function addOne(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/agencies/:id/calendar',
    {
      config: { access: 'agency:read' },
      schema: {
        summary: 'When an agency is at work, and the public holidays of a year',
        params: agencyParamsSchema,
        querystring: calendarQuerySchema,
        response: { 200: agencyCalendarSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { scope } = principalOf(request);
      const { view, version } = await viewOf(registry, request.params.id, scope, request.query.year);
      sendVersion(reply, version);
      return view;
    },
  );

  app.put(
    '/agencies/:id/calendar',
    {
      config: { access: 'agency:write' },
      schema: {
        summary: 'Give an agency, and those below it, a calendar of its own',
        params: agencyParamsSchema,
        body: calendarBodySchema,
        response: { 200: agencyCalendarSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const by = { actor, scope, version: versionWanted(request) };
      await replaceCalendar(registry, request.params.id, request.body, by);
      const { view, version } = await viewOf(registry, request.params.id, scope);
      sendVersion(reply, version);
      return view;
    },
  );

  app.delete(
    '/agencies/:id/calendar',
    {
      config: { access: 'agency:write' },
      schema: {
        summary: 'Let an agency go by the calendar above it again',
        params: agencyParamsSchema,
        response: { 200: agencyCalendarSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      await clearCalendar(registry, request.params.id, actor, { scope, version: versionWanted(request) });
      const { view, version } = await viewOf(registry, request.params.id, scope);
      sendVersion(reply, version);
      return view;
    },
  );
}

function addDays(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/agencies/:id/calendar/days',
    {
      config: { access: 'agency:read' },
      schema: {
        summary: 'Days off and days worked in exchange of a year as a CSV file for Excel, as import reads it',
        params: agencyParamsSchema,
        querystring: calendarDaysQuerySchema,
        response: { 200: z.string(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { scope } = principalOf(request);
      const { language, year = Number(legalDayAt(registry.now()).slice(0, 4)) } = request.query;
      const text = await exportDays(registry, request.params.id, year, { scope, language });
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="ngay-nghi-${year}.csv"`)
        .send(text);
    },
  );

  app.post(
    '/agencies/:id/calendar/days',
    {
      bodyLimit: DAYS_BYTES_MAX,
      config: { access: 'agency:write' },
      schema: {
        summary:
          'Days off and days worked in exchange from a CSV file (content-type text/csv): all or nothing',
        params: agencyParamsSchema,
        querystring: z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') }),
        body: z.string(),
        response: { 200: importedDaysSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      return importDays(registry, request.params.id, request.body, {
        actor,
        scope,
        version: versionWanted(request),
        dryRun: request.query.dryRun === 'true',
      });
    },
  );
}
