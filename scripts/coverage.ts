/** `npm run coverage`: writes docs/coverage.md from our rules; with --check it only says whether the page is stale. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { coverageDocument, needsOfPack } from '../rules/needs/index.ts';
import { parseRules } from '../rules/sigma/index.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
export const COVERAGE_PAGE = path.join(ROOT, 'docs', 'coverage.md');

/** Table cells get no padding, so that one rule more changes one line. */
export function coveragePage(): string {
  const folder = path.join(ROOT, 'rules', 'detections');
  const pack = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml') && !name.endsWith('.test.yml'))
    .sort()
    .map((name) => parseRules(readFileSync(path.join(folder, name), 'utf8'), { source: name }));
  return coverageDocument(needsOfPack(pack));
}

if (import.meta.main) {
  const page = coveragePage();
  if (!process.argv.includes('--check')) writeFileSync(COVERAGE_PAGE, page);
  else if (readFileSync(COVERAGE_PAGE, 'utf8') !== page) {
    process.stderr.write('docs/coverage.md is stale: npm run coverage\n');
    process.exitCode = 1;
  }
}
