/**
 * The 107 files of Windows event XML of the public corpus (skipped without it) by the whole way of an event: served as
 * wevtutil renders them, read by the agent's source from a log of forwarded events, normalised, and matched by SigmaHQ's rules.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Wevtutil } from '../../agent/sources/windows-event-log/wevtutil.ts';
import { createWindowsEventSource } from '../../agent/sources/windows-event-log/windows-event-source.ts';
import { builtInPipelines } from '../../rules/pipelines/index.ts';
import { compile, parseRules } from '../../rules/sigma/index.ts';
import { EventLogs } from '../support/agent/event-logs.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { start } from '../unit/agent/sources/source-harness.ts';
import { CORPUS, eventOf, view } from './pack.ts';

const XML = path.join(CORPUS, 'evtx-xml');
const RULES = path.join(CORPUS, 'sigma', 'rules');

/** Attributes as wevtutil writes them. */
const singleQuoted = (xml: string): string =>
  xml.replaceAll(/<[^<>]*>/g, (tag) => tag.replaceAll(/="([^"']*)"/g, "='$1'"));

describe.skipIf(!existsSync(XML))('Windows events of the public corpus', () => {
  test('each file raises its rule: source, normaliser, rules', { timeout: 60_000 }, async () => {
    const files = readdirSync(XML);
    const wanted = files.flatMap((file) => {
      const texts = readFileSync(path.join(XML, file), 'utf8').match(/<Event[ >][\s\S]*?<\/Event>/g) ?? [];
      return texts.map((text) => ({ rule: file.replace('.xml', ''), text: singleQuoted(text) }));
    });
    const folder = makeFolder();
    const logs = new EventLogs(path.join(folder, 'logs'));
    logs.appendXml(
      'ForwardedEvents',
      wanted.map(({ text }, index) => [index + 1, text]),
    );
    const source = createWindowsEventSource({
      log: { channel: 'ForwardedEvents', optional: false },
      lane: 'security',
      wevtutil: new Wevtutil({ program: logs.program, folder: path.join(folder, 'own') }),
      startAt: 'beginning',
      rendered: false,
      everyMs: 1_000,
      quietMs: 1_000,
      ageMsMax: 20 * 366 * 86_400_000,
    });
    const run = start(source, { now: () => Date.UTC(2026, 0, 1) });
    const records = await run.until((all) => all.length >= wanted.length);
    await run.stop();
    removeFolder(folder);
    expect(records).toHaveLength(wanted.length);
    expect(run.problems).toEqual([]);

    const engine = compile(
      readdirSync(RULES, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.ya?ml$/.test(name))
        .map((name) => parseRules(readFileSync(path.join(RULES, name), 'utf8'), { source: name })),
      { pipelines: builtInPipelines() },
    );
    const raised = new Set<string>();
    const unread: string[] = [];
    for (const [index, record] of records.entries()) {
      const event = eventOf(record, Date.UTC(2027, 0, 1));
      const { rule = '' } = wanted[index] ?? {};
      if (!event.parsed) unread.push(rule);
      if (engine.match(view(event), event.logsources).some((match) => match.rule.id === rule))
        raised.add(rule);
    }
    expect(unread).toEqual([]);
    expect(files.map((file) => file.replace('.xml', '')).filter((rule) => !raised.has(rule))).toEqual([]);
    expect(files).toHaveLength(107);
  });
});
