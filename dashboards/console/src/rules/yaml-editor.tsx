/**
 * A text area with numbered lines and marks where something is wrong. Tab goes on to the next control as everywhere;
 * inside, Enter keeps the indent. Invariant: the text is the caller's; nothing is changed behind their back.
 */
import { useRef, type KeyboardEvent, type RefObject } from 'react';
import type { RuleCheck } from './rules-api.ts';

export type Finding = RuleCheck['findings'][number];

const lineHeight = 19;
const padding = 8;

/** The place of a line and column in the text, from 0. */
export function offsetOf(text: string, line: number, column: number): number {
  let at = 0;
  for (let n = 1; n < line; n += 1) {
    const next = text.indexOf('\n', at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  return Math.min(text.length, at + Math.max(0, column - 1));
}

/** Brings a place into view and selects the rest of its word. */
export function showPlace(input: HTMLTextAreaElement, line: number, column: number): void {
  const from = offsetOf(input.value, line, column);
  const rest = /^[^\s:,]*/u.exec(input.value.slice(from))?.[0].length ?? 0;
  input.focus();
  input.setSelectionRange(from, from + rest);
  input.scrollTop = Math.max(0, (line - 4) * lineHeight);
}

type Props = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly findings: readonly Finding[];
  readonly readOnly?: boolean;
  readonly inputRef?: RefObject<HTMLTextAreaElement | null>;
  readonly maxLength?: number;
  readonly testId?: string;
};

export function YamlEditor(props: Props) {
  const { label, value, onChange, findings, readOnly = false, inputRef } = props;
  const { maxLength = 65_536, testId = 'rule-text' } = props;
  const gutter = useRef<HTMLDivElement>(null);
  const lines = value.split('\n').length;
  const worst = new Map<number, Finding>();
  const rank = { error: 0, warning: 1, hint: 2 } as const;
  for (const finding of findings) {
    const known = worst.get(finding.line);
    if (known === undefined || rank[finding.severity] < rank[known.severity])
      worst.set(finding.line, finding);
  }
  const keepIndent = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.metaKey || readOnly) return;
    if (event.nativeEvent.isComposing) return;
    const { selectionStart, selectionEnd } = event.currentTarget;
    const begin = value.lastIndexOf('\n', selectionStart - 1) + 1;
    const indent = /^ *(?:- )?/u.exec(value.slice(begin, selectionStart))?.[0].replace('- ', '  ') ?? '';
    if (indent === '') return;
    event.preventDefault();
    const input = event.currentTarget;
    onChange(`${value.slice(0, selectionStart)}\n${indent}${value.slice(selectionEnd)}`);
    const at = selectionStart + 1 + indent.length;
    window.requestAnimationFrame(() => input.setSelectionRange(at, at));
  };
  return (
    <div className="vg-yaml" data-testid={testId}>
      <div className="vg-yaml-gutter" ref={gutter} aria-hidden="true" style={{ paddingTop: padding }}>
        {Array.from({ length: lines }, (_none, index) => {
          const finding = worst.get(index + 1);
          return (
            // A line's number is its name.
            // oxlint-disable-next-line no-array-index-key
            <div key={index} data-severity={finding?.severity} title={finding?.message}>
              {index + 1}
            </div>
          );
        })}
      </div>
      <textarea
        ref={inputRef}
        aria-label={label}
        aria-invalid={findings.some(({ severity }) => severity === 'error')}
        className="vg-yaml-text"
        style={{ paddingTop: padding }}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        wrap="off"
        readOnly={readOnly}
        maxLength={maxLength}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={keepIndent}
        onScroll={(event) => {
          if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
}
