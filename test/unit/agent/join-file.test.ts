/** What an installer or a person leaves for the agent to enrol with. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeConfigProblem } from '../../../agent/config-error.ts';
import { loadJoinFile, useUpJoinFile } from '../../../agent/join-file.ts';
import { loadKeptEnrolment } from '../../../agent/kept-enrolment.ts';
import { vi } from '../../../agent/messages/vi.ts';
import { makeFolder, removeFolder } from '../../support/agent/spool-fixture.ts';

let state: string;

beforeEach(() => {
  state = makeFolder();
});

afterEach(() => removeFolder(state));

const leave = (content: string | Buffer): void => fs.writeFileSync(path.join(state, 'join.txt'), content);

const JOIN = { url: 'https://soc.example.vn:8443', token: 'vgjoin1.abc=' };

test.each([
  ['as a person writes it', '# mã ghi danh\nurl = https://soc.example.vn:8443\n\ntoken=vgjoin1.abc=\n'],
  [
    'as Windows Installer writes it',
    '[vonggac]\r\nURL=https://soc.example.vn:8443\r\nTOKEN=vgjoin1.abc=\r\nCA=\r\n',
  ],
  ['with the mark of UTF-8', '\uFEFFURL=https://soc.example.vn:8443\nTOKEN=vgjoin1.abc='],
  [
    'as Notepad saves Unicode',
    Buffer.from('\uFEFFURL=https://soc.example.vn:8443\r\nTOKEN=vgjoin1.abc=\r\n', 'utf16le'),
  ],
])('it is read %s', (_how, content) => {
  leave(content);
  expect(loadJoinFile(state)).toEqual(JOIN);
});

test('the authority is a file beside it', () => {
  fs.writeFileSync(path.join(state, 'ca.pem'), 'PEM');
  leave('URL=https://a:1\nTOKEN=t\nCA=ca.pem\n');
  expect(loadJoinFile(state)).toEqual({ url: 'https://a:1', token: 't', caPem: 'PEM' });
});

test.each([
  ['URL=https://a:1\n', 'no-token', 0],
  ['TOKEN=t\n', 'no-url', 0],
  ['URL=https://a:1\nTOKEN t\n', 'no-equals', 2],
  ['URL=https://a:1\nTOKEN=t\nGROUP=x\n', 'unknown-key', 3],
  ['URL=https://a:1\nTOKEN=t\nCA=none.pem\n', 'no-ca-file', 0],
  ['#'.repeat(65_537), 'too-long', 0],
] as const)('%j is refused: %s', (content, fault, line) => {
  leave(content);
  const problem = { kind: 'join', file: path.join(state, 'join.txt'), line, fault } as const;
  expect(() => loadJoinFile(state)).toThrow(expect.objectContaining({ problem }));
  expect(describeConfigProblem(problem, vi)).toContain('join.txt');
});

test('used, it is gone; the token stays only where that was asked for', () => {
  leave('URL=https://a:1\nTOKEN=t\n');
  useUpJoinFile(state, { url: 'https://a:1', token: 't' });
  expect(loadJoinFile(state)).toBeUndefined();
  expect(loadKeptEnrolment(state)).toBeUndefined();
  leave('URL=https://a:1\nTOKEN=t\nKEEP=1\n');
  useUpJoinFile(state, { url: 'https://a:1', token: 't' });
  expect(loadJoinFile(state)).toBeUndefined();
  expect(loadKeptEnrolment(state)).toEqual({ url: 'https://a:1', token: 't' });
});
