/** `vonggac rules new|test|stats` in English. */
const many = (count: number, one: string, several = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : several}`;

interface Counted {
  rules: number;
  correlations: number;
  deprecated: number;
  tested: number;
  techniques: number;
}

export const ruleAuthoringEn = {
  badName: (name: string) =>
    `"${name}" will not do as a file of a rule: name it in kebab-case, like odd-program.yml`,
  noTemplate: (logsource: string, known: string) =>
    `there is no template for the log source "${logsource}" (product/category/service); there are: ${known}`,
  isThere: (file: string) =>
    `${file} is there already: nothing is overwritten; choose another name or delete it first`,
  made: (rule: string, test: string) =>
    `${rule}\n${test}\nReplace what says so in both, then: vonggac rules test ${rule}`,
  noTest: (file: string) => `there is no test beside it: ${file}`,
  otherRule: (file: string, id: string) => `${file} is the test of another rule: ${id}`,
  byRecord: 'the record',
  cases: { match: 'must match', near_miss: 'must not match', sequence: 'sequence' },
  came: (isMatched: boolean): string => (isMatched ? 'it matched' : 'it did not match'),
  notUnderstood: 'the normaliser knows no such record: it kept the line alone',
  firedAt: (fired: string, wanted: string) =>
    `fired at ${fired === '' ? 'no time' : `${fired} s`}, must fire at ${wanted === '' ? 'no time' : `${wanted} s`}`,
  unwritten: (file: string, lines: readonly number[]) =>
    `! ${file}: ${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')} still as in the template: write them before it goes to a collector`,
  tested: (rules: number, cases: number, wrong: number, faults: number) =>
    `${many(rules, 'rule')}, ${many(cases, 'case')}: ${wrong} came out otherwise, ${many(faults, 'test')} could not be run`,
  counted: ({ rules, correlations, deprecated, tested, techniques }: Counted) =>
    `${many(rules, 'rule')}, of them ${many(correlations, 'correlation')}; ${tested} with a test beside them; ${many(techniques, 'ATT&CK technique')}; ${deprecated} deprecated`,
  columns: { platform: 'PLATFORM', tactic: 'TACTIC', rules: 'RULES' },
};

export const ruleAuthoringHelpEn = {
  ruleNew: 'write a new rule that passes the checks, with the events of its test beside it',
  ruleNewFile: 'the file to write, e.g. rules/detections/windows/odd-program.yml',
  ruleNewTitle: 'its title in English',
  ruleNewTitleVi: 'its title in Vietnamese',
  ruleNewLogsource: 'product/category/service; a wrong one lists those with a template',
  ruleNewLevel: 'how grave it is',
  ruleNewAuthor: 'who writes it',
  ruleTest:
    'run the events beside rules through the normaliser and the engine, and explain what comes out otherwise',
  ruleTestPath: 'files or folders of rules',
  ruleTestRules: 'further rules that these need; repeatable',
  ruleTestVerbose: 'also show and explain what came out as it must',
  ruleStats: 'count rules by platform, tactic and level; those that come along where no path is given',
};
