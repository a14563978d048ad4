/** Assessments where no host ever told anything: for tests of what is around them. */
import { readAttested } from '../../collector/registry/compliance/attestation-book.ts';
import { listReader } from '../../collector/registry/compliance/assessment-lists.ts';
import type { Registry } from '../../collector/registry/database.ts';
import { centreEvidence } from '../../collector/services/compliance/centre-evidence.ts';
import { ComplianceService } from '../../collector/services/compliance/compliance-service.ts';
import { profilesOf } from '../../collector/services/compliance/profiles.ts';

const none = () => Promise.resolve([]);

/** @param only these controls are asked; left out: all */
export function noEvidence(registry: Registry, only?: readonly string[]): ComplianceService {
  const profiles = profilesOf(registry.db);
  return new ComplianceService({
    registry,
    sources: {
      posture: { read: () => Promise.resolve(new Map()) },
      logs: { logCounts: none, logFields: none },
      fleet: {
        standing: none,
        items: () => Promise.resolve({ items: [], cutFrom: undefined }),
        keys: none,
        counts: none,
        logons: none,
        lastLogons: none,
        sharedUse: () => Promise.resolve({ uses: [], isCut: false }),
        outbound: none,
        integrityScans: none,
        baselines: none,
        loads: none,
      },
      reviews: { at: (atMs) => readAttested(registry.db, atMs) },
      lists: listReader(registry.db),
      centre: centreEvidence({ registry, places: () => [], reserveOf: () => 0, alertDays: 14 }),
    },
    profiles: async (atMs) =>
      new Map(
        [...(await profiles(atMs))].map(([name, profile]) => {
          const { controls } = profile;
          const asked = controls.filter(({ id }) => only === undefined || only.includes(id));
          return [name, { ...profile, controls: asked }] as const;
        }),
      ),
    leads: () => true,
    hour: 5,
    onRun: () => undefined,
    onFault: (what, error) => {
      throw new Error(what, { cause: error });
    },
  });
}
