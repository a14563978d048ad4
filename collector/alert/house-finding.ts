/** What the house finds about itself, as it becomes an alert (collector/registry/house-alerts.ts). */
import type { RuleFacts } from './detection.ts';

export interface HouseFinding {
  rule: RuleFacts;
  /** Names the finding among those of its rule, e.g. agent and begin of its silence. */
  finding: string;
  /** What the alert is about; never empty. */
  entity: Record<string, string>;
  agencyId: number;
  agentId: string | null;
  hostname: string | null;
  /** When it began, milliseconds since 1970. */
  timeMs: number;
  message: string;
  matched: Record<string, string | number>;
}

/** What holds or does not; it is told by its rule, its entity and its agency, and begins when it is first found. */
export interface HouseCondition {
  holds: boolean;
  /** What is said when it holds; of one that does not, rule, entity and agency alone count. */
  about: Omit<HouseFinding, 'finding' | 'timeMs'>;
}
