/** `vonggac compliance criteria`: the questionnaire of levels, and what answers to it lead to; without a collector. */
import { builtInCatalogue, evaluateCriteria } from '../../../rules/compliance/index.ts';
import type { Criteria, CriteriaAnswers, Level, LedTo } from '../../../rules/compliance/index.ts';
import type { CommandContext } from '../command.ts';
import { printable, printableJson } from '../printable.ts';
import { UsageError } from '../usage-error.ts';

type Context = Pick<CommandContext, 'm' | 'language' | 'print'>;

export interface CriteriaFlags {
  profile: string;
  answer?: string[];
  level?: Level;
  json?: boolean;
}

export function complianceCriteriaCommand(
  context: Context,
  { profile, answer, level, json }: CriteriaFlags,
): void {
  const { m, print } = context;
  const { criteria } = builtInCatalogue();
  const found = criteria.get(profile);
  if (found === undefined)
    throw new UsageError(
      m.complianceCatalogue.noProfile(printable(profile), [...criteria.keys()].join(', ')),
    );
  if (answer !== undefined) printResult(context, found, toAnswers(m, answer), json === true);
  else if (json === true) print(printableJson(found));
  else printQuestions(context, found, level);
}

function toAnswers(m: Context['m'], texts: readonly string[]): CriteriaAnswers {
  const answers = new Map<string, string[]>();
  for (const text of texts) {
    const [question, ids, ...rest] = text.split('=');
    if (question === undefined || ids === undefined || ids === '' || rest.length > 0)
      throw new UsageError(m.complianceCatalogue.badAnswer(printable(text)));
    answers.set(question, [...(answers.get(question) ?? []), ...ids.split(',').map((id) => id.trim())]);
  }
  return Object.fromEntries(answers);
}

function printResult(
  { m, language, print }: Context,
  criteria: Criteria,
  answers: CriteriaAnswers,
  isJson: boolean,
): void {
  const t = m.complianceCatalogue;
  const result = evaluateCriteria(criteria, answers);
  if (isJson) return print(printableJson(result));
  const said = ({ question, answer, level, clause, confidence }: LedTo): string =>
    `  ${question}=${answer}: ${t.atLeast(level)}, ${clause}${confidence === 'D' ? ` (${t.unconfirmed})` : ''}`;
  const part = (title: string, lines: readonly string[]): void => {
    if (lines.length > 0) [`${title}:`, ...lines].forEach(print);
  };
  print(t.result(result.level, result.isComplete));
  part(t.decidedBy, result.decided.map(said));
  part(t.outweighed, result.outweighed.map(said));
  const texts = new Map(criteria.questions.map(({ id, text }) => [id, text[language]]));
  part(
    t.missing,
    result.missing.map((id) => `  ${id}: ${texts.get(id) ?? ''}`),
  );
  part(
    t.ignored,
    result.ignored.map(({ question, answer }) => printable(`  ${question}=${answer}`)),
  );
}

function printQuestions({ m, language, print }: Context, criteria: Criteria, level: Level | undefined): void {
  const t = m.complianceCatalogue;
  const doubt = (confidence: string): string => (confidence === 'D' ? ` (${t.unconfirmed})` : '');
  print(criteria.title[language]);
  const { rule } = criteria;
  print(`${t.rule}: ${rule.text[language]} ${rule.clause}${doubt(rule.confidence)}`);
  for (const { id, text, help, clause, confidence, many, when, answers } of criteria.questions) {
    const shown = answers.filter((answer) => level === undefined || answer.level === level);
    if (shown.length === 0) continue;
    print('');
    print(`${id}: ${text[language]}  [${clause}]${doubt(confidence)}`);
    if (help !== undefined) print(`    ${help[language]}`);
    if (when !== undefined) print(`    (${t.askedWhen(when.question, when.answers.join(', '))})`);
    if (many) print(`    (${t.severalAnswers})`);
    for (const answer of shown)
      print(
        `  ${id}=${answer.id}: ${answer.text[language]}${answer.level === undefined ? '' : ` -> ${t.atLeast(answer.level)} [${answer.clause ?? clause}]`}`,
      );
  }
  print('');
  for (const [at, authority] of Object.entries(criteria.authority))
    if (level === undefined || Number(at) === level)
      print(`${t.authority(Number(at), authority)}  [${authority.clause}]${doubt(authority.confidence)}`);
}
