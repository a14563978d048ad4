/** `vonggac release` on the command line. */
import { Option, type Command } from 'commander';
import type { CreateReleaseFlags, RootsFlags } from './commands/release.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { collect } from './collect.ts';
import { timeParser } from './parse-time.ts';

/** How long a release may be begun when its publisher says nothing. */
const DAYS = 180;
const THRESHOLD = 2;

const load = () => import('./commands/release.ts');
const keep = () => import('./commands/release-keep.ts');

export function addRelease(
  program: Command,
  { m, help, add, jsonOption, run, integer }: SimulateProgram,
): void {
  const time = timeParser(m);
  const release = add(program, 'release', help.release);
  add(release, 'keygen', help.releaseKeygen, ['vonggac release keygen --out an.key --passphrase-file an.txt'])
    .requiredOption('--out <file>', help.bundleKeyOut)
    .option('--passphrase-file <file>', help.bundlePassphrase)
    .option('--no-passphrase', help.bundleNoPassphrase)
    .action((flags: { out: string; passphraseFile?: string; passphrase: boolean }) =>
      run(async (context) => (await import('./commands/bundle-make.ts')).makeKeyCommand(context, flags)),
    );
  add(release, 'roots', help.releaseRoots, [
    'vonggac release roots --key "An=ed25519:..." --key "Binh=ed25519:..." --key "Chi=ed25519:..." --threshold 2 --out roots.json',
    'vonggac release roots --previous roots.json --key "An=ed25519:..." --key "Dung=ed25519:..." --out roots-2.json',
  ])
    .requiredOption('--key <name=public-key>', help.releaseRootsKey, collect)
    .addOption(new Option('--threshold <count>', help.releaseThreshold).argParser(integer).default(THRESHOLD))
    .option('--previous <file>', help.releasePrevious)
    .requiredOption('--out <file>', help.releaseRootsOut)
    .action((flags: RootsFlags) => run(async (context) => (await load()).makeRootsCommand(context, flags)));
  add(release, 'create', help.releaseCreate, [
    'vonggac release create --release 0.2.0 --counter 2 --from-min 0.1.0 --runtime 24.21.0 --build linux-x64=dist/agent --roots roots.json --out release-0.2.0',
  ])
    .requiredOption('--release <version>', help.releaseVersion)
    .addOption(new Option('--counter <number>', help.releaseCounter).argParser(integer).makeOptionMandatory())
    .requiredOption('--from-min <version>', help.releaseFromMin)
    .requiredOption('--runtime <version>', help.releaseRuntime)
    .requiredOption('--build <platform=folder>', help.releaseBuild, collect)
    .option('--node <platform=folder>', help.releaseNode, collect)
    .requiredOption('--roots <file>', help.releaseRootsFile)
    .addOption(new Option('--days <days>', help.releaseDays).argParser(integer).default(DAYS))
    .addOption(new Option('--created <time>', help.bundleCreated).argParser(time))
    .option('--notes <text>', help.releaseNotes, '')
    .requiredOption('--out <folder>', help.releaseOut)
    .action((flags: CreateReleaseFlags) =>
      run(async (context) => (await load()).createReleaseCommand(context, flags)),
    );
  add(release, 'sign', help.releaseSign, [
    'vonggac release sign release-0.2.0/release.json --key an.key --passphrase-file an.txt',
    'vonggac release sign roots.json --key an.key --passphrase-file an.txt',
  ])
    .argument('<file>', help.releaseFile)
    .requiredOption('--key <file>', help.bundleKey)
    .option('--passphrase-file <file>', help.bundlePassphrase, collect)
    .action((file: string, flags: { key: string; passphraseFile?: readonly string[] }) =>
      run(async (context) => (await load()).signReleaseCommand(context, file, flags)),
    );
  add(release, 'verify', help.releaseVerify, ['vonggac release verify release-0.2.0 --roots roots.json'])
    .argument('<folder>', help.releaseFolder)
    .requiredOption('--roots <file>', help.releaseRootsFile)
    .addOption(jsonOption())
    .action((folder: string, flags: { roots: string; json?: boolean }) =>
      run(async (context) => (await load()).verifyReleaseCommand(context, folder, flags)),
    );
  add(release, 'add', help.releaseAdd, ['vonggac release add release-0.2.0'])
    .argument('<folder>', help.releaseFolder)
    .action((folder: string) => run(async (context) => (await keep()).addReleaseCommand(context, folder)));
  add(release, 'list', help.releaseList)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await keep()).listReleasesCommand(context, flags)),
    );
  add(release, 'withdraw', help.releaseWithdraw)
    .argument('<version>', help.releaseVersion)
    .action((version: string) =>
      run(async (context) => (await keep()).withdrawReleaseCommand(context, version)),
    );
}
