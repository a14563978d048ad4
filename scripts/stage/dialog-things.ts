/** What has to be on the stage so that every dialog can be opened: a case, reports, a hunt, what waits for a second person. */
import { randomInt, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { STAGE_PASSWORD, type StagePerson } from './people.ts';
import { SiteClient } from './site-client.ts';

const made = z.object({ id: z.union([z.string(), z.number()]) });
const alertList = z.object({
  alerts: z.array(z.object({ id: z.string(), ruleId: z.string(), agentId: z.string().nullable() })),
});

/** Names of what was made, as addresses have them. */
export interface DialogThings {
  alert: string;
  case: string;
  exception: string;
  host: string;
  hunt: string;
  indicator: string;
  reports: readonly string[];
  request: string;
  system: string;
}

async function signedIn(url: string, person: StagePerson): Promise<SiteClient> {
  const client = new SiteClient(url);
  await client.signIn(person, STAGE_PASSWORD);
  return client;
}

async function idOf(client: SiteClient, way: string, body: unknown): Promise<string> {
  return String(made.parse(await client.call('POST', way, body)).id);
}

/** One that is locked and one that is not, of a time that nobody else asks for. */
async function makeReports(url: string, agencyId: number): Promise<string[]> {
  const lead = await signedIn(url, 'le.ha');
  const year = randomInt(2_001, 2_024);
  const ids: string[] = [];
  for (const period of [`${year}-10`, `${year}-11`])
    ids.push(await idOf(lead, '/reports', { kind: 'monthly', period, agencyId }));
  await lead.call('POST', `/reports/${ids[0]}/lock`, {});
  return ids;
}

/** @param agencyId of the agency that they are about @throws Error when the stage has no alert of a host */
export async function makeDialogThings(url: string, agencyId: number): Promise<DialogThings> {
  const client = await signedIn(url, 'tran.binh');
  const mark = `hop-thoai-${randomUUID().slice(0, 8)}`;
  const { alerts } = alertList.parse(await client.call('GET', '/alerts?limit=100'));
  const alert = alerts.find(({ agentId, ruleId }) => agentId !== null && !ruleId.startsWith('house-'));
  if (alert?.agentId === undefined || alert.agentId === null) throw new Error('no alert of a host');
  const { number } = z
    .object({ number: z.string() })
    .parse(await client.call('POST', '/cases', { title: 'Hộp thoại', checklist: true }));
  await client.call('POST', `/cases/${number}/clocks`, { kind: 'vn-2026-24h' });
  await client.call('PATCH', `/cases/${number}/incident`, { signs: 'Tệp bị mã hóa' });
  await client.call('POST', '/responses', {
    agentId: alert.agentId,
    command: { action: 'isolate', durationMs: 60_000 },
    reason: 'hộp thoại',
  });
  const admin = await signedIn(url, 'admin');
  await admin.call('POST', '/join-tokens', { agencyId });
  const { systems } = z.object({ systems: z.array(made) }).parse(await client.call('GET', '/systems'));
  return {
    alert: alert.id,
    case: number,
    host: alert.agentId,
    system: String(systems[0]?.id),
    hunt: await idOf(client, '/hunts', { name: mark, query: 'root' }),
    indicator: await idOf(client, '/indicators', { value: `${mark}.example` }),
    request: await idOf(client, '/requests', { alertIds: [alert.id] }),
    exception: await idOf(client, '/exceptions', {
      name: mark,
      fields: { 'user.name': mark },
      rules: [alert.ruleId],
      agencyId,
      reason: 'đã biết',
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    }),
    reports: await makeReports(url, agencyId),
  };
}
