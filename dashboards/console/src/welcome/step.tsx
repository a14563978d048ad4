/** One step of the set-up: its number, whether it is done, and what is to be done. */
import type { ReactNode } from 'react';
import { useText } from '../i18n/use-text.ts';
import { Badge } from '../ui/badge.tsx';
import { messages } from './welcome-messages.ts';

export type StepState = 'done' | 'now' | 'later';

type Props = {
  readonly number: number;
  readonly state: StepState;
  readonly title: string;
  readonly testId: string;
  readonly children: ReactNode;
};

export function Step({ number, state, title, testId, children }: Props) {
  const text = useText(messages);
  return (
    <li
      className="vg-step"
      data-state={state}
      data-testid={testId}
      aria-current={state === 'now' ? 'step' : undefined}
    >
      <span className="vg-step-number" aria-hidden="true">
        {number}
      </span>
      <div className="vg-step-body">
        <div className="vg-step-head">
          <h2>{title}</h2>
          {state === 'done' ? (
            <Badge tone="good">{text('welcome.done')}</Badge>
          ) : state === 'now' ? (
            <Badge tone="info">{text('welcome.now')}</Badge>
          ) : (
            <Badge tone="quiet">{text('welcome.later')}</Badge>
          )}
        </div>
        {state === 'later' ? null : children}
      </div>
    </li>
  );
}
