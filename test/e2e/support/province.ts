/** One stage for all browser tests of a run: set before the first, struck after the last. */
import type { TestProject } from 'vitest/node';
import { hasChromium } from '../../../scripts/stage/browser.ts';
import { setStage } from '../../../scripts/stage/stage.ts';
import { ensureConsole } from '../../../scripts/start/console-build.ts';
import path from 'node:path';

declare module 'vitest' {
  interface ProvidedContext {
    /** Null where there is no Chromium: the tests are skipped. */
    stage: { url: string; dataDir: string; agency: { id: number; name: string } } | null;
  }
}

export default async function province(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!hasChromium()) {
    project.provide('stage', null);
    return undefined;
  }
  await ensureConsole(path.dirname(path.dirname(path.dirname(import.meta.dirname))), () => undefined, {
    buildingConsole: '',
  });
  const { close, url, dataDir, agency } = await setStage();
  project.provide('stage', { url, dataDir, agency });
  return close;
}
