/** Assessments of systems: where their evidence comes from, and the daily snapshot. */
import type { ComplianceControl } from '../api/ports.ts';
import type { HeadPlace } from '../audit/head-sender.ts';
import { readAttested } from '../registry/compliance/attestation-book.ts';
import { listReader } from '../registry/compliance/assessment-lists.ts';
import { parseReserve } from '../retention/disk-watch.ts';
import { defaultReserveBytes } from '../retention/forecast.ts';
import { centreEvidence } from '../services/compliance/centre-evidence.ts';
import { ComplianceService } from '../services/compliance/compliance-service.ts';
import { keptInventory } from '../services/compliance/kept-inventory.ts';
import { dnsMailPolicies } from '../services/compliance/mail-policies.ts';
import { postureEvidence } from '../services/compliance/posture-evidence.ts';
import { profilesOf } from '../services/compliance/profiles.ts';
import type { Ground } from './ground.ts';
import type { Stores } from './stores.ts';

export async function startCompliance(
  { config, log, parts }: Ground,
  { registry, store }: Stores,
  { leads, places }: { leads: () => boolean; places: () => readonly HeadPlace[] },
): Promise<ComplianceControl> {
  return parts.start(
    'compliance',
    new ComplianceService({
      registry,
      sources: {
        posture: postureEvidence({ db: registry.db, store: store.assess }),
        fleet: keptInventory(store.fleet, store.assess),
        logs: store.assess,
        reviews: { at: (atMs) => readAttested(registry.db, atMs) },
        lists: listReader(registry.db),
        mail: config.mailLookups === 'on' ? dnsMailPolicies() : undefined,
        centre: centreEvidence({
          registry,
          places,
          reserveOf: parseReserve(config.diskReserve ?? '') ?? defaultReserveBytes,
          alertDays: config.diskAlertDays,
          eventFolder: config.clickhouseUrl === undefined ? config.dataDir : undefined,
          exchangeFolder: config.exchangeDir,
        }),
      },
      profiles: profilesOf(registry.db),
      leads,
      hour: config.complianceHour,
      onRun: ({ day, run, systems }) => log.info({ day, run, systems }, 'systems were assessed'),
      onFault: (what, error) => log.error({ err: error }, what),
    }),
  );
}
