/**
 * vonggac-agent-VERSION-x64.msi: wixl makes what it knows, msibuild writes the tables that it does not (settings by
 * properties, PATH). The same bytes of the same folder.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { runTool, type Tool } from './run-tool.ts';
import { settle } from './source-date.ts';
import { setSummaryTime } from './summary-time.ts';
import { guidOf, makeWxs, UPGRADE_CODE } from './wxs.ts';

export const MSI_TOOLS: readonly Tool[] = ['wixl', 'msibuild'];

export interface MsiOptions {
  /** The program folder with vonggac-agent.exe; its times are set. */
  folder: string;
  version: string;
  /** In ASCII. */
  manufacturer: string;
  epoch: number;
  scratch: string;
  out: string;
}

const COMPONENT = '`Component_` CHAR(72) NOT NULL';

/** What `msiexec … URL=… TOKEN=… CA=… KEEP=1` says, as the lines of join.txt; and the program on the PATH. */
const QUERIES: readonly string[] = [
  "UPDATE `Property` SET `Value` = 'WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED;URL;TOKEN;CA;KEEP;KEEPDATA' WHERE `Property` = 'SecureCustomProperties'",
  // The older version goes inside the installation's own transaction, and after that has marked the state folder.
  "UPDATE `InstallExecuteSequence` SET `Sequence` = 1503 WHERE `Action` = 'RemoveExistingProducts'",
  // A program in the package, deferred, not impersonated, whatever it answers.
  "INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('MarkUpgrade', 3138, 'Setup', '--mark-upgrade')",
  ...[
    ['MarkUpgrade', 1501],
    ['InstallExecute', 1502],
  ].map(
    ([action, sequence]) =>
      `INSERT INTO \`InstallExecuteSequence\` (\`Action\`, \`Condition\`, \`Sequence\`) VALUES ('${action}', 'WIX_UPGRADE_DETECTED', ${sequence})`,
  ),
  // Wine asks again when it removes.
  `UPDATE \`Component\` SET \`Condition\` = '(URL AND TOKEN) OR REMOVE~="ALL"' WHERE \`Component\` = 'Join'`,
  // What is written is not said: a token would stand in the installer's log.
  'CREATE TABLE `ActionText` (`Action` CHAR(72) NOT NULL, `Description` CHAR(255) LOCALIZABLE, `Template` CHAR(255) LOCALIZABLE PRIMARY KEY `Action`)',
  "INSERT INTO `ActionText` (`Action`, `Description`, `Template`) VALUES ('WriteIniValues', 'Writing settings', '[1], [2], [3]')",
  `CREATE TABLE \`IniFile\` (\`IniFile\` CHAR(72) NOT NULL, \`FileName\` CHAR(255) NOT NULL LOCALIZABLE, \`DirProperty\` CHAR(72), \`Section\` CHAR(96) NOT NULL LOCALIZABLE, \`Key\` CHAR(128) NOT NULL LOCALIZABLE, \`Value\` CHAR(255) NOT NULL LOCALIZABLE, \`Action\` SHORT NOT NULL, ${COMPONENT} PRIMARY KEY \`IniFile\`)`,
  ...['URL', 'TOKEN', 'CA', 'KEEP'].map(
    (key) =>
      `INSERT INTO \`IniFile\` (\`IniFile\`, \`FileName\`, \`DirProperty\`, \`Section\`, \`Key\`, \`Value\`, \`Action\`, \`Component_\`) VALUES ('Join${key}', 'join.txt', 'STATEDIR', 'vonggac', '${key}', '[${key}]', 0, 'Join')`,
  ),
  `CREATE TABLE \`Environment\` (\`Environment\` CHAR(72) NOT NULL, \`Name\` CHAR(255) NOT NULL LOCALIZABLE, \`Value\` CHAR(255) LOCALIZABLE, ${COMPONENT} PRIMARY KEY \`Environment\`)`,
  "INSERT INTO `Environment` (`Environment`, `Name`, `Value`, `Component_`) VALUES ('Path', '=-*PATH', '[~];[PROGRAMDIR]', 'Service')",
  // The folder above the agent's own goes with it, where nothing else lies there.
  "INSERT INTO `CreateFolder` (`Directory_`, `Component_`) VALUES ('VENDORDIR', 'Service')",
  ...[
    ['ResolveSource', 850],
    ['RemoveFolders', 3600],
    ['CreateFolders', 3700],
    ['WriteIniValues', 5100],
    ['RemoveIniValues', 3200],
    ['WriteEnvironmentStrings', 5200],
    ['RemoveEnvironmentStrings', 3300],
  ].map(
    ([action, sequence]) =>
      `INSERT INTO \`InstallExecuteSequence\` (\`Action\`, \`Condition\`, \`Sequence\`) VALUES ('${action}', '', ${sequence})`,
  ),
];

/** Another package of the same version takes the place of the one that is there, too, which wixl does not say: 513, not 1. */
const replacing = (version: string): readonly string[] => [
  "DELETE FROM `Upgrade` WHERE `ActionProperty` = 'WIX_UPGRADE_DETECTED'",
  `INSERT INTO \`Upgrade\` (\`UpgradeCode\`, \`VersionMax\`, \`Attributes\`, \`ActionProperty\`) VALUES ('{${UPGRADE_CODE}}', '${version}', 513, 'WIX_UPGRADE_DETECTED')`,
];

/** @returns the file it made */
export function makeMsi({ folder, version, manufacturer, epoch, scratch, out }: MsiOptions): string {
  settle(folder, epoch);
  const digest = digestOf(folder);
  const description = path.join(scratch, 'agent.wxs');
  const file = path.join(out, `vonggac-agent-${version}-x64.msi`);
  fs.writeFileSync(description, makeWxs({ folder, version, manufacturer, digest }));
  const env = { SOURCE_DATE_EPOCH: String(epoch) };
  fs.rmSync(file, { force: true });
  // Its names are those of the folder it runs in.
  runTool('wixl', ['--arch', 'x64', '--output', path.resolve(file), path.resolve(description)], {
    env,
    cwd: folder,
  });
  for (const query of [...QUERIES, ...replacing(version)]) runTool('msibuild', [file, '-q', query], { env });
  runTool(
    'msibuild',
    [file, '-s', 'Vong Gac Agent', manufacturer, 'x64;1033', `{${guidOf('package', version, digest)}}`],
    { env },
  );
  setSummaryTime(file, epoch);
  return file;
}

function digestOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const file = path.join(folder, name);
    if (fs.statSync(file).isFile()) hash.update(`${name}\0`).update(fs.readFileSync(file));
  }
  return hash.digest('hex');
}
