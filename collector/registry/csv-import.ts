/** What imports share: all or nothing, faults by line and column, and a dry run that is the import itself, undone. */
import type { CsvFault } from '../agency/csv-text.ts';
import { agencyRows, type AgencyScope, inScope } from './agencies.ts';
import { agencyOfCode } from './agency-codes.ts';
import type { Registry, RegistryTransaction } from './database.ts';
import { foldName } from '../agency/fold-name.ts';

export interface ImportCounts {
  created: number;
  changed: number;
  unchanged: number;
}

export interface Imported extends ImportCounts {
  /** Nothing was written when there are any. */
  faults: CsvFault[];
  /** More than are listed. */
  moreFaults: number;
}

export const FAULTS_MAX = 200;

/** Ends the transaction without writing; what it carries is the answer. */
class Undone extends Error {
  readonly answer: Imported;

  constructor(answer: Imported) {
    super('nothing was written');
    this.answer = answer;
  }
}

export async function importAll(
  registry: Registry,
  isDryRun: boolean,
  work: (trx: RegistryTransaction) => Promise<{ counts: ImportCounts; faults: CsvFault[] }>,
): Promise<Imported> {
  try {
    return await registry.db.transaction().execute(async (trx) => {
      const { counts, faults } = await work(trx);
      const sorted = faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
      const answer: Imported = {
        ...counts,
        faults: sorted.slice(0, FAULTS_MAX),
        moreFaults: Math.max(0, sorted.length - FAULTS_MAX),
      };
      if (isDryRun || faults.length > 0) throw new Undone(answer);
      return answer;
    });
  } catch (error) {
    if (error instanceof Undone) return error.answer;
    throw error;
  }
}

export type FoundAgency = { ok: true; id: number } | { ok: false; message: string; vi: string };

/** By code of a day, else by its whole name, which only one may have. */
export async function findAgencyByText(
  trx: RegistryTransaction,
  text: string,
  scope: AgencyScope,
  today: string,
): Promise<FoundAgency> {
  const owner = await agencyOfCode(trx, text, today, scope);
  if (owner !== undefined) return { ok: true, id: owner.agencyId };
  const named = await agencyRows(trx)
    .where('agency.name_key', '=', foldName(text))
    .where('agency.ended_on', 'is', null)
    .execute();
  const seen = named.filter(({ id }) => inScope(scope, id));
  const [only] = seen;
  if (only !== undefined && seen.length === 1) return { ok: true, id: only.id };
  const asked = text.slice(0, 64);
  return seen.length === 0
    ? {
        ok: false,
        message: `no agency has the code or the name "${asked}"`,
        vi: `không cơ quan nào có mã hay tên "${asked}"`,
      }
    : {
        ok: false,
        message: `${seen.length} agencies have the name "${asked}": give a code`,
        vi: `${seen.length} cơ quan cùng tên "${asked}": hãy ghi mã`,
      };
}
