/** `vonggac bundle` on the command line. */
import { Option, type Command } from 'commander';
import type { BundleApplyFlags } from './commands/bundle-apply.ts';
import type { BundleVerifyFlags } from './commands/bundle.ts';
import type { BundleCreateFlags } from './commands/bundle-make.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { collect } from './collect.ts';
import { timeParser } from './parse-time.ts';

/** How long a bundle may be taken when its publisher says nothing. */
const DAYS = 60;

const make = () => import('./commands/bundle-make.ts');
const load = () => import('./commands/bundle.ts');

export function addBundle(
  program: Command,
  { m, help, add, jsonOption, run, integer }: SimulateProgram,
): void {
  const time = timeParser(m);
  const bundle = add(program, 'bundle', help.bundle);
  add(bundle, 'keygen', help.bundleKeygen, [
    'vonggac bundle keygen --out publisher.key --passphrase-file passphrase.txt',
  ])
    .requiredOption('--out <file>', help.bundleKeyOut)
    .option('--passphrase-file <file>', help.bundlePassphrase)
    .option('--no-passphrase', help.bundleNoPassphrase)
    .action((flags: { out: string; passphraseFile?: string; passphrase: boolean }) =>
      run(async (context) => (await make()).makeKeyCommand(context, flags)),
    );
  add(bundle, 'create', help.bundleCreate, [
    'vonggac bundle create --publisher so-ttnt --stream weekly --serial 48 --rules rules/ --indicators ioc.csv --key publisher.key --passphrase-file passphrase.txt --out weekly-48.vgbundle',
  ])
    .requiredOption('--publisher <name>', help.bundlePublisher)
    .requiredOption('--stream <name>', help.bundleStream)
    .addOption(new Option('--serial <number>', help.bundleSerial).argParser(integer).makeOptionMandatory())
    .option('--rules <path>', help.bundleRules, collect)
    .option('--indicators <path>', help.bundleIndicators, collect)
    .option('--release <path>', help.bundleRelease, collect)
    .option('--key <file>', help.bundleKey, collect)
    .option('--passphrase-file <file>', help.bundlePassphrase, collect)
    .addOption(new Option('--days <days>', help.bundleDays).argParser(integer).default(DAYS))
    .addOption(new Option('--created <time>', help.bundleCreated).argParser(time))
    .option('--title <text>', help.bundleTitle, '')
    .requiredOption('--out <file>', help.bundleOut)
    .action((flags: BundleCreateFlags) =>
      run(async (context) => (await make()).createBundleCommand(context, flags)),
    );
  add(bundle, 'sign', help.bundleSign, ['vonggac bundle sign weekly-48.vgbundle --key second.key'])
    .argument('<file>', help.bundleFile)
    .requiredOption('--key <file>', help.bundleKey)
    .option('--passphrase-file <file>', help.bundlePassphrase, collect)
    .action((file: string, flags: { key: string; passphraseFile?: readonly string[] }) =>
      run(async (context) => (await make()).signBundleCommand(context, file, flags)),
    );
  add(bundle, 'verify', help.bundleVerify, [
    'vonggac bundle verify weekly-48.vgbundle',
    'vonggac bundle verify weekly-48.vgbundle --key ed25519:... --key ed25519:... --threshold 2',
  ])
    .argument('<file>', help.bundleFile)
    .option('--key <public-key>', help.bundlePublicKey, collect)
    .addOption(new Option('--threshold <count>', help.bundleThreshold).argParser(integer).default(1))
    .addOption(jsonOption())
    .action((file: string, flags: BundleVerifyFlags) =>
      run(async (context) => (await load()).verifyBundleCommand(context, file, flags)),
    );
  add(bundle, 'apply', help.bundleApply, ['vonggac bundle apply weekly-48.vgbundle --dry-run'])
    .argument('<file>', help.bundleFile)
    .option('--dry-run', help.bundleDryRun)
    .option('--again', help.bundleAgain)
    .action((file: string, flags: BundleApplyFlags) =>
      run(async (context) =>
        (await import('./commands/bundle-apply.ts')).applyBundleCommand(context, file, flags),
      ),
    );
  add(bundle, 'trust', help.bundleTrust, [
    'vonggac bundle trust so-ttnt ed25519:... ed25519:... --threshold 2',
  ])
    .argument('<publisher>', help.bundlePublisher)
    .argument('<public-key...>', help.bundlePublicKey)
    .addOption(new Option('--threshold <count>', help.bundleThreshold).argParser(integer).default(1))
    .action((name: string, keys: readonly string[], flags: { threshold: number }) =>
      run(async (context) => (await load()).trustCommand(context, name, keys, flags)),
    );
  add(bundle, 'distrust', help.bundleDistrust)
    .argument('<publisher>', help.bundlePublisher)
    .action((name: string) => run(async (context) => (await load()).distrustCommand(context, name)));
  add(bundle, 'publishers', help.bundlePublishers)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).listPublishersCommand(context, flags)),
    );
  add(bundle, 'taken', help.bundleTaken)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).listTakenCommand(context, flags)),
    );
}
