/** The backup commands of the command line. */
import { Option, type Command } from 'commander';
import type { BackupCreateOptions, BackupOpenOptions } from './commands/backup.ts';
import type { RestoreCommandOptions } from './commands/restore.ts';
import type { SigmaProgram } from './program-sigma.ts';
import { collect } from './collect.ts';

export function addBackup(
  program: Command,
  { help, env, add, jsonOption, run }: Pick<SigmaProgram, 'help' | 'env' | 'add' | 'jsonOption' | 'run'>,
): void {
  const withKeys = (command: Command): Command =>
    command
      .addOption(new Option('--identity-file <file>', help.backupIdentity))
      .addOption(new Option('--passphrase-file <file>', help.backupPassphrase));

  const backup = add(program, 'backup', help.backup);
  add(backup, 'create', help.backupCreate, [
    'vonggac backup create',
    'vonggac backup create --to /mnt/usb/vonggac.tar.age --recipient age1...',
  ])
    .option('--to <file>', help.backupTo)
    .option('--recipient <key>', help.backupRecipient, collect)
    .option('--passphrase-file <file>', help.backupPassphrase)
    .option('--dry-run', help.backupDryRun)
    .addOption(jsonOption())
    .action((flags: BackupCreateOptions) =>
      run(async (context) => (await import('./commands/backup.ts')).createBackupCommand(context, flags, env)),
    );
  add(backup, 'list', help.backupList)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await import('./commands/backup.ts')).listBackupsCommand(context, flags, env)),
    );
  withKeys(add(backup, 'verify', help.backupVerify, ['vonggac backup verify vonggac-2026-11-25T190000Z']))
    .argument('<backup>', help.backupPlace)
    .action((place: string, flags: BackupOpenOptions) =>
      run(async (context) =>
        (await import('./commands/backup.ts')).verifyBackupCommand(context, place, flags, env),
      ),
    );
  withKeys(add(backup, 'drill', help.backupDrill, ['vonggac backup drill /mnt/usb/vonggac.tar']))
    .argument('<backup>', help.backupPlace)
    .option('--scratch <dir>', help.backupScratch)
    .action((place: string, flags: BackupOpenOptions & { scratch?: string }) =>
      run(async (context) =>
        (await import('./commands/restore.ts')).drillCommand(context, place, flags, env),
      ),
    );

  withKeys(
    add(program, 'restore', help.restore, [
      'vonggac restore --data /var/lib/vonggac vonggac-2026-11-25T190000Z',
      'vonggac restore --replace --identity-file key.txt /mnt/usb/vonggac.tar.age',
    ]),
  )
    .argument('<backup>', help.backupPlace)
    .option('--replace', help.restoreReplace)
    .option('--dry-run', help.restoreDryRun)
    .action((place: string, flags: RestoreCommandOptions) =>
      run(async (context) =>
        (await import('./commands/restore.ts')).restoreCommand(context, place, flags, env),
      ),
    );
}
