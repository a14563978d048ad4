import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, explain, parsePipelines, parseRules } from '../../../rules/sigma/index.ts';
import type { Step } from '../../../rules/sigma/index.ts';
import { event, logsources, ruleText } from './generate.ts';

const RUNS = Number(process.env.VONGGAC_PROPERTY_RUNS ?? 2_000);

/** What the parts say together must be what the step says. */
function isSound(step: Step): boolean {
  const parts = step.parts.map(({ held }) => held);
  const isAll = step.kind === 'and' || step.kind === 'selection' || step.label.startsWith('all of');
  const together =
    step.kind === 'item'
      ? step.held
      : step.kind === 'not'
        ? parts[0] === false
        : isAll
          ? parts.every(Boolean)
          : parts.some(Boolean);
  return (
    together === step.held &&
    step.parts.every(isSound) &&
    (step.reached || step.parts.every((part) => !part.reached))
  );
}

/** One for all rules, one for some: a filter is read as the rule it narrows. */
const { pipelines: PIPELINES } = parsePipelines(
  `
- {name: all, fields: {y: [y, z]}}
- {name: some, logsource: {product: p}, fields: {x: [a.b, z]}, values: {z: {map: {a: b, '1': [b, s]}}}}
`,
  { source: 'pipelines' },
);

test(
  'an explanation ends as the matcher does, with filters, pipelines and routing',
  { timeout: 300_000 },
  () => {
    expect(PIPELINES).toHaveLength(2);
    let matched = 0;
    let failed = 0;
    fc.assert(
      fc.property(
        ruleText,
        ruleText,
        event,
        logsources,
        fc.boolean(),
        (text, other, one, logsource, mapped) => {
          const pipelines = mapped ? PIPELINES : [];
          const filterText = other
            .split('\n---\n')
            .slice(0, 1)
            .map((rule) => {
              const { detection, logsource: source } = JSON.parse(rule) as Record<string, object>;
              return JSON.stringify({
                title: 'f',
                logsource: source,
                filter: { rules: 'any', ...detection },
              });
            });
          const parsed = [
            parseRules(text, { source: 'rules' }),
            ...filterText.map((filter) => parseRules(filter, { source: 'filter' })),
          ];
          const engine = compile(parsed, { pipelines });
          const hits = new Set(engine.match(one, logsource).map(({ rule }) => rule.id));
          for (const { info } of engine.compiled) {
            const explanation = explain(parsed, info.id, one, { logsource, pipelines });
            if (explanation.kind !== 'rule') throw new Error(`${info.id} is ${explanation.kind}`);
            const { matches, routed, detection, filters } = explanation;
            expect(matches).toBe(hits.has(info.id));
            expect([detection, ...filters.map((filter) => filter.detection)].every(isSound)).toBe(true);
            const isHeld = detection.held && filters.every((filter) => filter.detection.held);
            expect(explanation.failed === undefined).toBe(isHeld);
            expect(explanation.failed?.step.item === undefined).toBe(isHeld);
            expect(matches).toBe(isHeld && routed !== false);
            if (matches) matched += 1;
            else failed += 1;
          }
        },
      ),
      { numRuns: RUNS },
    );
    expect(matched).toBeGreaterThan(RUNS / 4);
    expect(failed).toBeGreaterThan(RUNS / 4);
  },
);
