/** The API's and the command line's port to indicators: files read beside the event loop, then tried or put on their way. */
import type { IndicatorControl, IndicatorFile, IndicatorTried } from '../../api/ports.ts';
import { readFileOfIndicators, type ReadReport } from '../../indicator/read-file.ts';
import type { Indicator } from '../../indicator/indicator.ts';
import type { Registry } from '../../registry/database.ts';
import { listAllowed } from '../../registry/indicator/allowed.ts';
import { NO_COUNTS } from '../../registry/indicator/import-indicators.ts';
import { countPart } from '../../registry/indicator/import-job.ts';
import { readSourceDefaults } from '../../registry/indicator/sources.ts';
import {
  addUploadPart,
  beginUpload,
  dropUpload,
  endUpload,
  PART_INDICATORS,
} from '../../registry/indicator/uploads.ts';

export function indicatorDesk(ports: { registry: Registry; look: () => Promise<void> }): IndicatorControl {
  const { registry, look } = ports;

  async function read(
    { bytes, form, defaults }: IndicatorFile,
    onPart: (indicators: readonly Indicator[]) => Promise<void>,
  ): Promise<ReadReport> {
    const [sources, allowed] = await Promise.all([
      readSourceDefaults(registry.db, registry.now()),
      listAllowed(registry.db),
    ]);
    const own = allowed.map(({ kind, value }) => ({ kind, value }));
    const wanted = { bytes, form, defaults, sources, allowed: own, partSize: PART_INDICATORS };
    return readFileOfIndicators(wanted, onPart);
  }

  return {
    look,
    async tryFile(file): Promise<IndicatorTried> {
      const counts = { ...NO_COUNTS };
      const report = await read(file, (part) => countPart(registry.db, counts, part, registry.now()));
      return { report, counts };
    },
    async stageFile(file, actor) {
      const uploadId = await beginUpload(registry, actor);
      let seq = 0;
      try {
        const report = await read(file, async (part) => {
          await addUploadPart(registry, uploadId, seq, part);
          seq += 1;
        });
        if (report.indicators === 0) {
          await dropUpload(registry.db, uploadId);
          return { uploadId: undefined, report };
        }
        await endUpload(registry, uploadId, { indicators: report.indicators, report });
        return { uploadId, report };
      } catch (error) {
        await dropUpload(registry.db, uploadId);
        throw error;
      }
    },
  };
}
