/** The decree's criteria as questions, each answer with its clause; the highest level that an answer leads to is proposed. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CheckField } from '../ui/form-fields.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { complianceApi, type Answers, type Criteria, type Dossier } from './compliance-api.ts';
import { isAsked } from './asked.ts';
import { ConfidenceMark } from './control-panel.tsx';
import { messages } from './dossier-messages.ts';

type Question = Criteria['questions'][number];

function QuestionView({
  question,
  given,
  onChange,
}: {
  readonly question: Question;
  readonly given: readonly string[];
  readonly onChange: (next: string[]) => void;
}) {
  const text = useText(messages);
  const { language } = useI18n();
  return (
    <fieldset className="vg-choices" data-testid="question">
      <legend>
        {question.text[language]} <span className="vg-hint">{question.clause}</span>{' '}
        {question.confidence === 'D' ? <ConfidenceMark confidence="D" /> : null}
      </legend>
      {question.help === null ? null : <p className="vg-hint">{question.help[language]}</p>}
      {question.answers.map((answer) => (
        <CheckField
          key={answer.id}
          label={answer.text[language]}
          hint={
            answer.level === null
              ? undefined
              : `${text('dossier.levelN', { level: answer.level })} · ${answer.clause}`
          }
          checked={given.includes(answer.id)}
          onChange={(on) =>
            onChange(
              on
                ? question.many
                  ? [...given, answer.id]
                  : [answer.id]
                : given.filter((one) => one !== answer.id),
            )
          }
        />
      ))}
    </fieldset>
  );
}

export default function Questionnaire({
  dossier,
  onClose,
}: {
  readonly dossier: Dossier;
  readonly onClose: () => void;
}) {
  const text = useText(messages);
  const client = useQueryClient();
  const profile = dossier.facts.lawProfile;
  const criteria = useQuery({
    queryKey: ['compliance', 'criteria', profile],
    queryFn: ({ signal }) => complianceApi.criteria(profile, signal),
    staleTime: 600_000,
  });
  const before = useQuery({
    queryKey: ['compliance', 'answers', dossier.id],
    queryFn: ({ signal }) => complianceApi.answers(dossier.id, signal),
  });
  const known = useQuery({
    queryKey: ['compliance', 'dossier', dossier.id],
    queryFn: ({ signal }) => complianceApi.dossier(dossier.id, signal),
    staleTime: 0,
  });
  const first = useMemo(
    (): { answers: Answers } => ({ answers: { ...before.data?.given?.answers } }),
    [before.data],
  );
  const { value, change, drop } = useDraft(`dossier:${dossier.id}:answers`, first);
  const asked = (criteria.data?.questions ?? []).filter((question) => isAsked(question, value.answers));
  const answers = Object.fromEntries(
    asked.flatMap(({ id }) => {
      const given = value.answers[id] ?? [];
      return given.length === 0 ? [] : [[id, given]];
    }),
  );
  const outcome = useQuery({
    queryKey: ['compliance', 'evaluation', profile, answers],
    enabled: Object.keys(answers).length > 0,
    queryFn: () => complianceApi.evaluate(profile, answers),
    staleTime: 600_000,
    placeholderData: (previous) => previous,
  });
  return (
    <FormDialog
      title={text('dossier.questionnaire')}
      submitLabel={text('dossier.saveAnswers')}
      testId="questionnaire"
      wide
      disabled={known.isPending || Object.keys(answers).length === 0}
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        const done = await complianceApi.answer(dossier.id, answers, known.data?.etag);
        await client.invalidateQueries({ queryKey: ['compliance'] });
        return {
          text:
            done.outcome.level === null
              ? text('dossier.answersSaved')
              : text('dossier.leadsTo', { level: done.outcome.level }),
        };
      }}
    >
      <QueryView query={criteria}>
        {() =>
          asked.map((question) => (
            <QuestionView
              key={question.id}
              question={question}
              given={value.answers[question.id] ?? []}
              onChange={(next) => change({ answers: { ...value.answers, [question.id]: next } })}
            />
          ))
        }
      </QueryView>
      <p className="vg-outcome" role="status" data-testid="outcome">
        {outcome.data === undefined || outcome.data.level === null
          ? text('dossier.leadsNowhere')
          : text('dossier.leadsTo', { level: outcome.data.level })}
        {outcome.data === undefined || outcome.data.isComplete
          ? null
          : ` · ${text('dossier.incomplete', { n: outcome.data.missing.length })}`}
      </p>
    </FormDialog>
  );
}
