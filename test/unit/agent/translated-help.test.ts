import { Command, CommanderError, Option } from 'commander';
import { expect, test } from 'vitest';
import { en } from '../../../agent/messages/en.ts';
import type { Messages } from '../../../agent/messages/en.ts';
import { vi } from '../../../agent/messages/vi.ts';
import { TranslatedHelp, usageMessage } from '../../../agent/translated-help.ts';

function program(m: Messages): Command {
  const made = new Command('agent').helpOption('-h, --help', m.help.helpOption).exitOverride();
  made.configureOutput({ outputError: () => undefined, writeErr: () => undefined });
  made.createHelp = () => new TranslatedHelp(m);
  made
    .command('go')
    .description('x')
    .argument('<file>', 'x')
    .requiredOption('--url <url>', 'x')
    .addOption(new Option('--level <level>', 'x').choices(['a', 'b']).default('a').env('VG_X'))
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  for (const command of made.commands) {
    command.createHelp = () => made.createHelp();
    command.helpOption('-h, --help', m.help.helpOption);
  }
  return made;
}

test('help holds no word of commander in another language', () => {
  const made = program(vi);
  const text = made.helpInformation() + (made.commands[0]?.helpInformation() ?? '');
  expect(text).toContain('Cách dùng: agent [tùy chọn] [lệnh]');
  expect(text).not.toMatch(/Usage|Options|Commands|Arguments|options|choices|default|env:/);
});

test.each([
  [['go', '--url', 'u', '--nothing'], 'unknown option --nothing', 'không có tùy chọn --nothing'],
  [['nothing'], 'unknown command nothing', 'không có lệnh nothing'],
  [['go', 'f'], 'option --url <url> is required', 'bắt buộc phải có tùy chọn --url <url>'],
  [['go', '--url', 'u'], 'missing argument file', 'thiếu tham số file'],
  [['go', '--url'], 'option --url <url> needs a value', 'tùy chọn --url <url> cần một giá trị'],
  [['go', '--url', 'u', 'f', 'g'], 'too many arguments', 'thừa tham số'],
  [['go', '--url', 'u', '--level', 'c', 'f'], 'choices: a, b', 'chọn trong: a, b'],
  [[], 'say which command', 'hãy chọn một lệnh'],
])('%j is refused in the language of the user', (argv, english, vietnamese) => {
  for (const [m, words] of [
    [en, english],
    [vi, vietnamese],
  ] as const) {
    let refusal: unknown;
    try {
      program(m).parse(argv, { from: 'user' });
    } catch (error) {
      refusal = error;
    }
    if (!(refusal instanceof CommanderError)) throw new Error('it was not refused');
    expect(usageMessage(refusal, m)).toContain(words);
  }
});
