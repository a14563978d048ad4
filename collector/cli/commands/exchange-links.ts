/** `vonggac exchange links | add | change | enable | disable | remove | test | run` */
import { exchangeSettingsSchema } from '../../exchange/exchange-settings.ts';
import { type LinkSecrets, type LinkSettings, linkSettingsSchema } from '../../exchange/link-settings.ts';
import { z } from 'zod';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { readJsonFile } from '../json-file.ts';
import { localTime } from '../local-time.ts';
import {
  exchangeAdd,
  exchangeChange,
  exchangeLinks,
  exchangeRemove,
  exchangeRun,
  exchangeTest,
} from '../operations/exchange-queue.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { readPem } from './exchange.ts';

const file = z.string().min(1).max(4_096);
const { pins, username, schedule, onReports } = linkSettingsSchema.shape;

/** The file of `make` and `send`, with what a link has beside it. Keys, certificates and the password are files. */
const linkFileSchema = exchangeSettingsSchema.extend({
  pins,
  username,
  schedule,
  onReports,
  passwordFile: file.optional(),
  clientCertificate: file.optional(),
  clientKey: file.optional(),
});

function readLinkFile(
  context: CommandContext,
  path: string,
): { settings: LinkSettings; secrets: LinkSecrets } {
  const { authority, certificate, key, clientCertificate, clientKey, passwordFile, ...rest } = readJsonFile(
    context,
    path,
    linkFileSchema,
    context.m.exchange.unreadable,
  );
  const textOf = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : readPem(context, name);
  const settings: LinkSettings = {
    ...rest,
    authority: textOf(authority),
    certificate: textOf(certificate),
    clientCertificate: textOf(clientCertificate),
  };
  const secrets: LinkSecrets = {
    ...(key === undefined ? {} : { key: textOf(key) }),
    ...(clientKey === undefined ? {} : { clientKey: textOf(clientKey) }),
    ...(passwordFile === undefined ? {} : { password: textOf(passwordFile)?.trim() }),
  };
  return { settings, secrets };
}

const timeOf = (iso: string | null): string => (iso === null ? '-' : localTime(Date.parse(iso)));

export async function listLinksCommand(context: CommandContext, flags: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const { links } = await call(context, exchangeLinks, {});
  if (flags.json === true) return print(JSON.stringify(links, undefined, 2));
  if (links.length === 0) return print(m.exchange.noLinks);
  const { columns } = m.exchange;
  formatTable(links, [
    { title: columns.id, value: ({ id }) => String(id), align: 'right' },
    { title: columns.link, value: ({ name }) => name },
    { title: columns.address, value: ({ settings }) => settings.address ?? m.exchange.byHand },
    { title: columns.on, value: ({ enabled }) => m.exchange.enabled(enabled) },
    { title: columns.accepted, value: ({ acceptedAt }) => timeOf(acceptedAt) },
    { title: columns.next, value: ({ nextAt }) => timeOf(nextAt) },
    { title: columns.attempts, value: ({ failures }) => String(failures), align: 'right' },
    { title: columns.problem, value: ({ problem }) => problem ?? '-' },
  ]).forEach(print);
}

export interface LinkAddFlags {
  name: string;
  agency?: number;
}

export async function addLinkCommand(
  context: CommandContext,
  path: string,
  flags: LinkAddFlags,
): Promise<void> {
  const { m, print, complain } = context;
  const link = readLinkFile(context, path);
  const { id, name } = await call(context, exchangeAdd, {
    name: flags.name,
    agencyId: flags.agency,
    ...link,
  });
  print(m.exchange.linkAdded(id, printable(name)));
  complain(m.exchange.toBeConfirmed);
}

export async function changeLinkCommand(context: CommandContext, id: number, path: string): Promise<void> {
  const link = await call(context, exchangeChange, { id, change: readLinkFile(context, path) });
  context.print(context.m.exchange.linkChanged(id, printable(link.name)));
}

export async function enableLinkCommand(
  context: CommandContext,
  id: number,
  enabled: boolean,
): Promise<void> {
  const link = await call(context, exchangeChange, { id, change: { enabled } });
  context.print(context.m.exchange.linkChanged(id, printable(link.name)));
}

export async function removeLinkCommand(context: CommandContext, id: number): Promise<void> {
  await call(context, exchangeRemove, { id });
  context.print(context.m.exchange.linkRemoved(id));
}

/** Exit code 1 where nothing would be sent to what was found there. */
export async function testLinkCommand(
  context: CommandContext,
  id: number,
  flags: { json?: boolean },
): Promise<ExitCode> {
  const { m, print, complain } = context;
  const seen = await call(context, exchangeTest, { id });
  if (flags.json === true) print(JSON.stringify(seen, undefined, 2));
  else {
    if (seen.isTrusted) print(m.exchange.trusted(seen.protocol ?? ''));
    else complain(m.exchange.notTrusted(printable(seen.fault ?? '')));
    if (seen.fingerprint !== null)
      print(
        m.exchange.shown({
          subject: printable(seen.subject ?? ''),
          issuer: printable(seen.issuer ?? ''),
          validTo: printable(seen.validTo ?? ''),
          fingerprint: seen.fingerprint,
        }),
      );
  }
  return seen.isTrusted ? EXIT.ok : EXIT.failure;
}

export interface LinkRunFlags {
  from?: number;
  to?: number;
  dryRun?: boolean;
  json?: boolean;
}

export async function runLinkCommand(
  context: CommandContext,
  id: number,
  flags: LinkRunFlags,
): Promise<void> {
  const { m, print } = context;
  const { from: fromMs, to: toMs, dryRun: isDryRun = false } = flags;
  const made = await call(context, exchangeRun, { id, fromMs, toMs, isDryRun });
  if (flags.json === true) return print(JSON.stringify(made, undefined, 2));
  print(
    made.message === null ? m.exchange.wouldMake(made) : m.exchange.queuedAs(made.message.id, made.machines),
  );
}
