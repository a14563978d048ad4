/** What is wrong with the text, by place; each leads to it. Hints of convention are shown when asked for. */
import { useState } from 'react';
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { CheckField } from '../ui/form-fields.tsx';
import { messages } from './editor-messages.ts';
import type { Finding } from './yaml-editor.tsx';

const words: Readonly<Record<Finding['severity'], LabelOf<typeof messages>>> = {
  error: 'editor.error',
  warning: 'editor.warning',
  hint: 'editor.hint',
};
const tones: Readonly<Record<Finding['severity'], Tone>> = { error: 'bad', warning: 'warn', hint: 'quiet' };

type Props = {
  readonly findings: readonly Finding[];
  readonly busy: boolean;
  readonly failed: boolean;
  readonly onShow: (finding: Finding) => void;
};

export function FindingList({ findings, busy, failed, onShow }: Props) {
  const text = useText(messages);
  const [hints, setHints] = useState(false);
  const count = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity).length;
  const shown = findings.filter(({ severity }) => hints || severity !== 'hint');
  const sum =
    findings.length === 0
      ? text('editor.clean')
      : text('editor.counts', { errors: count('error'), warnings: count('warning'), hints: count('hint') });
  return (
    <div className="vg-findings" data-testid="rule-findings" data-errors={count('error')}>
      <div className="vg-findings-head">
        <span role="status">
          {failed ? text('editor.checkFailed') : busy ? text('editor.checking') : sum}
        </span>
        {count('hint') === 0 ? null : (
          <CheckField label={text('editor.hints')} checked={hints} onChange={setHints} />
        )}
      </div>
      <ul>
        {shown.map((finding, index) => (
          // Two findings may stand at one place, so the index is part of the name.
          // oxlint-disable-next-line no-array-index-key
          <li key={`${finding.line}:${finding.column}:${finding.code}:${index}`}>
            <button type="button" onClick={() => onShow(finding)} data-testid="rule-finding">
              <Badge tone={tones[finding.severity]}>{text(words[finding.severity])}</Badge>
              <span className="vg-where">
                {text('editor.at', { line: finding.line, column: finding.column })}
              </span>
              <LineText value={finding.message} />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
