/** `vonggac inspection-pack` on the command line. */
import { Option, type Command } from 'commander';
import type { PackFlags } from './commands/inspection.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { UsageError } from './usage-error.ts';

const OUT = '--out <folder>';
const load = () => import('./commands/inspection.ts');

export function addInspection(program: Command, options: SimulateProgram): void {
  const { m, help, add, jsonOption, run, integer } = options;
  const pack = add(program, 'inspection-pack', help.inspectionPack, [
    'vonggac inspection-pack --as-of 2026-12-14 --system 3 --out ho-so-he-thong-3',
    'vonggac inspection-pack --as-of 2026-12-14 --agency 12 --out ho-so-so-y-te',
    'vonggac inspection-pack verify ho-so-he-thong-3',
  ]);
  pack
    // Not mandatory to the parser, which would ask `fetch` and `verify` for them too.
    .option('--as-of <day>', help.inspectionAsOf)
    .addOption(new Option('--agency <id>', help.inspectionAgency).argParser(integer))
    .addOption(new Option('--system <id>', help.inspectionSystem).argParser(integer))
    .option(OUT, help.inspectionOut)
    .option('--mask', help.inspectionMask)
    .option('--without-papers', help.inspectionWithoutPapers)
    .option('--dry-run', help.inspectionDryRun)
    .addOption(jsonOption())
    .action((flags: PackFlags) =>
      run(async (context) => (await load()).inspectionPackCommand(context, flags)),
    );
  // The options of `fetch` and `verify` that the pack's own command has too are read by that one.
  add(pack, 'fetch', help.inspectionFetch)
    .argument('<job>', help.inspectionJob)
    .option(OUT, help.inspectionOut)
    .addOption(jsonOption())
    .action((id: string, _flags: unknown, command: Command) =>
      run(async (context) => {
        const { out, json } = command.optsWithGlobals<PackFlags>();
        if (out === undefined) throw new UsageError(m.usageError.missingOption(OUT));
        return (await load()).fetchPackCommand(context, id, { out, json });
      }),
    );
  add(pack, 'verify', help.inspectionVerify)
    .argument('<folder>', help.inspectionFolder)
    .addOption(jsonOption())
    .action((folder: string, _flags: unknown, command: Command) =>
      run(async (context) =>
        (await load()).verifyPackCommand(context, folder, command.optsWithGlobals<PackFlags>()),
      ),
    );
}
