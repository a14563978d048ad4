/** `vonggac rules` on the command line. */
import { Argument, Option, type Command } from 'commander';
import { RULE_STATES, type RuleState } from '../registry/tables/rule.ts';
import type { CoverageKind } from '../../rules/needs/index.ts';
import type { BulkRuleFlags } from './commands/rules-bulk.ts';
import type { CoverageFlags } from './commands/rules-coverage.ts';
import type { MeasureFlags, RecommendFlags } from './commands/rules-measure.ts';
import type { RuleListFlags, ScopeFlags } from './commands/rules.ts';
import type { SimulateProgram } from './program-simulate.ts';

const load = () => import('./commands/rules.ts');
const loadApply = () => import('./commands/rules-apply.ts');
const loadMeasure = () => import('./commands/rules-measure.ts');
const loadCoverage = () => import('./commands/rules-coverage.ts');
const loadBulk = () => import('./commands/rules-bulk.ts');
/** Said here, so that help needs no engine. */
const HOST_KINDS: readonly CoverageKind[] = [
  'office-pc',
  'domain-controller',
  'linux-server',
  'web-server',
  'network-device',
];
const DAYS = 30;
const LIMIT = 50;
const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'];

/** @returns the command, for those that need no collector */
export function addRules(program: Command, options: SimulateProgram): Command {
  const { help, add, jsonOption, run, integer } = options;
  const rules = add(program, 'rules', help.rulesContent);
  const filters = (command: Command): Command =>
    command
      .option('--state <states>', help.rulesStateFilter)
      .option('--level <levels>', help.rulesLevel)
      .option('--origin <origin>', help.rulesOrigin)
      .option('--product <name>', help.rulesProduct)
      .option('--category <name>', help.rulesCategory)
      .option('--service <name>', help.rulesService)
      .option('--tag <tag>', help.rulesTag)
      .option('--folder <folder>', help.rulesFolder)
      .option('--text <words>', help.rulesText)
      .option('--differs', help.rulesDiffers);
  filters(add(rules, 'list', help.rulesList, ['vonggac rules list --state test --level high,critical']))
    .addOption(new Option('--limit <n>', help.alertLimit).argParser(integer))
    .addOption(jsonOption())
    .action((flags: RuleListFlags) =>
      run(async (context) => (await load()).listRulesCommand(context, flags)),
    );
  for (const [form, text, act] of [
    ['show', help.rulesShow, 'showRuleCommand'],
    ['versions', help.rulesVersions, 'versionsCommand'],
  ] as const) {
    add(rules, form, text)
      .argument('<id>', help.rulesId)
      .addOption(jsonOption())
      .action((id: string, flags: { json?: boolean }) =>
        run(async (context) => (await load())[act](context, id, flags)),
      );
  }
  add(rules, 'diff', help.rulesDiff, ['vonggac rules diff ID --from shipped'])
    .argument('<id>', help.rulesId)
    .option('--from <version>', help.rulesFrom)
    .option('--to <version>', help.rulesTo)
    .addOption(jsonOption())
    .action((id: string, flags: { from?: string; to?: string; json?: boolean }) =>
      run(async (context) => (await load()).diffCommand(context, id, flags)),
    );
  add(rules, 'add', help.rulesAdd, [
    'vonggac rules add rule.yml --why "from the hunt of Monday"',
    'vonggac rules add rule.yml --id ID --why "wider path" --activate',
  ])
    .argument('<file>', help.rulesFile)
    .option('--id <id>', help.rulesAddId)
    .option('--activate', help.rulesActivateNow)
    .requiredOption('--why <text>', help.rulesWhy)
    .addOption(jsonOption())
    .action((file: string, flags: { id?: string; why: string; activate?: boolean; json?: boolean }) =>
      run(async (context) => (await load()).writeRuleCommand(context, file, flags)),
    );
  add(rules, 'state', help.rulesState, ['vonggac rules state ID test --why "look at it"'])
    .argument('<id>', help.rulesId)
    .addArgument(new Argument('<state>', help.rulesStateFilter).choices(RULE_STATES))
    .requiredOption('--why <text>', help.rulesWhy)
    .addOption(jsonOption())
    .action((id: string, state: RuleState, flags: { why: string; json?: boolean }) =>
      run(async (context) => (await load()).ruleStateCommand(context, id, state, flags)),
    );
  filters(
    add(rules, 'bulk', help.rulesBulk, [
      'vonggac rules bulk on --state test --folder windows/process_creation --why "quiet for a week"',
      'vonggac rules bulk off --tag attack.t1059 --why "too noisy" --yes',
    ]),
  )
    .addArgument(new Argument('<to>', help.rulesStateFilter).choices(RULE_STATES))
    .requiredOption('--why <text>', help.rulesWhy)
    .option('--yes', help.rulesYes)
    .addOption(jsonOption())
    .action((to: RuleState, flags: BulkRuleFlags) =>
      run(async (context) => (await loadBulk()).bulkRulesCommand(context, to, flags)),
    );
  add(rules, 'activate', help.rulesActivate, [
    'vonggac rules activate ID 2 --why "too wide"',
    'vonggac rules activate ID shipped --why "theirs is better"',
  ])
    .argument('<id>', help.rulesId)
    .argument('<version>', help.rulesVersion)
    .requiredOption('--why <text>', help.rulesWhy)
    .addOption(jsonOption())
    .action((id: string, version: string, flags: { why: string; json?: boolean }) =>
      run(async (context) => (await load()).activateCommand(context, id, version, flags)),
    );
  add(rules, 'scope', help.rulesScope, ['vonggac rules scope ID --agency 7 --off --why "build servers"'])
    .argument('<id>', help.rulesId)
    .addOption(new Option('--agency <id>', help.alertAgency).argParser(integer))
    .option('--group <name>', help.rulesGroup)
    .option('--host <agent>', help.rulesHost)
    .option('--on', help.rulesOn)
    .option('--off', help.rulesOff)
    .addOption(new Option('--severity <severity>', help.rulesSeverity).choices(SEVERITIES))
    .requiredOption('--why <text>', help.rulesWhy)
    .addOption(jsonOption())
    .action((id: string, flags: ScopeFlags) =>
      run(async (context) => (await load()).scopeCommand(context, id, flags)),
    );
  add(rules, 'import', help.rulesImport, [
    'vonggac rules import sigma-rules.zip --dry-run',
    'vonggac rules import rules/',
  ])
    .argument('<path>', help.rulesPath)
    .option('--dry-run', help.rulesDryRun)
    .addOption(
      new Option('--state <state>', help.rulesImportState).choices(['auto', 'draft', 'test']).default('auto'),
    )
    .addOption(jsonOption())
    .action((place: string, flags: { dryRun?: boolean; state: 'auto' | 'draft' | 'test'; json?: boolean }) =>
      run(async (context) => (await load()).importRulesCommand(context, place, flags)),
    );
  add(rules, 'backtest', help.rulesBackTest, ['vonggac rules backtest ID --days 30'])
    .argument('<id>', help.rulesId)
    .addOption(new Option('--days <n>', help.rulesDays).argParser(integer).default(DAYS))
    .addOption(new Option('--rule-version <n>', help.rulesVersion).argParser(integer))
    .option('--file <file>', help.rulesBackTestFile)
    .addOption(jsonOption())
    .action((id: string, flags: { days: number; ruleVersion?: number; file?: string; json?: boolean }) =>
      run(async (context) => (await load()).backTestCommand(context, id, flags)),
    );
  for (const [kind, text] of [
    ['matches', help.rulesMatches],
    ['noisy', help.rulesNoisy],
    ['dead', help.rulesDead],
  ] as const) {
    add(rules, kind, text)
      .addOption(new Option('--days <n>', help.rulesDays).argParser(integer).default(DAYS))
      .addOption(new Option('--limit <n>', help.alertLimit).argParser(integer).default(LIMIT))
      .addOption(jsonOption())
      .action((flags: { days: number; limit: number; json?: boolean }) =>
        run(async (context) =>
          (await load()).ruleReportCommand(context, kind === 'matches' ? 'stats' : kind, flags),
        ),
      );
  }
  add(rules, 'coverage', help.rulesCoverage, [
    'vonggac rules coverage --navigator layer.json',
    'vonggac rules coverage --host PC-017',
    'vonggac rules coverage --kind office-pc --audit-installed',
  ])
    .addOption(new Option('--days <n>', help.rulesDays).argParser(integer).default(DAYS))
    .addOption(new Option('--limit <n>', help.alertLimit).argParser(integer).default(LIMIT))
    .option('--navigator <file>', help.rulesNavigator)
    .option('--product <name>', help.rulesProduct)
    .option('--host <host>', help.rulesSightHost)
    .addOption(new Option('--kind <kind>', help.rulesSightKind).choices(HOST_KINDS))
    .option('--audit-installed', help.rulesAuditInstalled)
    .option('--sysmon', help.rulesSysmon)
    .addOption(jsonOption())
    .action((flags: CoverageFlags) =>
      run(async (context) => (await loadCoverage()).coverageCommand(context, flags)),
    );
  const places = (command: Command): Command =>
    command
      .requiredOption('--rules <path...>', help.rulesPlaces)
      .requiredOption('--baseline <file...>', help.rulesBaseline)
      .option('--attacks <file...>', help.rulesAttacks)
      .addOption(jsonOption());
  places(
    add(rules, 'duplicates', help.rulesDuplicates, [
      'vonggac rules duplicates --rules rules/detections sigma/rules --baseline day.ndjson --attacks attacks.ndjson',
    ]),
  ).action((flags: MeasureFlags) =>
    run(async (context) => (await loadMeasure()).duplicatesCommand(context, flags)),
  );
  places(
    add(rules, 'recommend', help.rulesRecommend, [
      'vonggac rules recommend --profile office-pc --audit-installed --rules sigma/rules --beside rules/detections --baseline day.ndjson --out list.json',
      'vonggac rules apply list.json --why "measured on a week"',
    ]),
  )
    .addOption(new Option('--profile <kind>', help.rulesProfile).choices(HOST_KINDS).makeOptionMandatory())
    .option('--beside <path...>', help.rulesBeside)
    .option('--audit-installed', help.rulesAuditInstalled)
    .option('--sysmon', help.rulesSysmon)
    .option('--out <file>', help.rulesOut)
    .action((flags: RecommendFlags) =>
      run(async (context) => (await loadMeasure()).recommendCommand(context, flags)),
    );
  add(rules, 'apply', help.rulesApply, ['vonggac rules apply list.json --why "measured on a week" --yes'])
    .argument('<list>', help.rulesList2)
    .requiredOption('--why <text>', help.rulesWhy)
    .option('--yes', help.rulesYes)
    .action((file: string, flags: { why: string; yes?: boolean }) =>
      run(async (context) => (await loadApply()).applyListCommand(context, file, flags)),
    );
  return rules;
}
