/**
 * What only a person of the control plane may do, from the command line: password, and the code of the second factor where there is
 * one. Both are typed, or come by the environment; never as arguments, which every user of the machine can see.
 */
import readline from 'node:readline/promises';
import { Writable } from 'node:stream';
import { OperationError } from './client.ts';
import type { CommandContext } from './command.ts';

export interface PersonFlags {
  user: string;
}

export interface Person {
  username: string;
  password: string;
  code?: string | undefined;
}

/** Asked for without showing what is typed. */
async function askSilently(context: CommandContext, question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = readline.createInterface({
    input: process.stdin,
    output: silent,
    terminal: process.stdin.isTTY,
  });
  context.complain(question);
  try {
    return await prompt.question('');
  } finally {
    prompt.close();
  }
}

/** The password from VONGGAC_PASSWORD, the code from VONGGAC_CODE; else both are asked for, the code where it is needed. */
export async function asPerson<T>(
  context: CommandContext,
  { user: username }: PersonFlags,
  act: (person: Person) => Promise<T>,
): Promise<T> {
  const { m } = context;
  const password =
    process.env['VONGGAC_PASSWORD'] ?? (await askSilently(context, m.response.askPassword(username)));
  const given = process.env['VONGGAC_CODE'];
  try {
    return await act({ username, password, ...(given === undefined ? {} : { code: given }) });
  } catch (error) {
    if (!(error instanceof OperationError) || error.code !== 'second-factor-needed') throw error;
    return act({
      username,
      password,
      code: (await askSilently(context, m.response.askCode(username))).trim(),
    });
  }
}
