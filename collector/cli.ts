/** vonggac: the collector's command line. */
import { chooseLanguage, messagesIn } from './cli/language.ts';
import { runProgram } from './cli/program.ts';
import { version } from './version.ts';

// What commands write into the data folder is for its owner alone.
process.umask(0o077);

const argv = process.argv.slice(2);
const language = chooseLanguage(argv, process.env);

// Whoever reads our output may stop early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runProgram(argv, {
  m: messagesIn(language),
  language,
  env: process.env,
  version: version(),
  columns: process.stdout.columns,
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
});
