/** Begins an agency's register of systems with the starter catalogue. What is there already stays as it is. */
import { STARTER_SYSTEMS } from '../agency/starter-systems.ts';
import { foldName } from '../agency/fold-name.ts';
import { type AgencyScope, inScope, requireAgency, unknownAgency } from './agencies.ts';
import type { Registry } from './database.ts';
import { insertSystem } from './systems.ts';

export interface Starter {
  added: { code: string; name: string; level: number }[];
  /** Codes of those whose name or code the agency has already. */
  there: string[];
}

/** Codes of the catalogue, made the agency's own. */
const codeAt = (agencyId: number, code: string): string => `${agencyId}/${code}`;

/** @throws RefusalError agency-unknown, agency-ended */
export async function addStarterSystems(
  registry: Registry,
  agencyId: number,
  by: { actor: string; scope: AgencyScope },
  options: { dryRun: boolean },
): Promise<Starter> {
  if (!inScope(by.scope, agencyId)) throw unknownAgency(agencyId);
  return registry.db.transaction().execute(async (trx) => {
    await requireAgency(trx, agencyId);
    const rows = await trx
      .selectFrom('information_system')
      .select(['name', 'code'])
      .where('owner_agency_id', '=', agencyId)
      .execute();
    const names = new Set(rows.map(({ name }) => foldName(name)));
    const codes = new Set(
      (await trx.selectFrom('information_system').select('code').execute()).map(({ code }) => code),
    );
    const result: Starter = { added: [], there: [] };
    for (const { code, name, description, level } of STARTER_SYSTEMS) {
      if (names.has(foldName(name)) || codes.has(codeAt(agencyId, code))) {
        result.there.push(code);
        continue;
      }
      result.added.push({ code: codeAt(agencyId, code), name, level });
      if (options.dryRun) continue;
      // A proposal: the level counts from when it is decided, so it stands in the words until then.
      const told = `${description} (Cấp độ đề xuất: ${level})`;
      const wanted = {
        name,
        code: codeAt(agencyId, code),
        description: told,
        agencyId,
        lawProfile: 'vn-2026' as const,
      };
      await insertSystem(trx, wanted, by.actor, registry.now());
    }
    return result;
  });
}
