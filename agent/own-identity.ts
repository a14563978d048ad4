/**
 * The identity a running agent uses: the one of this machine. Without one it enrols by what an installer left; a key
 * that came with a copied disk is given up first.
 */
import type { Hardware } from '#protocol/hardware.ts';
import { discardIdentity } from './discard-identity.ts';
import type { EnrolOptions } from './enrol.ts';
import { EnrolError } from './enrol-error.ts';
import { forgetEnrolmentProblem, noteEnrolmentProblem } from './enrolment-problem.ts';
import { isBoundHere } from './hardware/binding.ts';
import { NotEnrolledError, OtherMachineError, hasIdentity, loadIdentity } from './identity.ts';
import type { Identity } from './identity.ts';
import { forgetJoinFile, loadJoinFile, useUpJoinFile } from './join-file.ts';
import { loadKeptEnrolment } from './kept-enrolment.ts';
import type { Logger } from './log.ts';

export interface OwnIdentityOptions extends Omit<
  EnrolOptions,
  'url' | 'token' | 'caPem' | 'force' | 'hardware'
> {
  hardware: Hardware;
  logger: Logger;
}

/** @throws NotEnrolledError, OtherMachineError, EnrolError, ConfigError */
export async function ownIdentity(options: OwnIdentityOptions): Promise<Identity> {
  const { stateDir, hardware, logger } = options;
  if (!hasIdentity(stateDir))
    return enrolByItself(options, new NotEnrolledError(`no identity in ${stateDir}`));
  const identity = loadIdentity(stateDir);
  if (isBoundHere(stateDir, identity.agentId, hardware)) {
    // An upgrade may have left another: this host needs none, and a token is not to lie about.
    forgetJoinFile(stateDir);
    return identity;
  }
  logger.error({ agentId: identity.agentId }, 'the key was made on another machine: it is discarded');
  return replaceIdentity(options);
}

/** Gives the identity up and enrols anew. @throws OtherMachineError, EnrolError, ConfigError */
export function replaceIdentity(options: OwnIdentityOptions): Promise<Identity> {
  const { stateDir, logger } = options;
  const spool = discardIdentity(stateDir);
  if (spool !== undefined) logger.warn({ spool }, 'the spool of the other machine is set aside');
  return enrolByItself(options, new OtherMachineError(`the key in ${stateDir} was made on another machine`));
}

async function enrolByItself(options: OwnIdentityOptions, otherwise: Error): Promise<Identity> {
  const { stateDir, logger } = options;
  const join = loadJoinFile(stateDir);
  const left = join ?? loadKeptEnrolment(stateDir);
  if (left === undefined) throw otherwise;
  // Loaded when it is needed: most agents enrol once in their life.
  const { enrol } = await import('./enrol.ts');
  logger.info({ url: left.url }, 'enrolling with the token that was left here');
  const identity = await enrol({ ...options, ...left }).catch(async (error: unknown) => {
    if (error instanceof EnrolError)
      await noteEnrolmentProblem(stateDir, { error, url: left.url, at: options.now() });
    throw error;
  });
  forgetEnrolmentProblem(stateDir);
  if (join !== undefined) useUpJoinFile(stateDir, join);
  logger.info(
    { agentId: identity.agentId, agency: identity.agencyName, pending: identity.pending },
    'enrolled',
  );
  return identity;
}
