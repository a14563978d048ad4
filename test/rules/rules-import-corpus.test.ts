/** All public rules at hand are imported, in bounded time. Skipped where the corpus is absent (VONGGAC_CORPUS). */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { documentsOf, ImportReader, stateOnImport } from '../../collector/content/import-report.ts';
import { readPlace } from '../../collector/content/read-import.ts';
import { openRegistry } from '../../collector/registry/database.ts';
import { publishImport, stageImport } from '../../collector/registry/rules/rule-imports.ts';

const root = path.resolve(
  process.env['VONGGAC_CORPUS'] ?? path.join(import.meta.dirname, '../../../shared/corpus'),
);
const rules = path.join(root, 'sigma', 'rules');

test.skipIf(!existsSync(rules))(
  'every public rule becomes content, or is named with its line and reason',
  async () => {
    const registry = await openRegistry({ file: ':memory:' });
    const beganMs = performance.now();
    const documents = documentsOf(await readPlace(rules));
    const reader = new ImportReader();
    for (const document of documents) reader.read(document);
    reader.end([], stateOnImport);
    const readMs = performance.now() - beganMs;
    const id = await stageImport(registry, { name: 'corpus', documents }, 'test');
    const taken = [...reader.taken.values()];
    const publishing = performance.now();
    const report = await registry.db
      .transaction()
      .execute((trx) =>
        publishImport(
          trx,
          { id, documents: taken, report: reader.report },
          { stateOf: stateOnImport, nowMs: 1 },
        ),
      );
    const publishMs = performance.now() - publishing;
    expect(report.documents).toBe(documents.length);
    expect(report.new + report.unsupported.length).toBe(documents.length);
    // They ask for placeholders that only a site can fill.
    for (const { message, line } of report.unsupported)
      expect([message, line > 1]).toEqual([expect.stringMatching(/placeholder|expand|%/), true]);
    expect(documents.length).toBeGreaterThan(3_000);
    const { rss } = process.memoryUsage();
    process.stdout.write(
      `${String(documents.length)} rules: read ${readMs.toFixed(0)} ms, published ${publishMs.toFixed(0)} ms, ${(rss / 1e6).toFixed(0)} MB, unsupported ${String(report.unsupported.length)}, ${JSON.stringify(report.byState)}\n`,
    );
    await registry.close();
  },
  60_000,
);
