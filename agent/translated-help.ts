/** Commander's own words, in the user's language: titles of the help, and what it refuses. */
import { Help } from 'commander';
import type { Command, CommanderError, Option } from 'commander';
import type { Messages } from './messages/en.ts';

export class TranslatedHelp extends Help {
  readonly #m: Messages;

  constructor(m: Messages) {
    super();
    this.#m = m;
  }

  override styleTitle(title: string): string {
    const { usage } = this.#m;
    const titles: Record<string, string> = {
      'Usage:': usage.title,
      'Arguments:': usage.arguments,
      'Options:': usage.options,
      'Commands:': usage.commands,
    };
    return titles[title] ?? title;
  }

  override commandUsage(command: Command): string {
    return this.#words(super.commandUsage(command));
  }

  override subcommandTerm(command: Command): string {
    return this.#words(super.subcommandTerm(command));
  }

  override optionDescription(option: Option): string {
    const { usage } = this.#m;
    return super
      .optionDescription(option)
      .replace(/(?<=\(|, )choices: /, `${usage.choices} `)
      .replace(/(?<=\(|, )default: /, `${usage.default} `)
      .replace(/(?<=\(|, )env: /, `${usage.environment} `);
  }

  #words(text: string): string {
    const { usage } = this.#m;
    return text.replace('[options]', `[${usage.optionsWord}]`).replace('[command]', `[${usage.commandWord}]`);
  }
}

/** What commander refuses, in the user's language. */
export function usageMessage(error: CommanderError, m: Messages): string {
  const { usageError } = m;
  const subject = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption':
      return usageError.unknownOption(subject);
    case 'commander.unknownCommand':
      return usageError.unknownCommand(subject);
    case 'commander.missingArgument':
      return usageError.missingArgument(subject);
    case 'commander.optionMissingArgument':
      return usageError.optionMissingArgument(subject);
    case 'commander.missingMandatoryOptionValue':
      return usageError.missingOption(subject);
    case 'commander.excessArguments':
      return usageError.excessArguments;
    case 'commander.help':
      return usageError.commandMissing;
    default: {
      const choices = /Allowed choices are (.*)\.$/s.exec(error.message)?.[1];
      return usageError.invalidValue(subject, choices ?? '');
    }
  }
}
