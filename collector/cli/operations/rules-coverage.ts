/** What hosts are blind to, and the layer for the ATT&CK Navigator, over the whole tree. */
import { z } from 'zod';
import { ruleSightSchema } from '../../api/contract-rule-sight.ts';
import { ruleLayerSchema, viewSight } from '../../api/rule-coverage-view.ts';
import { HOST_KINDS } from '../../../rules/needs/index.ts';
import { resolveHost } from '../../registry/resolve-host.ts';
import { defineOperation, liveOf } from './operation.ts';

const EVERYWHERE = { kind: 'all' } as const;
const days = z.int().min(1).max(366);

export const rulesSight = defineOperation({
  name: 'rules.sight',
  needs: 'collector',
  input: z.union([
    z.strictObject({ host: z.string().min(1).max(256), days }),
    z.strictObject({ kind: z.enum(HOST_KINDS), auditInstalled: z.boolean(), sysmon: z.boolean() }),
  ]),
  output: ruleSightSchema,
  async run(context, asked) {
    const { rules } = liveOf(context);
    if ('kind' in asked) return viewSight(await rules.sightOfKind(asked.kind, asked));
    const agent = await resolveHost(context.registry, asked.host);
    return viewSight(await rules.sightOfHost(agent, asked.days));
  },
});

export const rulesLayer = defineOperation({
  name: 'rules.layer',
  needs: 'collector',
  input: z.strictObject({ days, product: z.string().min(1).max(256).optional() }),
  output: ruleLayerSchema,
  async run(context, asked) {
    const { rules } = liveOf(context);
    return rules.layer(await rules.report(asked.days, EVERYWHERE), asked.product);
  },
});
