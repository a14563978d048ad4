/** What hosts see, of a kind or one by what came of it: the rules that are on, imported ones included, against the logs they need. */
import {
  needsOfPack,
  sightOfHost,
  sightOfKind,
  type CoverageKind,
  type HostSight,
  type RuleNeeds,
} from '../../../rules/needs/index.ts';
import { parseRules } from '../../../rules/sigma/index.ts';
import type { AgentRecord } from '../../registry/agents.ts';
import type { Registry, RegistryDb } from '../../registry/database.ts';
import { readRulesInForce } from '../../registry/rules/rule-rows.ts';
import type { EventStore } from '../../store/store.ts';

export interface Sight extends HostSight {
  kind: CoverageKind;
}

const DAY_MS = 86_400_000;
const LIMITS = { secondsMax: 30, memoryBytesMax: 1_000_000_000 };
const WEB = { category: 'webserver' } as const;

/** Rules that raise alerts; what is in test tells nobody anything yet, and a base rule alone neither. */
export async function ruleNeeds(db: RegistryDb): Promise<RuleNeeds[]> {
  const inForce = await readRulesInForce(db);
  const isOn = new Set(inForce.filter(({ isTest }) => !isTest).map(({ id }) => id));
  const pack = inForce.map(({ text, place }) => parseRules(text, { source: place }));
  return needsOfPack(pack).filter(({ id, level }) => isOn.has(id) && level !== 'informational');
}

/** @param set what was done on such hosts */
export async function kindSight(
  { db }: Pick<Registry, 'db'>,
  kind: CoverageKind,
  set: { auditInstalled: boolean; sysmon: boolean },
): Promise<Sight> {
  return { kind, ...sightOfKind(kind, await ruleNeeds(db), set) };
}

/** @throws HuntLimitError, StoreUnavailableError */
export async function hostSight(
  { db, now }: Pick<Registry, 'db' | 'now'>,
  store: Pick<EventStore, 'hunts'>,
  { agent, days }: { agent: Pick<AgentRecord, 'id' | 'platform'>; days: number },
): Promise<Sight> {
  const fromMs = now() - days * DAY_MS;
  const seen = await store.hunts.sourcesOf({ agentId: agent.id, fromMs }, LIMITS);
  const role = await db
    .selectFrom('asset_role')
    .select('role')
    .where('agent_id', '=', agent.id)
    .executeTakeFirst();
  const isWeb = seen.some(({ category }) => category === WEB.category);
  const kind = kindOf(agent.platform, role?.role === 'domain-controller', isWeb);
  return { kind, ...sightOfHost(kind, await ruleNeeds(db), seen) };
}

function kindOf(platform: string, isController: boolean, isWeb: boolean): CoverageKind {
  if (platform === 'win32') return isController ? 'domain-controller' : 'office-pc';
  return isWeb ? 'web-server' : 'linux-server';
}
