/** Which questions are asked after what was answered so far. Pure. */

type Question = {
  readonly when: { readonly question: string; readonly answers: readonly string[] } | null;
};

/** A question that hangs on another is asked once that one has one of its answers. */
export function isAsked(question: Question, answers: Readonly<Record<string, readonly string[]>>): boolean {
  const { when } = question;
  return when === null || (answers[when.question] ?? []).some((answer) => when.answers.includes(answer));
}
