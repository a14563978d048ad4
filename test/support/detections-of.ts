/** Which of some folders' rules an agent's record sets off, by their titles. */
import fs from 'node:fs';
import path from 'node:path';
import { normalize } from '../../collector/normalize/normalize.ts';
import type { SourceRecord } from '../../collector/protocol/record.ts';
import { compile, parseRules } from '../../rules/sigma/index.ts';

export function detectionsOf(folders: readonly string[], record: SourceRecord): string[] {
  const parsed = folders.flatMap((folder) =>
    fs
      .readdirSync(folder)
      .filter((name) => name.endsWith('.yml') && !name.endsWith('.test.yml'))
      .map((name) => {
        const source = path.join(folder, name);
        return parseRules(fs.readFileSync(source, 'utf8'), { source });
      }),
  );
  const { fields, logsources } = normalize(record, {
    hostname: 'may-01',
    timeZone: 'Asia/Ho_Chi_Minh',
    receivedMs: record.at + 1_000,
  });
  return compile(parsed)
    .match(fields, logsources)
    .map(({ rule }) => rule.title)
    .toSorted();
}
