/** What hosts see, of a kind or one by what came of it: the rules that are on, imported ones included, against the logs they need. */
import {
  HOST_KINDS,
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
import { readGeneration, readRulesInForce } from '../../registry/rules/rule-rows.ts';
import type { EventStore } from '../../store/store.ts';

export interface Sight extends HostSight {
  kind: CoverageKind;
}

const DAY_MS = 86_400_000;
const LIMITS = { secondsMax: 30, memoryBytesMax: 1_000_000_000 };
const WEB = { category: 'webserver' } as const;

/** Rules that raise alerts; what is in test tells nobody anything yet, and a base rule alone neither. */
async function ruleNeeds(db: RegistryDb): Promise<RuleNeeds[]> {
  const inForce = await readRulesInForce(db);
  const isOn = new Set(inForce.filter(({ isTest }) => !isTest).map(({ id }) => id));
  const pack = inForce.map(({ text, place }) => parseRules(text, { source: place }));
  return needsOfPack(pack).filter(({ id, level }) => isOn.has(id) && level !== 'informational');
}

/** What the rules need, read once for each generation of them: parsing them all takes a while. */
export type NeedsReader = () => Promise<readonly RuleNeeds[]>;

export function needsReader(db: RegistryDb): NeedsReader {
  let kept: { generation: number; needs: Promise<RuleNeeds[]> } | undefined;
  const read = async (): Promise<RuleNeeds[]> => {
    try {
      return await ruleNeeds(db);
    } catch (error) {
      // The next one who asks tries again.
      kept = undefined;
      throw error;
    }
  };
  return async () => {
    const generation = await readGeneration(db);
    if (kept?.generation !== generation) kept = { generation, needs: read() };
    return kept.needs;
  };
}

export interface SetOnHosts {
  auditInstalled: boolean;
  sysmon: boolean;
}

/** @param set what was done on such hosts */
export async function kindSight(needs: NeedsReader, kind: CoverageKind, set: SetOnHosts): Promise<Sight> {
  return { kind, ...sightOfKind(kind, await needs(), set) };
}

export interface KindSights {
  kind: CoverageKind;
  rules: number;
  /** Rules that see nothing: with nothing done, after `audit install`, and with Sysmon besides. */
  blind: { nothing: number; audit: number; sysmon: number };
}

/** Every kind of host at a glance. */
export async function kindSights(needs: NeedsReader): Promise<KindSights[]> {
  const all = await needs();
  return HOST_KINDS.map((kind) => {
    const blindWith = (auditInstalled: boolean, sysmon: boolean): number =>
      sightOfKind(kind, all, { auditInstalled, sysmon }).blind;
    const { rules, blind: nothing } = sightOfKind(kind, all, { auditInstalled: false, sysmon: false });
    return {
      kind,
      rules,
      blind: { nothing, audit: blindWith(true, false), sysmon: blindWith(true, true) },
    };
  });
}

/** @throws HuntLimitError, StoreUnavailableError */
export async function hostSight(
  { db, now }: Pick<Registry, 'db' | 'now'>,
  { store, needs }: { store: Pick<EventStore, 'hunts'>; needs: NeedsReader },
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
  return { kind, ...sightOfHost(kind, await needs(), seen) };
}

function kindOf(platform: string, isController: boolean, isWeb: boolean): CoverageKind {
  if (platform === 'win32') return isController ? 'domain-controller' : 'office-pc';
  return isWeb ? 'web-server' : 'linux-server';
}
