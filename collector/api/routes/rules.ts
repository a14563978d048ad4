/** Rules as content: found, written, changed, turned on and off, gone back to; and decided for parts of the tree. */
import { z } from 'zod';
import {
  activateVersion,
  addRule,
  addVersion,
  setRuleState,
  type RuleActor,
} from '../../registry/rules/rule-acts.ts';
import { listRules, listVersions, readRule, readVersion } from '../../registry/rules/rule-rows.ts';
import { removeScope, setScope } from '../../registry/rules/rule-scopes.ts';
import {
  ruleActivateSchema,
  ruleBodySchema,
  ruleContentPageSchema,
  ruleContentQuerySchema,
  ruleContentSchema,
  ruleDetailSchema,
  ruleDiffQuerySchema,
  ruleDiffSchema,
  ruleScopeBodySchema,
  ruleScopeSchema,
  ruleStateBodySchema,
  ruleVersionBodySchema,
  ruleVersionListSchema,
  ruleVersionTextSchema,
} from '../contract-rules.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf, type Principal } from '../principal.ts';
import { ruleDetail, ruleDiff, targetOf, viewRule, viewScope, viewVersion } from '../rule-view.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'rules'>;

const ERRORS = { '4xx': errorSchema, '5xx': errorSchema } as const;
const id = z.string().min(1).max(1_024);
const params = z.strictObject({ id });
const versionParams = z.strictObject({ id, number: z.coerce.number().int().min(1) });
const scopeParams = z.strictObject({ id, scopeId: z.coerce.number().int().min(1) });
const cursor = cursorCodec('rules', z.strictObject({ title: z.string().max(1_000), id }));

const actorOf = ({ actor, scope }: Principal): RuleActor => ({ actor, scope });

export function addRuleRoutes(app: ApiServer, deps: Deps): void {
  addReads(app, deps);
  addChanges(app, deps);
  addScopes(app, deps);
}

function addReads(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/rules/content',
    {
      config: { access: 'rule:read' },
      schema: {
        summary: 'All rules, in force or not, by title',
        querystring: ruleContentQuerySchema,
        response: { 200: ruleContentPageSchema, ...ERRORS },
      },
    },
    async ({ query }) => {
      const { after, limit, differs, ...filter } = query;
      const place = after === undefined ? undefined : cursor.decode(after);
      const found = await listRules(registry.db, {
        ...filter,
        differs: differs === 'true',
        limit: limit + 1,
        after: place,
      });
      const rules = found.slice(0, limit);
      const last = found.length > limit ? rules.at(-1) : undefined;
      return {
        rules: rules.map(viewRule),
        next: last === undefined ? null : cursor.encode({ title: last.title, id: last.id }),
      };
    },
  );

  app.get(
    '/rules/:id',
    {
      config: { access: 'rule:read' },
      schema: {
        summary: 'A rule with the text that counts, and what was decided for parts of the tree',
        params,
        response: { 200: ruleDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const detail = await ruleDetail(registry.db, request.params.id, principalOf(request).scope);
      sendVersion(reply, detail.version);
      return detail;
    },
  );

  app.get(
    '/rules/:id/versions',
    {
      config: { access: 'rule:read' },
      schema: {
        summary: 'The versions of a rule, the newest first',
        params,
        response: { 200: ruleVersionListSchema, ...ERRORS },
      },
    },
    async (request) => {
      await readRule(registry.db, request.params.id);
      return { versions: (await listVersions(registry.db, request.params.id)).map(viewVersion) };
    },
  );

  app.get(
    '/rules/:id/versions/:number',
    {
      config: { access: 'rule:read' },
      schema: {
        summary: 'One version of a rule with its text',
        params: versionParams,
        response: { 200: ruleVersionTextSchema, ...ERRORS },
      },
    },
    async (request) => {
      const made = await readVersion(registry.db, request.params.id, request.params.number);
      return { ...viewVersion(made), text: made.text };
    },
  );

  app.get(
    '/rules/:id/diff',
    {
      config: { access: 'rule:read' },
      schema: {
        summary: 'What two versions of a rule differ in; left out, the one shipped and the one that counts',
        params,
        querystring: ruleDiffQuerySchema,
        response: { 200: ruleDiffSchema, ...ERRORS },
      },
    },
    async (request) => ruleDiff(registry.db, request.params.id, request.query),
  );
}

function addChanges(app: ApiServer, { registry, rules }: Deps): void {
  app.post(
    '/rules',
    {
      bodyLimit: 262_144,
      config: { access: 'rule:write' },
      schema: {
        summary: 'A rule of the house, as a draft',
        body: ruleBodySchema,
        response: { 201: ruleContentSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const rule = await addRule(registry, request.body, actorOf(principalOf(request)));
      sendVersion(reply, rule.version);
      return reply.code(201).send(viewRule(rule));
    },
  );

  app.post(
    '/rules/:id/versions',
    {
      bodyLimit: 262_144,
      config: { access: 'rule:write' },
      schema: {
        summary: 'A new version of a rule; it counts when it is activated',
        params,
        body: ruleVersionBodySchema,
        response: { 201: ruleContentSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const change = { id: request.params.id, version: versionWanted(request), ...request.body };
      const rule = await addVersion(registry, change, actorOf(principalOf(request)));
      await rules.refresh();
      sendVersion(reply, rule.version);
      return reply.code(201).send(viewRule(rule));
    },
  );

  app.post(
    '/rules/:id/activate',
    {
      config: { access: 'rule:write' },
      schema: {
        summary: 'Makes a version the one that counts: a newer one, an earlier one, or what is shipped',
        params,
        body: ruleActivateSchema,
        response: { 200: ruleContentSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { version: number, why } = request.body;
      const change = { id: request.params.id, version: versionWanted(request), number, why };
      const rule = await activateVersion(registry, change, actorOf(principalOf(request)));
      await rules.refresh();
      sendVersion(reply, rule.version);
      return viewRule(rule);
    },
  );

  app.post(
    '/rules/:id/state',
    {
      config: { access: 'rule:write' },
      schema: {
        summary: 'Draft, test, on, off or retired',
        params,
        body: ruleStateBodySchema,
        response: { 200: ruleContentSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const change = { id: request.params.id, version: versionWanted(request), ...request.body };
      const rule = await setRuleState(registry, change, actorOf(principalOf(request)));
      await rules.refresh();
      sendVersion(reply, rule.version);
      return viewRule(rule);
    },
  );
}

function addScopes(app: ApiServer, { registry }: Deps): void {
  app.put(
    '/rules/:id/scopes',
    {
      config: { access: 'rule:write' },
      schema: {
        summary:
          'Decides for an agency with all below it, an agent group or a host: on or off, and how severe',
        params,
        body: ruleScopeBodySchema,
        response: { 200: ruleScopeSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { on: isOn, severity, reason } = request.body;
      const wanted = { ruleId: request.params.id, target: targetOf(request.body), isOn, severity, reason };
      return viewScope(await setScope(registry, wanted, actorOf(principalOf(request))));
    },
  );

  app.delete(
    '/rules/:id/scopes/:scopeId',
    {
      config: { access: 'rule:write' },
      schema: {
        summary: 'Takes back what was decided for a part of the tree',
        params: scopeParams,
        response: { 204: z.null(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const { id: ruleId, scopeId } = request.params;
      await removeScope(registry, { ruleId, id: scopeId }, actorOf(principalOf(request)));
      return reply.code(204).send(null);
    },
  );
}
