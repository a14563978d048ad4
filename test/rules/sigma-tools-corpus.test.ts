/**
 * lint and explain over public rules. The corpus is not part of the project: without it (VONGGAC_CORPUS, default
 * ../shared/corpus beside the project) these tests report themselves skipped.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { builtInPipelines } from '../../rules/pipelines/index.ts';
import { explain, lint, lintMessage, parseRules } from '../../rules/sigma/index.ts';
import type { Finding, LintCode, ParsedRules } from '../../rules/sigma/index.ts';

const root = resolve(
  process.env.VONGGAC_CORPUS ?? join(import.meta.dirname, '../../../shared/corpus'),
  'sigma',
);

interface Regression {
  rule_id: string;
  rule_path: string;
  events: readonly Record<string, unknown>[];
}

describe.skipIf(!existsSync(root))('public rules', () => {
  let parsed: ParsedRules[] = [];
  let findings: readonly Finding[] = [];
  const of = (code: LintCode): readonly Finding[] => findings.filter((finding) => finding.code === code);

  beforeAll(() => {
    parsed = readdirSync(join(root, 'rules'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yml'))
      .map((name) => parseRules(readFileSync(join(root, 'rules', name), 'utf8'), { source: name }));
    findings = lint(parsed, { pipelines: builtInPipelines() });
  });

  test('are rejected only for want of placeholders', () => {
    expect(
      of('rejected')
        .map(lintMessage)
        .filter((text) => !/^the placeholder %.*% has no values/.test(text)),
    ).toEqual([]);
  });

  // Whoever wrote these rules checks them: many findings of a kind would be false alarms.
  test('keep to the conventions of their own project, and none contradicts itself', () => {
    const counts = Object.fromEntries(
      [...Map.groupBy(findings, ({ code }) => code)].map(([code, list]) => [code, list.length]),
    );
    const usual = new Set<string>([
      'rejected',
      'reference-branch',
      'id-version',
      'escape-needless',
      'falsepositives-missing',
      'field-unknown',
      'regex-inline-flag',
    ]);
    const many = Object.entries(counts).filter(([code, count]) => count > (usual.has(code) ? 60 : 10));
    expect(many).toEqual([]);
    for (const code of ['condition-never', 'condition-always', 'field-never', 'field-part-never'] as const)
      expect(of(code)).toEqual([]);
    for (const code of [
      'selection-unused',
      'title-case',
      'logsource-unknown',
      'detection-duplicate',
    ] as const)
      expect(of(code)).toEqual([]);
    expect(of('no-witness').length).toBeGreaterThan(0);
  });

  test('each explain the event they were written for as a match', () => {
    const cases = readFileSync(join(root, 'regression.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Regression);
    const files = new Map(
      parsed.flatMap((file) => file.rules.map(({ info }): [string, ParsedRules] => [info.id, file])),
    );
    const refused = cases.filter(({ rule_id: id, events }) => {
      const file = files.get(id);
      return !events.some((event) => {
        const explanation = explain(file === undefined ? [] : [file], id, event);
        return explanation.kind === 'rule' && explanation.matches && explanation.failed === undefined;
      });
    });
    expect(cases.length).toBeGreaterThan(100);
    expect(refused.map(({ rule_path: name }) => name)).toEqual([]);
  });
});
