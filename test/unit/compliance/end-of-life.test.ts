/** The table of ends of support: what it says, and that the agent's own says the same. */
import { describe, expect, it } from 'vitest';
import { supportOf } from '../../../agent/host/end-of-support.ts';
import { builtInEndOfLife, COMPLIANCE_FOLDER } from '../../../rules/compliance/index.ts';
import { loadEndOfLife } from '../../../rules/compliance/end-of-life.ts';

const table = builtInEndOfLife();

describe('the table', () => {
  it('agrees with what agents know of systems', () => {
    const { systems } = loadEndOfLife(COMPLIANCE_FOLDER).table ?? { systems: [] };
    const rows = systems.flatMap(({ ids, versions }) =>
      ids.flatMap((id) =>
        Object.entries(versions).map(([version, { ends, extended }]) => ({ id, version, ends, extended })),
      ),
    );
    expect(rows.length).toBeGreaterThan(80);
    for (const { id, version, ends, extended } of rows)
      expect(supportOf(id, version)).toMatchObject({ ends, extended });
  });

  it.each([
    ['PostgreSQL 16', '16.4', '2028-11-09'],
    ['PostgreSQL 16 ', '99.1', undefined],
    ['Node.js', '20.11.1', '2026-04-30'],
    ['nginx 1.28.0', '1.28.0', '2026-04-14'],
    ['Microsoft Office Professional Plus 2016', '16.0.4266', '2025-10-14'],
    ['MySQL Server 8.0', '8.0.36', '2026-04-30'],
    ['mariadb-server', '1:10.11.6-0+deb12u1', '2028-02-16'],
    ['UniKey', '4.3', undefined],
  ])('%s %s: %s', (name, version, ends) => {
    expect(table.product(name, version)?.ends).toBe(ends);
  });

  it('takes the longest version that fits, and no other beginning', () => {
    expect(table.system('sles', '15.6')?.ends).toBe('2025-12-31');
    expect(table.system('debian', '130')).toBeUndefined();
    expect(table.product('PostgreSQL 9.6', '9.60')).toBeUndefined();
  });

  it('names a source and how sure it is', () => {
    expect(table.product('PHP 8.2', '8.2.1')).toEqual({
      product: 'PHP',
      ends: '2026-12-31',
      extended: undefined,
      source: 'https://www.php.net/supported-versions.php',
      confidence: 'B',
    });
  });
});
