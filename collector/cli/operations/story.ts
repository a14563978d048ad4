/**
 * Around an attack story: a way in for its made-up hosts before it; after it, what came of them. Its hosts stand in a group
 * of their own and are revoked when it is told, its alerts bear a tag, so that all of it can be found and closed again.
 */
import { z } from 'zod';
import { viewChain } from '../../api/chain-view.ts';
import { alertSchema } from '../../api/contract-alerts.ts';
import { caseProposalsSchema } from '../../api/contract-chains.ts';
import { formatJoinToken, pinOf } from '../../protocol/join-token.ts';
import { listAgencies, rootAgencyId } from '../../registry/agencies.ts';
import { revokeAgent } from '../../registry/agent-acts.ts';
import { changeAlert } from '../../registry/alert-acts.ts';
import { findAlerts } from '../../registry/alert-book.ts';
import { openStoryAlerts, openStoryHosts, realHosts, storyAlerts } from '../../registry/story-alerts.ts';
import { loadOrCreateCertificate } from '../../registry/certificate.ts';
import { isDemonstration } from '../../registry/demonstration-folder.ts';
import { createJoinToken } from '../../registry/join-tokens.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { SIM_VERSION } from '../../simulate/identity.ts';
import { ChainDesk } from '../../services/cases/chain-desk.ts';
import { defineOperation, liveOf } from './operation.ts';

/** Of join tokens and hosts. */
const STORY_GROUP = 'story';
/** Of alerts. */
export const STORY_TAG = 'story';
const EVERYWHERE = { kind: 'all' } as const;
const HOSTS_MAX = 100;
/** Closed in one call; the command calls again until none is left. */
const CLOSED_AT_ONCE = 200;

export const storyBegin = defineOperation({
  name: 'story.begin',
  needs: 'collector',
  input: z.strictObject({
    /** Hosts by the names of their agencies. */
    agencies: z.record(z.string().min(1).max(256), z.int().min(1).max(HOSTS_MAX)),
    hostnames: z.array(z.string().min(1).max(64)).max(HOSTS_MAX),
    /** Beside real hosts, too. */
    amongReal: z.boolean(),
  }),
  output: z.object({
    url: z.string(),
    sinceMs: z.number(),
    /** By the names of agencies; of those that are not there, the root's. */
    tokens: z.record(z.string(), z.string()),
  }),
  async run(context, { agencies, hostnames, amongReal }) {
    const { registry, dataDir, actor } = context;
    const { url, certificates } = liveOf(context);
    if (!amongReal && !isDemonstration(dataDir)) {
      const real = await realHosts(registry.db, SIM_VERSION);
      if (real > 0)
        throw new RefusalError(
          'story-among-real',
          '',
          `${real} real hosts report to this collector: events and alerts of a story would stand among theirs. Use --dry-run or a demonstration; to do it all the same add --among-real, and run "vonggac replay --remove-stories" afterwards`,
        );
    }
    const told = await openStoryHosts(registry.db, STORY_GROUP, hostnames);
    if (told.length > 0)
      throw new RefusalError(
        'story-told',
        told.join(', '),
        `alerts of an earlier telling on ${told.join(', ')} are open and in no case: they would be one matter with the new ones. Close them first: vonggac replay --remove-stories`,
      );
    const { fingerprint } = await loadOrCreateCertificate({ dataDir, now: registry.now });
    const root = await rootAgencyId(registry.db);
    const known = new Map((await listAgencies(registry)).map(({ id, name }) => [name, id]));
    const tokens: Record<string, string> = {};
    for (const [name, uses] of Object.entries(agencies)) {
      const wanted = { uses, days: 1, agencyId: known.get(name) ?? root, group: STORY_GROUP };
      const { id, secret } = await createJoinToken(registry, wanted, actor);
      tokens[name] = formatJoinToken({ id, secret, ...pinOf(fingerprint, certificates.authority) });
    }
    return { url, sinceMs: registry.now(), tokens };
  },
});

export const storyEnd = defineOperation({
  name: 'story.end',
  needs: 'collector',
  input: z.strictObject({ agentIds: z.array(z.string().min(1).max(64)).max(HOSTS_MAX), sinceMs: z.int() }),
  output: z.object({
    events: z.number(),
    /** That events of the story's hosts prove, new or changed since. */
    alerts: z.array(alertSchema),
    /** What the collector proposes as cases in which one of its hosts is. */
    proposals: caseProposalsSchema.shape.proposals,
    url: z.string(),
  }),
  async run(context, { agentIds, sinceMs }) {
    const { registry, actor } = context;
    const { store, settled, url, alerts: news } = liveOf(context);
    await settled();
    for (const id of agentIds) await revokeAgent(registry, id, actor, 'story told');
    const alerts = await findAlerts(
      registry.db,
      await storyAlerts(registry.db, agentIds, sinceMs),
      registry.now(),
    );
    const by = { actor, scope: EVERYWHERE };
    const changed: string[] = [];
    for (const { id } of alerts)
      changed.push(...(await changeAlert(registry, id, { addTags: [STORY_TAG] }, by)));
    await news.changed(changed);
    const desk = new ChainDesk(registry.db, (names, span) => store.findAll(names, span));
    const { chains } = await desk.propose(EVERYWHERE);
    const own = new Set(agentIds);
    const proposals = [];
    for (const { chain, alertIds } of chains) {
      const [first] = chain.members;
      if (first === undefined || !chain.members.some(({ alert }) => own.has(alert.agentId ?? ''))) continue;
      proposals.push({ id: first.alert.id, alertIds, ...(await viewChain(registry, chain)) });
    }
    let events = 0;
    for (const id of agentIds) events += await store.count(id);
    return { events, alerts, proposals, url };
  },
});

export const storyRemove = defineOperation({
  name: 'story.remove',
  needs: 'collector',
  input: z.strictObject({ reason: z.string().min(1).max(1_000) }),
  output: z.object({ closed: z.number(), left: z.number() }),
  async run(context, { reason }) {
    const { registry, actor } = context;
    const { alerts: news } = liveOf(context);
    const ids = await openStoryAlerts(registry.db, STORY_GROUP, CLOSED_AT_ONCE + 1);
    const closed: string[] = [];
    for (const id of ids.slice(0, CLOSED_AT_ONCE)) {
      const change = { state: 'closed', verdict: 'benign', reason } as const;
      closed.push(...(await changeAlert(registry, id, change, { actor, scope: EVERYWHERE })));
    }
    await news.changed(closed);
    return { closed: Math.min(ids.length, CLOSED_AT_ONCE), left: Math.max(0, ids.length - CLOSED_AT_ONCE) };
  },
});

export type StoryEnd = z.infer<typeof storyEnd.output>;
