/** Shapes of hosts and of what is known of them, taken from the API's contract. */
import type { z } from 'zod';
import type { agentSchema } from '../../../../collector/api/contract.ts';
import type { hostFactsSchema, silenceListSchema } from '../../../../collector/api/contract-hosts.ts';
import type { inventoryDiffSchema, inventorySchema } from '../../../../collector/api/contract-inventory.ts';
import type { ledgerReportSchema } from '../../../../collector/api/contract-ledger.ts';
import type {
  postureHostsSchema,
  posturePoliciesSchema,
  postureSchema,
} from '../../../../collector/api/contract-posture.ts';
import type {
  agentActsSchema,
  agentDetailSchema,
  sameHostListSchema,
} from '../../../../collector/api/contract-identity.ts';

export type Agent = z.infer<typeof agentSchema>;
export type AgentDetail = z.infer<typeof agentDetailSchema>;
export type AgentActs = z.infer<typeof agentActsSchema>;
export type HostFacts = z.infer<typeof hostFactsSchema>['hosts'][number];
export type Role = NonNullable<HostFacts['role']>;
export type PostureCounts = z.infer<typeof postureHostsSchema>['hosts'][number]['checks'];
export type Silence = z.infer<typeof silenceListSchema>['silences'][number];
export type SameHost = z.infer<typeof sameHostListSchema>['proposals'][number];
export type Inventory = z.infer<typeof inventorySchema>;
export type InventoryDiff = z.infer<typeof inventoryDiffSchema>;
export type Posture = z.infer<typeof postureSchema>;
export type PosturePolicies = z.infer<typeof posturePoliciesSchema>;
export type Ledger = z.infer<typeof ledgerReportSchema>;
