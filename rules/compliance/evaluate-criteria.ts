/**
 * Which level answers to a questionnaire lead to: the highest of them, with what decided and what is still to be asked.
 * Pure. Invariant: what is not answered never lowers a level; the result says that it may still rise.
 */
import type { Criteria, CriterionAnswer, CriterionQuestion } from './schema-criteria.ts';
import type { Confidence, Level } from './schema.ts';

/** Question -> ids of the answers that hold. */
export type CriteriaAnswers = Readonly<Record<string, readonly string[]>>;

export interface LedTo {
  question: string;
  answer: string;
  level: Level;
  clause: string;
  /** D: to be confirmed. */
  confidence: Confidence;
}

export interface CriteriaResult {
  /** The lowest level that the system can have by what is answered; undefined: nothing answered leads to one. */
  level: Level | undefined;
  /** No question is open: the level is final, unless risks ask for more. */
  isComplete: boolean;
  /** Answers that lead to the level. */
  decided: readonly LedTo[];
  /** Answers that lead to lower levels. */
  outweighed: readonly LedTo[];
  /** Questions that are asked and not answered, in their order. */
  missing: readonly string[];
  /** What is answered and not asked: a question that is not put in this case, an id that does not exist, a second answer. */
  ignored: readonly { question: string; answer: string }[];
}

export function evaluateCriteria(criteria: Criteria, answers: CriteriaAnswers): CriteriaResult {
  const given = new Map<string, readonly CriterionAnswer[]>();
  const ledTo: LedTo[] = [];
  const missing: string[] = [];
  for (const question of criteria.questions) {
    if (!isAsked(question, given)) continue;
    const held = heldAnswers(question, answers);
    given.set(question.id, held);
    if (held.length === 0) missing.push(question.id);
    for (const { id, level, clause, confidence } of held)
      if (level !== undefined)
        ledTo.push({
          question: question.id,
          answer: id,
          level,
          clause: clause ?? question.clause,
          confidence: confidence ?? question.confidence,
        });
  }
  const level = ledTo.map((each) => each.level).toSorted((left, right) => right - left)[0];
  return {
    level,
    isComplete: missing.length === 0,
    decided: ledTo.filter((each) => each.level === level),
    outweighed: ledTo.filter((each) => each.level !== level),
    missing,
    ignored: Object.entries(answers).flatMap(([question, ids]) =>
      ids
        .filter(
          (id, index) => ids.indexOf(id) !== index || !given.get(question)?.some((held) => held.id === id),
        )
        .map((answer) => ({ question, answer })),
    ),
  };
}

function isAsked(
  { when }: CriterionQuestion,
  given: ReadonlyMap<string, readonly CriterionAnswer[]>,
): boolean {
  if (when === undefined) return true;
  return given.get(when.question)?.some(({ id }) => when.answers.includes(id)) ?? false;
}

/** Of a question that takes one answer, two are as good as none: they contradict each other. */
function heldAnswers({ id, many, answers }: CriterionQuestion, all: CriteriaAnswers): CriterionAnswer[] {
  const ids = Object.hasOwn(all, id) ? (all[id] ?? []) : [];
  const held = answers.filter((answer) => ids.includes(answer.id));
  return many || held.length === 1 ? held : [];
}
