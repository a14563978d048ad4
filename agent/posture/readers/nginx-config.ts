/** nginx's configuration as a tree, includes in place (nginx.org/en/docs, "Configuration file's structure"). */
import { NotAssessedError } from '../finding.ts';
import type { HostView } from '../host-view.ts';
import { DIRECTIVES_MAX, INCLUDE_DEPTH_MAX, type Directive } from './directives.ts';

const MAIN = '/etc/nginx/nginx.conf';

interface Token {
  text: string;
  /** `;`, `{` and `}` as such, not inside quotes. */
  isSign: boolean;
  line: number;
}

/** undefined: there is none. @throws NotAssessedError */
export function readNginxConfig(view: HostView): Promise<Directive[] | undefined> {
  return view.once('nginx', async () => {
    if ((await view.facts(MAIN)) === undefined) return undefined;
    return readFile(MAIN, view, { left: DIRECTIVES_MAX }, 0);
  });
}

async function readFile(
  file: string,
  view: HostView,
  budget: { left: number },
  depth: number,
): Promise<Directive[]> {
  if (depth > INCLUDE_DEPTH_MAX) throw new NotAssessedError('too-large', `${file}: includes inside includes`);
  const tokens = tokensOf((await view.text(file)) ?? '');
  const top: Directive[] = [];
  const open: Directive[][] = [];
  let current = top;
  let words: Token[] = [];
  for (const token of tokens) {
    if (!token.isSign) {
      words.push(token);
      continue;
    }
    const [head, ...rest] = words;
    words = [];
    if (token.text === '}') {
      current = open.pop() ?? top;
      continue;
    }
    if (head === undefined) continue;
    budget.left -= 1;
    if (budget.left < 0)
      throw new NotAssessedError('too-large', `${file}: more than ${DIRECTIVES_MAX} directives`);
    const name = head.text.toLowerCase();
    const args = rest.map(({ text }) => text);
    const place = `${file}:${head.line}`;
    if (token.text === '{') {
      const inside: Directive[] = [];
      current.push({ name, args, place, inside });
      open.push(current);
      current = inside;
    } else if (name === 'include') {
      const paths = args.map((arg) => (arg.startsWith('/') ? arg : `/etc/nginx/${arg}`));
      for (const each of await view.expand(paths))
        current.push(...(await readFile(each, view, budget, depth + 1)));
    } else {
      current.push({ name, args, place, inside: undefined });
    }
  }
  return top;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  const pattern =
    /(\n)|[ \t\r]+|#[^\n]*|"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)'|([;{}])|((?:\$\{[^\s;{}]*\}|\$\{|\\[^]|[^\s;{}"'#\\]|(?<=[^\s;{}])[#"'])+)|[^]/g;
  for (const [whole, newline, double, single, sign, word] of text.matchAll(pattern)) {
    if (newline !== undefined) line += 1;
    else if (sign !== undefined) tokens.push({ text: sign, isSign: true, line });
    else {
      const value = double ?? single ?? word;
      if (value !== undefined) tokens.push({ text: value, isSign: false, line });
      line += whole.split('\n').length - 1;
    }
  }
  return tokens;
}
