/** What is done to an account: disabled and enabled, signed out, its password or second factor taken away. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import type { LabelOf } from '../../i18n/messages.ts';
import { useText } from '../../i18n/use-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useAction, type Done } from '../../ui/use-action.ts';
import { EditDialog } from './edit-dialog.tsx';
import {
  changePerson,
  endSessions,
  peopleKey,
  removeFactor,
  resetPerson,
  type Invitation,
  type Person,
} from './people-api.ts';
import { messages } from './people-messages.ts';

type Act = 'disable' | 'sessions' | 'reset' | 'factor';
type Label = LabelOf<typeof messages>;

const button: Readonly<Record<Act, Label>> = {
  disable: 'people.disable',
  sessions: 'people.endSessions',
  reset: 'people.reset',
  factor: 'people.removeFactor',
};
const title = {
  disable: 'people.disableTitle',
  sessions: 'people.endSessionsTitle',
  reset: 'people.resetTitle',
  factor: 'people.removeFactorTitle',
} as const satisfies Record<Act, keyof typeof messages>;
const effect: Readonly<Record<Act, Label>> = {
  disable: 'people.disableText',
  sessions: 'people.endSessionsText',
  reset: 'people.resetText',
  factor: 'people.removeFactorText',
};

/** Which of them mean something for this account now. */
function actsFor({ state, external, hasSecondFactor }: Person): readonly Act[] {
  const shut = state === 'disabled';
  return [
    ...(shut || state === 'invited' ? [] : (['sessions'] as const)),
    ...(shut || external !== null ? [] : (['reset'] as const)),
    ...(hasSecondFactor ? (['factor'] as const) : []),
    ...(shut ? [] : (['disable'] as const)),
  ];
}

type Props = {
  readonly person: Person;
  readonly onLink: (invitation: Invitation) => void;
};

export function PersonActs({ person, onLink }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  const [asking, setAsking] = useState<Act | 'edit' | null>(null);
  const { username: name, state } = person;
  const refresh = () => client.invalidateQueries({ queryKey: peopleKey });
  const enable = async (disabled: boolean) => {
    await changePerson(name, { disabled });
    await refresh();
  };
  const work: Readonly<Record<Act, () => Promise<Done | undefined>>> = {
    async disable() {
      await enable(true);
      return {
        text: text('people.disabled', { name }),
        undo: () => enable(false),
        undone: text('people.enabled', { name }),
      };
    },
    async sessions() {
      const { ended } = await endSessions(name);
      return { text: text('people.sessionsEnded', { n: ended }) };
    },
    async reset() {
      const invitation = await resetPerson(name);
      await refresh();
      onLink(invitation);
      return undefined;
    },
    async factor() {
      await removeFactor(name);
      await refresh();
      return { text: text('people.factorRemoved', { name }) };
    },
  };
  const invited = state === 'invited';
  return (
    <>
      <Button size="small" onClick={() => setAsking('edit')} data-testid="person-edit">
        {text('people.edit')}
      </Button>
      {state === 'disabled' ? (
        <Button
          size="small"
          loading={action.busy}
          data-testid="person-enable"
          onClick={() =>
            void action.run(async () => {
              await enable(false);
              return { text: text('people.enabled', { name }) };
            })
          }
        >
          {text('people.enable')}
        </Button>
      ) : null}
      {actsFor(person).map((act) => (
        <Button
          key={act}
          size="small"
          danger={act === 'disable'}
          data-testid={`person-${act}`}
          onClick={() => setAsking(act)}
        >
          {text(act === 'reset' && invited ? 'people.newLink' : button[act])}
        </Button>
      ))}
      {asking === 'edit' ? <EditDialog person={person} onClose={() => setAsking(null)} /> : null}
      {asking === null || asking === 'edit' ? null : (
        <FormDialog
          title={asking === 'reset' && invited ? text('people.newLink') : text(title[asking], { name })}
          submitLabel={text(asking === 'reset' && invited ? 'people.newLink' : button[asking])}
          danger={!(asking === 'reset' && invited)}
          testId="person-act"
          onSubmit={work[asking]}
          onClose={() => setAsking(null)}
        >
          <p>{text(asking === 'reset' && invited ? 'people.newLinkText' : effect[asking])}</p>
        </FormDialog>
      )}
    </>
  );
}
