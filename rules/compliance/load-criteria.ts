/** The questionnaires of a folder (criteria-*.yml), one per profile, each with what is wrong in it. */
import path from 'node:path';
import { problemAt, readDataFile, yamlFilesOf } from '../files/read-data-file.ts';
import type { DataFile, DataProblem } from '../files/read-data-file.ts';
import { criteriaSchema } from './schema-criteria.ts';
import type { Criteria } from './schema-criteria.ts';

/**
 * @param profiles that there are
 * @returns by profile
 * @throws the file system's error when the folder cannot be read
 */
export function loadCriteria(
  folder: string,
  profiles: ReadonlySet<string>,
  problems: DataProblem[],
): ReadonlyMap<string, Criteria> {
  const all = new Map<string, Criteria>();
  for (const name of yamlFilesOf(folder)) {
    if (!path.basename(name).startsWith('criteria-')) continue;
    const file = readDataFile(name, criteriaSchema, problems);
    if (file === undefined) continue;
    const { profile } = file.value;
    if (!profiles.has(profile)) problems.push(problemAt(file, ['profile'], `there is no profile ${profile}`));
    if (all.has(profile)) problems.push(problemAt(file, ['profile'], `${profile} has criteria already`));
    checkQuestions(file, problems);
    all.set(profile, file.value);
  }
  return all;
}

/** Ids are unique, and a question depends on earlier ones only: it can be asked in the order of the file. */
function checkQuestions(file: DataFile<Criteria>, problems: DataProblem[]): void {
  const answersOf = new Map<string, ReadonlySet<string>>();
  for (const [index, { id, when, answers }] of file.value.questions.entries()) {
    const tell = (place: readonly PropertyKey[], message: string): void => {
      problems.push(problemAt(file, ['questions', index, ...place], message));
    };
    if (answersOf.has(id)) tell(['id'], `the question ${id} stands here twice`);
    const own = new Set<string>();
    for (const [place, answer] of answers.entries()) {
      if (own.has(answer.id)) tell(['answers', place, 'id'], `the answer ${answer.id} stands here twice`);
      own.add(answer.id);
    }
    if (when !== undefined) {
      const earlier = answersOf.get(when.question);
      if (earlier === undefined) tell(['when', 'question'], `no earlier question is called ${when.question}`);
      for (const [place, answer] of when.answers.entries())
        if (earlier !== undefined && !earlier.has(answer))
          tell(['when', 'answers', place], `${when.question} has no answer ${answer}`);
    }
    answersOf.set(id, own);
  }
}
