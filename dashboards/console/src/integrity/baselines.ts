/** How the baseline of each host stands, from what agents told of it. Pure. */
import type { ApiEvent } from '../api/types.ts';

export type Baseline = {
  readonly agentId: string;
  readonly hostname: string;
  readonly state: 'good' | 'anew' | 'bad';
  /** When the host told of it last. */
  readonly at: string;
  readonly digest: string;
  readonly paths: number | null;
};

const digestOf = ({ fields }: ApiEvent): string => {
  const digest = fields['agent.detail.baselineDigest'] ?? fields['integrity.digest'];
  return typeof digest === 'string' ? digest : '';
};
const pathsOf = ({ fields }: ApiEvent): number | null => {
  const paths = fields['agent.detail.paths'] ?? fields['integrity.paths'];
  return typeof paths === 'number' ? paths : null;
};

/** Events of scans and baselines in any order; those that were tampered with come first. */
export function baselinesOf(events: readonly ApiEvent[]): readonly Baseline[] {
  const byAgent = Map.groupBy(events, ({ agentId }) => agentId);
  const place = { bad: 0, anew: 1, good: 2 } as const;
  return [...byAgent]
    .flatMap(([agentId, some]): Baseline[] => {
      const newest = some.toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time));
      const [last] = newest;
      if (last === undefined) return [];
      const actions = newest.map(({ fields }) => fields['event.action']);
      const told = newest.find((event) => digestOf(event) !== '') ?? last;
      return [
        {
          agentId,
          hostname: last.hostname,
          state: actions.includes('integrity_baseline_tampered')
            ? 'bad'
            : actions[0] === 'integrity_baseline_made'
              ? 'anew'
              : 'good',
          at: last.time,
          digest: digestOf(told),
          paths: pathsOf(told),
        },
      ];
    })
    .toSorted((a, b) => place[a.state] - place[b.state] || (a.hostname < b.hostname ? -1 : 1));
}
