/** `vonggac certificate show | rotate | cancel` */
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import {
  certificateCancel,
  certificateRotate,
  certificateShow,
  type CertificateView,
} from '../operations/certificate.ts';
import { printable } from '../printable.ts';
import { printFacts } from './print-facts.ts';
import { readNamedText } from '../named-file.ts';

const WITHOUT_SHOWN = 10;
const DAYS_DEFAULT = 14;

function show(context: CommandContext, view: CertificateView): void {
  const { m } = context;
  const t = m.identity.certificate;
  const facts: [string, string][] = [
    [t.served, view.current.fingerprint],
    [t.expires, localTime(view.current.expiresMs)],
  ];
  if (view.former > 0) facts.push([t.former, String(view.former)]);
  const { next } = view;
  if (next === null) facts.push([t.next, t.nonePlanned]);
  else {
    facts.push(
      [t.next, next.fingerprint],
      [t.expires, localTime(next.expiresMs)],
      [t.takesOver, next.whenKnown ? t.atOrKnown(localTime(next.atMs)) : localTime(next.atMs)],
      [t.known, t.knownBy(next.trusting, next.agents)],
    );
    for (const { id, hostname, lastSeenMs } of next.without.slice(0, WITHOUT_SHOWN)) {
      const seen = lastSeenMs === null ? m.never : localTime(lastSeenMs);
      facts.push([t.notYet, `${id} (${printable(hostname)}, ${seen})`]);
    }
    const more = next.without.length - WITHOUT_SHOWN;
    if (more > 0) facts.push(['', m.andMore(more)]);
  }
  printFacts(context, facts);
}

export async function showCertificateCommand(
  context: CommandContext,
  options: { json?: boolean },
): Promise<void> {
  const view = await call(context, certificateShow, {});
  if (options.json === true) context.print(JSON.stringify(view, undefined, 2));
  else show(context, view);
}

export interface RotateOptions {
  in?: number;
  now?: boolean;
  whenKnown?: boolean;
  cert?: string;
  key?: string;
  json?: boolean;
}

export async function rotateCertificateCommand(
  context: CommandContext,
  options: RotateOptions,
): Promise<ExitCode> {
  const { cert, key } = options;
  if ((cert === undefined) !== (key === undefined)) {
    context.complain(`vonggac: ${context.m.identity.certificate.bothFiles}`);
    return EXIT.usage;
  }
  const pair =
    cert === undefined || key === undefined
      ? undefined
      : { cert: readNamedText(context, cert), key: readNamedText(context, key) };
  const view = await call(context, certificateRotate, {
    inDays: options.now === true ? 0 : (options.in ?? DAYS_DEFAULT),
    whenKnown: options.whenKnown ?? false,
    pair,
  });
  if (options.json === true) context.print(JSON.stringify(view, undefined, 2));
  else show(context, view);
  return EXIT.ok;
}

export async function cancelRotationCommand(context: CommandContext): Promise<void> {
  const { cancelled } = await call(context, certificateCancel, {});
  const t = context.m.identity.certificate;
  context.print(cancelled ? t.cancelled : t.nonePlanned);
}
