/** Vulnerabilities of hosts: findings with filters and facets, how hosts stand, one vulnerability, one host. */
import { z } from 'zod';
import { inScope, scopeOfAgency } from '../../registry/agencies.ts';
import type { AgencyScope } from '../../registry/agency-scope.ts';
import type { FindingFilter } from '../../registry/vulnerability/finding-filter.ts';
import { listStandings } from '../../registry/vulnerability/host-standing.ts';
import { errorSchema } from '../contract.ts';
import {
  findingFacetsSchema,
  type FindingAsked,
  findingFilterSchema,
  findingPageSchema,
  findingQuerySchema,
  hostFindingQuerySchema,
  hostFindingsSchema,
  hostStandingPageSchema,
  hostStandingQuerySchema,
  vulnerabilityNameSchema,
  vulnerabilitySchema,
} from '../contract-vulnerabilities.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { sendDigest } from '../etag.ts';
import { principalOf } from '../principal.ts';
import {
  momentOf,
  showFacets,
  showFindings,
  showHost,
  showVulnerability,
  viewStanding,
} from '../vulnerability-view.ts';
import { addVulnerabilityExport } from './vulnerability-export.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'vulnerabilities'>;

const cursor = cursorCodec('vulnerabilities', z.strictObject({ priority: z.int(), id: z.int() }));
const hostCursor = cursorCodec('vulnerability-hosts', z.strictObject({ id: z.string().max(64) }));
const unchanged = z.null().describe('nothing has changed since the answer that If-None-Match names');
const ERRORS = { '4xx': errorSchema, '5xx': errorSchema } as const;

async function filterOf({ registry }: Deps, asked: FindingAsked, scope: AgencyScope): Promise<FindingFilter> {
  const { state, severity, agencyId, ...rest } = asked;
  return {
    ...rest,
    states: state,
    severities: severity,
    agencyIds: agencyId === undefined ? undefined : await agenciesBelow({ registry }, agencyId, scope),
  };
}

/** @throws ApiError not-found */
async function agenciesBelow(
  { registry }: Pick<Deps, 'registry'>,
  agencyId: number,
  scope: AgencyScope,
): Promise<readonly number[] | undefined> {
  if (!inScope(scope, agencyId))
    throw new ApiError('not-found', { message: 'there is no such agency', field: 'agencyId' });
  const below = await scopeOfAgency(registry.db, agencyId);
  return below.kind === 'all' ? undefined : below.agencyIds;
}

export function addVulnerabilityRoutes(app: ApiServer, deps: Deps): void {
  addFindings(app, deps);
  addHosts(app, deps);
  addOne(app, deps);
  addVulnerabilityExport(app, deps, (asked, scope) => filterOf(deps, asked, scope));
}

function addFindings(app: ApiServer, deps: Deps): void {
  const { registry, vulnerabilities } = deps;
  app.get(
    '/vulnerabilities',
    {
      config: { access: 'vulnerability:read' },
      schema: {
        summary: 'Vulnerabilities of hosts, the most pressing first; the answer says what is not known',
        querystring: findingQuerySchema,
        response: { 200: findingPageSchema, 304: unchanged, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { scope } = principalOf(request);
      const { after, limit, ...asked } = request.query;
      await vulnerabilities.settle();
      const { last, ...shown } = await showFindings(registry, {
        filter: await filterOf(deps, asked, scope),
        scope,
        limit,
        after: after === undefined ? undefined : cursor.decode(after),
      });
      const answer = { ...shown, next: last === undefined ? null : cursor.encode(last) };
      return sendDigest(request, reply, answer) ? reply.code(304).send(null) : answer;
    },
  );

  app.get(
    '/vulnerabilities/facets',
    {
      config: { access: 'vulnerability:read' },
      schema: {
        summary: 'What findings come to: by severity, vulnerability, package and agency',
        querystring: findingFilterSchema,
        response: { 200: findingFacetsSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      await vulnerabilities.settle();
      return showFacets(registry, { filter: await filterOf(deps, request.query, scope), scope });
    },
  );
}

function addHosts(app: ApiServer, deps: Deps): void {
  const { registry, vulnerabilities } = deps;
  app.get(
    '/vulnerabilities/hosts',
    {
      config: { access: 'vulnerability:read' },
      schema: {
        summary: 'Which hosts are assessed, which are not and why, with what is open on each',
        querystring: hostStandingQuerySchema,
        response: { 200: hostStandingPageSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const { agencyId, after, limit } = request.query;
      await vulnerabilities.settle();
      const found = await listStandings(registry.db, {
        scope,
        moment: await momentOf(registry),
        agencyIds: agencyId === undefined ? undefined : await agenciesBelow(deps, agencyId, scope),
        after: after === undefined ? undefined : hostCursor.decode(after).id,
        limit: limit + 1,
      });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        hosts: page.map((one) => viewStanding(one)),
        next: last === undefined ? null : hostCursor.encode({ id: last.agentId }),
      };
    },
  );

  app.get(
    '/agents/:id/vulnerabilities',
    {
      config: { access: 'vulnerability:read' },
      schema: {
        summary: 'How a host stands, and its vulnerabilities',
        params: z.strictObject({ id: z.string().min(1).max(64) }),
        querystring: hostFindingQuerySchema,
        response: { 200: hostFindingsSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const { after, limit, ...asked } = request.query;
      await vulnerabilities.settle();
      const host = await showHost(registry, request.params.id, scope);
      if (host === undefined) throw new ApiError('not-found', { message: 'there is no such agent' });
      const filter = { ...(await filterOf(deps, asked, scope)), agentId: host.agentId };
      const place = after === undefined ? undefined : cursor.decode(after);
      const { last, ...shown } = await showFindings(registry, { filter, scope, limit, after: place });
      return { host, ...shown, next: last === undefined ? null : cursor.encode(last) };
    },
  );
}

function addOne(app: ApiServer, { registry, vulnerabilities }: Deps): void {
  app.get(
    '/vulnerabilities/cves/:id',
    {
      config: { access: 'vulnerability:read' },
      schema: {
        summary: 'One vulnerability: what feeds say of it, and how many hosts have it',
        params: z.strictObject({ id: vulnerabilityNameSchema }),
        response: { 200: vulnerabilitySchema, 304: unchanged, ...ERRORS },
      },
    },
    async (request, reply) => {
      await vulnerabilities.settle();
      const shown = await showVulnerability(registry, request.params.id, principalOf(request).scope);
      return sendDigest(request, reply, shown) ? reply.code(304).send(null) : shown;
    },
  );
}
