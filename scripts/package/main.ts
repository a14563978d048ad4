/** `npm run package`: makes what `targets.ts` lists in `dist/`, with checksums; the same bytes of the same commit. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { AGENT_VERSION } from '../../agent/version.ts';
import { ROOT } from './agent-folder.ts';
import { maintainerOf } from './maintainer.ts';
import { readReleaseRoots } from './release-roots.ts';
import { needTools, PackageError } from './run-tool.ts';
import { sourceDate } from './source-date.ts';
import { TARGETS, type Target } from './targets.ts';

const MIB = 1_048_576;

function help(): string {
  const width = Math.max(...TARGETS.map(({ name }) => name.length));
  const rows = TARGETS.map(({ name, what }) => `  ${name.padEnd(width)}  ${what}`);
  return `npm run package -- [--only NAME,…] [--out DIR] [--release-roots FILE] [--maintainer NAME]

${rows.join('\n')}

--only   those named; without it all
--out    where they go; default dist/
--maintainer  who stands for them: NAME or 'NAME <ADDRESS>'; default: the author in package.json
--release-roots  the lists of release keys that agents pin (vonggac release roots); without them they take no updates
The time in them is SOURCE_DATE_EPOCH, else that of the commit. Needs no network, except that npm fetches Node for Windows once.
`;
}

function chosen(only: string | undefined): readonly Target[] {
  if (only === undefined) return TARGETS;
  const names = only.split(',');
  const unknown = names.filter((name) => !TARGETS.some((target) => target.name === name));
  if (unknown.length > 0)
    throw new PackageError(
      `--only: there is no ${unknown.join(', ')}; there are ${TARGETS.map(({ name }) => name).join(', ')}`,
    );
  return TARGETS.filter(({ name }) => names.includes(name));
}

/** Of all that lies there, so that packages made one by one are in it too. */
function writeSums(out: string): void {
  const lines = fs
    .readdirSync(out, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'SHA256SUMS')
    .map(({ name }) => name)
    .toSorted()
    .map(
      (name) =>
        `${createHash('sha256')
          .update(fs.readFileSync(path.join(out, name)))
          .digest('hex')}  ${name}\n`,
    );
  fs.writeFileSync(path.join(out, 'SHA256SUMS'), lines.join(''));
}

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      out: { type: 'string' },
      'release-roots': { type: 'string' },
      maintainer: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    process.stdout.write(help());
    return;
  }
  const targets = chosen(values.only);
  const rootsFile = values['release-roots'];
  const releaseRoots = rootsFile === undefined ? undefined : readReleaseRoots(rootsFile);
  const maintainer = maintainerOf(values.maintainer);
  needTools(targets.flatMap(({ tools }) => tools));
  const out = path.resolve(values.out ?? path.join(ROOT, 'dist'));
  fs.mkdirSync(out, { recursive: true });
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-package-'));
  try {
    const job = { out, scratch, epoch: sourceDate(ROOT), version: AGENT_VERSION, maintainer, releaseRoots };
    for (const [at, target] of targets.entries()) {
      process.stdout.write(`${at + 1}/${targets.length} ${target.name}: ${target.what}\n`);
      const startedAt = performance.now();
      for (const file of await target.make(job)) {
        const size = (fs.statSync(file).size / MIB).toFixed(1);
        const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
        process.stdout.write(`    ${path.relative(process.cwd(), file)}  ${size} MiB  ${seconds} s\n`);
      }
    }
    writeSums(out);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const isOurs = error instanceof PackageError || (error instanceof Error && 'code' in error);
  if (!isOurs) throw error;
  process.stderr.write(`package: ${error.message}\n`);
  process.exitCode = 1;
}
