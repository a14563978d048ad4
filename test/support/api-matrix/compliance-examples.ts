/** Example requests of assessments and of the plan for what is not met. */
import type { RouteExample } from './examples.ts';

export const COMPLIANCE_EXAMPLES: Readonly<Record<string, RouteExample>> = {
  'GET /api/v1/compliance/assessments': {},
  'GET /api/v1/compliance/assessments/controls': {},
  'GET /api/v1/compliance/systems/:id/assessment': {
    ask: ({ systemId }) => ({ params: { id: systemId } }),
  },
  'GET /api/v1/compliance/systems/:id/controls/:control': {
    ask: ({ systemId }) => ({ params: { id: systemId, control: 'CF-01' } }),
  },
  'GET /api/v1/compliance/systems/:id/hosts/:agentId': {
    ask: ({ systemId, agentId }) => ({ params: { id: systemId, agentId } }),
  },
  'GET /api/v1/compliance/systems/:id/trend': { ask: ({ systemId }) => ({ params: { id: systemId } }) },
  'GET /api/v1/compliance/snapshots': { wholeTree: true },
  'GET /api/v1/compliance/snapshots/:day': {
    ask: () => ({ params: { day: '2026-11-22' } }),
    wholeTree: true,
  },
  'POST /api/v1/compliance/snapshots': { wholeTree: true, own: 202 },
  'GET /api/v1/compliance/gaps': {},
  'GET /api/v1/compliance/systems/:id/gaps/:control': {
    ask: ({ systemId }) => ({ params: { id: systemId, control: 'CF-01' } }),
  },
  'PUT /api/v1/compliance/systems/:id/gaps/:control': {
    ask: ({ systemId }) => ({
      params: { id: systemId, control: 'CF-01' },
      body: { owner: 'Lan', dueOn: '2027-01-31' },
    }),
  },
  'POST /api/v1/compliance/systems/:id/gaps/:control/request': {
    ask: ({ systemId }) => ({ params: { id: systemId, control: 'CF-01' } }),
    own: 201,
  },
};
