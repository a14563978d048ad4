/** `vonggac inspection-pack` on the command line. */
import { Option, type Command } from 'commander';
import type { PackFlags } from './commands/inspection.ts';
import type { SimulateProgram } from './program-simulate.ts';

const load = () => import('./commands/inspection.ts');

export function addInspection(program: Command, options: SimulateProgram): void {
  const { help, add, jsonOption, run, integer } = options;
  const pack = add(program, 'inspection-pack', help.inspectionPack, [
    'vonggac inspection-pack --as-of 2026-12-14 --system 3 --out ho-so-he-thong-3',
    'vonggac inspection-pack --as-of 2026-12-14 --agency 12 --out ho-so-so-y-te',
    'vonggac inspection-pack verify ho-so-he-thong-3',
  ]);
  pack
    // What stands behind `fetch` and `verify` is theirs.
    .enablePositionalOptions()
    // Not mandatory to the parser, which would ask `verify` for them too.
    .option('--as-of <day>', help.inspectionAsOf)
    .addOption(new Option('--agency <id>', help.inspectionAgency).argParser(integer))
    .addOption(new Option('--system <id>', help.inspectionSystem).argParser(integer))
    .option('--out <folder>', help.inspectionOut)
    .option('--mask', help.inspectionMask)
    .option('--without-papers', help.inspectionWithoutPapers)
    .option('--dry-run', help.inspectionDryRun)
    .addOption(jsonOption())
    .action((flags: PackFlags) =>
      run(async (context) => (await load()).inspectionPackCommand(context, flags)),
    );
  add(pack, 'fetch', help.inspectionFetch)
    .argument('<job>', help.inspectionJob)
    .requiredOption('--out <folder>', help.inspectionOut)
    .addOption(jsonOption())
    .action((id: string, flags: { out: string; json?: boolean }) =>
      run(async (context) => (await load()).fetchPackCommand(context, id, flags)),
    );
  add(pack, 'verify', help.inspectionVerify)
    .argument('<folder>', help.inspectionFolder)
    .addOption(jsonOption())
    .action((folder: string, flags: { json?: boolean }) =>
      run(async (context) => (await load()).verifyPackCommand(context, folder, flags)),
    );
}
