/** `vonggac rules` in English. */
import type { RuleState } from '../../registry/tables/rule.ts';

interface Imported {
  documents: number;
  new: number;
  updated: number;
  unchanged: number;
  kept: number;
  duplicates: readonly unknown[];
  unsupported: readonly unknown[];
}
interface Tested {
  matches: number;
  hosts: number;
  alerts: number;
  held: number;
  alertsPerDay: number;
}

export const rulesEn = {
  none: 'There are no such rules.',
  more: 'There are more: raise --limit or narrow the filter.',
  states: {
    draft: 'draft',
    test: 'in test',
    on: 'on',
    off: 'off',
    retired: 'retired',
  } satisfies Record<RuleState, string>,
  targets: { agency: 'agency', group: 'group', host: 'host' },
  yes: 'yes',
  no: 'NO',
  differs: (shipped: number) =>
    `It differs from what is shipped (version ${shipped}): "vonggac rules diff ID", "vonggac rules activate ID shipped".`,
  scope: (target: string, name: string, on: boolean | null, severity: string | null, reason: string) =>
    `${target} ${name}: ${[on === null ? '' : on ? 'on' : 'off', severity ?? ''].filter((word) => word !== '').join(', ')} (${reason})`,
  imported: (report: Imported) =>
    `${report.documents} rules: ${report.new} new, ${report.updated} updated, ${report.unchanged} unchanged, ${report.kept} kept as changed here, ${report.duplicates.length} duplicate ids, ${report.unsupported.length} not supported.`,
  bulk: (total: number, changes: number) => `${total} rules are found, ${changes} would change.`,
  bulkRow: (from: string, to: string, title: string) => `  ${from} → ${to}  ${title}`,
  dryRun: 'Nothing was changed: leave out --dry-run to import.',
  jobEnded: (state: string, error: string) => `the job ended: ${state}${error === '' ? '' : `: ${error}`}`,
  backTest: ({ matches, hosts, alerts, held, alertsPerDay }: Tested) =>
    `${matches} matches on ${hosts} hosts would have opened ${alerts} alerts, ${alertsPerDay} a day; ${held} matches over its budget.`,
  reached: (time: string) => `There was more than is looked at: these are the events since ${time}.`,
  day: (day: string, matches: number, alerts: number) => `  ${day}  ${matches} matches, ${alerts} alerts`,
  coverageKind:
    '--audit-installed and --sysmon say what is switched on on hosts of a kind: they go with --kind',
  coverageOne: 'one of --navigator, --host and --kind at a time',
  layerWritten: (file: string, techniques: number, version: string) =>
    `${file}: ${techniques} techniques, layer format ${version}. Open it in the ATT&CK Navigator.`,
  sight: (kind: string, rules: number, blind: number) =>
    `${kind}: ${rules} rules are about it, ${blind} of them see nothing.`,
  hostKinds: {
    'office-pc': 'Office PC',
    'domain-controller': 'Domain controller',
    'linux-server': 'Linux server',
    'web-server': 'Web server',
    'network-device': 'Network device',
  },
  logStates: { seen: 'yes', missing: 'MISSING', unproven: 'not yet' },
  andMore: (count: number) => `and ${count} more (--json)`,
  logic: { same: 'the same', within: 'within', none: 'by events' },
  duplicates: (pairs: number, rules: number, events: number, hostDays: number) =>
    `${pairs} pairs among ${rules} rules; ${events} events of ${hostDays} host-days. Shares: of the first rule's events the second finds, and the other way round.`,
  reasons: {
    quiet: 'quiet on the baseline',
    'finds-attacks': 'quiet, and finds recorded attacks',
    'no-log': 'its log is not there on such hosts',
    'too-noisy': 'finds too much on the baseline',
    duplicate: 'a rule that is on says it already',
    immature: 'deprecated or unsupported by its author',
    'only-informs': 'informs only, no level to raise an alert',
  },
  recommended: (on: number, rules: number, events: number, hostDays: number) =>
    `${on} of ${rules} rules are recommended, measured on ${events} events of ${hostDays} host-days.`,
  listWritten: (file: string) =>
    `${file}: a reason and figures for each rule. "vonggac rules apply ${file} --why TEXT" says what it would change.`,
  noList: (file: string, why: string) => `${file} is no list of "vonggac rules recommend": ${why}`,
  listNotHere: (rules: number) => `  not here: ${rules}; import the rules first, or leave it so`,
  applied: 'To take it back: "vonggac job undo JOB --reason TEXT" for each job above.',
  columns: {
    finds: 'RULE',
    alsoFinds: 'ALSO FOUND BY',
    logic: 'CONDITIONS',
    baseline: 'BASELINE',
    attacks: 'ATTACKS',
    log: 'LOG',
    rules: 'RULES',
    blind: 'BLIND',
    level: 'LEVEL',
    version: 'VERSION',
    title: 'TITLE',
    made: 'MADE',
    by: 'BY',
    why: 'WHY',
    technique: 'TECHNIQUE',
    tactics: 'TACTICS',
    withData: 'RULES WITH DATA',
    withoutData: 'WITHOUT DATA',
    matches: 'MATCHES',
    alertsPerDay: 'ALERTS/DAY',
    falseShare: 'NO INCIDENT',
    throttled: 'OVER BUDGET',
    data: 'DATA',
  },
};

export const rulesHelpEn = {
  rulesContent: 'rules as content: versions, states, imports, back-tests, reports',
  rulesList: 'list rules, in force or not; * marks those that differ from what is shipped',
  rulesStateFilter: 'draft, test, on, off, retired',
  rulesLevel: 'e.g. high,critical',
  rulesOrigin: 'shipped, folder, import or here',
  rulesProduct: 'of this product, e.g. windows',
  rulesCategory: 'of this category, e.g. process_creation',
  rulesTag: 'with this tag, e.g. attack.t1059',
  rulesText: 'in title or id',
  rulesDiffers: 'only those that differ from what is shipped',
  rulesId: 'id of the rule',
  rulesShow: 'show a rule: what counts, and where it is off or differently severe',
  rulesVersions: 'show the versions of a rule',
  rulesDiff: 'show what two versions differ in',
  rulesFrom: 'a version, or "shipped"',
  rulesTo: 'a version, or "shipped" (what counts)',
  rulesAdd: 'add a rule as a draft, or with --id a version to one',
  rulesFile: 'a file with one Sigma rule',
  rulesAddId: 'add a version to this rule',
  rulesActivateNow: 'let the new version count at once',
  rulesWhy: 'why, for the audit trail',
  rulesState: 'turn a rule to draft, test, on, off or retired',
  rulesBulk: 'puts all rules that the filter finds in one state; only looks, unless --yes is given',
  rulesService: 'of this service, e.g. sysmon',
  rulesFolder: 'whose file lies in this folder of its pack or import, e.g. windows/process_creation',
  rulesYes: 'do it; without it the command only says what it would come to',
  rulesActivate: 'let another version count: a newer one, an earlier one, or "shipped"',
  rulesVersion: 'number of the version',
  rulesScope: 'decide for an agency with all below it, an agent group or a host',
  rulesGroup: 'for this agent group',
  rulesHost: 'for this agent id',
  rulesOn: 'on there',
  rulesOff: 'off there',
  rulesSeverity: 'so severe there',
  rulesImport: 'import a folder, a zip or tar.gz file, or one rule',
  rulesPath: 'folder or file that the collector can read',
  rulesDryRun: 'say what it would come to, and change nothing',
  rulesImportState: 'how new rules begin; auto: by status and level',
  rulesBackTest: 'what a rule would have found, and how many alerts it would have opened',
  rulesDays: 'so many days back',
  rulesBackTestFile: 'test this text instead of a kept version',
  rulesMatches: 'what each rule in force did',
  rulesNoisy: 'rules with the most alerts',
  rulesDead: 'rules that matched nothing, and whether data arrives',
  rulesCoverage: 'ATT&CK techniques by rules with and without data; what hosts are blind to',
  rulesPlaces: 'files and folders of rules',
  rulesBaseline:
    'events of ordinary days, a JSON object a line, also .gz ("npm run bench -- day --write FILE")',
  rulesAttacks: 'events of attacks, a JSON object a line',
  rulesDuplicates: 'rules that find the same: by their conditions, and by the events that both find',
  rulesRecommend: 'which rules are worth having on for a kind of hosts, from measurements; writes a list',
  rulesProfile: 'the kind of hosts',
  rulesBeside: 'rules that are on already',
  rulesOut: 'write the list with reasons and figures into this file',
  rulesApply: 'put rules into the states of such a list; only looks, unless --yes is given',
  rulesList2: 'a list written by "vonggac rules recommend"',
  rulesNavigator: 'write a layer for the ATT&CK Navigator into this file',
  rulesSightHost: 'what this host is blind to, by what came of it',
  rulesSightKind: 'what hosts of this kind are blind to',
  rulesAuditInstalled: 'with --kind: "vonggac-agent audit install" was done there',
  rulesSysmon: 'with --kind: Sysmon is there',
};
