/** Shapes of the API that several rooms use, taken from its contract; each room's own are in its `*-api.ts`. */
import type { z } from 'zod';
import type {
  agentListSchema,
  alertPageSchema,
  alertPatchSchema,
  alertQuerySchema,
  eventPageSchema,
  eventQuerySchema,
  loginBodySchema,
  meSchema,
  passwordBodySchema,
  ruleListSchema,
} from '../../../../collector/api/contract.ts';

import type {
  recoveryCodesSchema,
  secondFactorSchema,
  stepUpBodySchema,
} from '../../../../collector/api/contract-account.ts';

import type { acceptedSchema, invitedSchema } from '../../../../collector/api/contract-users.ts';

import type { goSchema, oidcStateSchema } from '../../../../collector/api/contract-oidc.ts';

export type {
  AgentSummary,
  Alert,
  AlertDetail,
  AlertState,
  AlertVerdict,
  ApiEvent,
  Me,
  Overview,
  RuleSummary,
  Severity,
} from '../../../../collector/api/contract.ts';

export type AgentList = z.infer<typeof agentListSchema>;
export type AlertPage = z.infer<typeof alertPageSchema>;
export type AlertPatch = z.infer<typeof alertPatchSchema>;
export type AlertQuery = z.input<typeof alertQuerySchema>;
export type EventPage = z.infer<typeof eventPageSchema>;
export type EventQuery = z.input<typeof eventQuerySchema>;
export type LoginBody = z.infer<typeof loginBodySchema>;
export type PasswordBody = z.infer<typeof passwordBodySchema>;
export type RuleList = z.infer<typeof ruleListSchema>;
export type RecoveryCodes = z.infer<typeof recoveryCodesSchema>;
export type SecondFactor = z.infer<typeof secondFactorSchema>;
export type Accepted = z.infer<typeof acceptedSchema>;
export type Invited = z.infer<typeof invitedSchema>;
export type Go = z.infer<typeof goSchema>;
export type ProviderState = z.infer<typeof oidcStateSchema>;
export type StepUpBody = z.infer<typeof stepUpBodySchema>;

/** What an account may do. */
export type Permission = z.infer<typeof meSchema>['permissions'][number];
