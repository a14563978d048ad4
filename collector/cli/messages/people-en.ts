/** `vonggac user` and `vonggac oidc` in English. */
export const peopleEn = {
  invited: (username: string, until: string) =>
    `User ${username} is invited until ${until}; with this they set their password (POST /api/v1/invitations/accept):`,
  changed: (username: string) => `User ${username} is changed; whose rights changed is signed out.`,
  enabled: (username: string) => `User ${username} may sign in again.`,
  unlocked: (username: string) => `User ${username} is no longer locked.`,
  factorReset: (username: string) =>
    `User ${username} has no second factor any more; all sessions are closed.`,
  linked: (username: string) =>
    `User ${username} signs in at the identity provider from now on; the password is gone.`,
  unlinked: (username: string) =>
    `User ${username} is local again: "vonggac user reset-password ${username}" gives a password.`,
  signedOut: (ended: number) => `Sessions closed: ${ended}.`,
  noSessions: 'There are no live sessions.',
  nothingToChange: 'say what to change: --role or --agency',
  noGroups: 'No group gives anything: nobody comes in by the identity provider.',
  groupsSet: (groups: number) => `${groups} groups are set; they count from each next signing in.`,
  providerAnswers: (issuer: string, at: string) => `${issuer} answers; people are sent to ${at}.`,
  providerAway: (issuer: string, why: string) => `${issuer} does not answer: ${why}`,
  unreadable: (file: string, problem: string) => `${file} is no list of groups: ${problem}`,
  yes: 'yes',
  no: 'no',
  roleBy: { groups: 'role by groups', local: 'role given here', none: 'no role' },
  facts: {
    name: 'name',
    email: 'e-mail',
    role: 'role',
    agency: 'agency',
    state: 'state',
    secondFactor: 'second factor',
    provider: 'at the provider',
    created: 'created',
    lastLogin: 'last login',
  },
  columns: {
    began: 'BEGAN',
    used: 'LAST USED',
    ends: 'ENDS',
    address: 'FROM',
    client: 'BROWSER',
    group: 'GROUP',
  },
};

export const peopleHelpEn = {
  userInvite: 'invite a person to set a password of their own; the secret is the last line printed',
  userShow: 'all that is known of a person',
  userChange: 'change the role or agency of a person, who is then signed out',
  userResetFactor: 'take the second factor of a person away who lost it',
  userEnable: 'let a person sign in again who was disabled',
  userUnlock: 'take back a lock-out after wrong passwords',
  userSessions: 'list the live sessions of a person',
  userSignOut: 'close sessions of a person',
  userSession: 'only this one',
  userLink: 'say who an account is at the identity provider; its password ends',
  userSubject: '"sub" of the person at the provider',
  userUnlink: 'make an account local again',
  oidc: 'the identity provider where people sign in',
  oidcCheck: 'ask the provider what it says of itself; exit code 1 when it does not answer',
  oidcGroups: 'list what groups of the provider give here',
  oidcSet: 'set what groups give, as a JSON file says (docs/people.md); - reads standard input',
  oidcFile: 'the file, in order of precedence',
};
