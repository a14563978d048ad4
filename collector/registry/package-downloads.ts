/** How often packages were fetched. Only what is in the packages folder is counted, so there are few rows. */
import type { Registry } from './database.ts';

export interface PackageDownloads {
  downloads: number;
  lastMs: number;
}

/** A whole package has left. */
export async function countDownload(
  { db, now }: Registry,
  { sha256, name }: { sha256: string; name: string },
): Promise<void> {
  await db
    .insertInto('package_download')
    .values({ sha256, name, downloads: 1, last_ms: now() })
    .onConflict((conflict) =>
      conflict.column('sha256').doUpdateSet((eb) => ({
        name,
        downloads: eb('package_download.downloads', '+', 1),
        last_ms: now(),
      })),
    )
    .execute();
}

/** By SHA-256. */
export async function readDownloads({ db }: Registry): Promise<Map<string, PackageDownloads>> {
  const rows = await db.selectFrom('package_download').selectAll().execute();
  return new Map(rows.map((row) => [row.sha256, { downloads: row.downloads, lastMs: row.last_ms }]));
}
