/**
 * Around a replay: a single-use join token before it; after it, what came of its events. The agent of a replay is
 * revoked when it is done, so that nothing of it stays connected or counted.
 */
import { z } from 'zod';
import { alertSchema, type Alert } from '../../api/contract-alerts.ts';
import { formatJoinToken } from '../../protocol/join-token.ts';
import { revokeAgent } from '../../registry/agent-acts.ts';
import { listAlerts, readAlert } from '../../registry/alert-book.ts';
import { loadOrCreateCertificate } from '../../registry/certificate.ts';
import { createJoinToken, findJoinTokenUse, revokeJoinToken } from '../../registry/join-tokens.ts';
import { defineOperation, liveOf } from './operation.ts';

const REPLAY_GROUP = 'replay';
const DAY = 1;
const ALERTS_MAX = 100;
/** Other agents may raise alerts at the same time. */
const CHANGED_MAX = 1_000;

export const replayBegin = defineOperation({
  name: 'replay.begin',
  needs: 'collector',
  input: z.strictObject({}),
  output: z.object({ tokenId: z.string(), token: z.string(), url: z.string(), sinceMs: z.number() }),
  async run(context) {
    const { registry, dataDir, actor } = context;
    const { url } = liveOf(context);
    const { fingerprint } = await loadOrCreateCertificate({ dataDir, now: registry.now });
    const { id, secret } = await createJoinToken(
      registry,
      { uses: 1, days: DAY, group: REPLAY_GROUP },
      actor,
    );
    return { tokenId: id, token: formatJoinToken({ id, secret, fingerprint }), url, sinceMs: registry.now() };
  },
});

export const replayEnd = defineOperation({
  name: 'replay.end',
  needs: 'collector',
  input: z.strictObject({ tokenId: z.string().min(1).max(64), sinceMs: z.int().min(0) }),
  output: z.object({
    /** Null when the replay never enrolled. */
    agentId: z.string().nullable(),
    events: z.number(),
    /** That events of the replay prove, new or changed, newest first, at most 100. */
    alerts: z.array(alertSchema),
    url: z.string(),
  }),
  async run(context, { tokenId, sinceMs }) {
    const { registry, actor } = context;
    const { store, settled, url } = liveOf(context);
    const { db, now } = context.registry;
    await settled();
    const agentId = await findJoinTokenUse(registry, tokenId);
    if (agentId === undefined) {
      await revokeJoinToken(registry, tokenId, actor);
      return { agentId: null, events: 0, alerts: [], url };
    }
    await revokeAgent(registry, agentId, actor, 'replay finished');
    const all = { kind: 'all' } as const;
    const changed = await listAlerts(
      db,
      { filter: { updatedSinceMs: sinceMs, folded: true }, limit: CHANGED_MAX },
      all,
      now(),
    );
    const own: Alert[] = [];
    for (const alert of changed) {
      const detail = await readAlert(db, alert.id, all, now());
      const proven = detail?.detections.some(({ eventId }) => eventId.startsWith(`${agentId}/`));
      if (proven === true && own.length < ALERTS_MAX) own.push(alert);
    }
    return { agentId, events: await store.count(agentId), alerts: own, url };
  },
});
